// The issuer by itself: official clients sign in at a stand-in server that asks for its tokens.
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { Issuer } from './issuer.mjs';
import { appId, operatorsGroup, overage, people, tenant, testClient } from './people.mjs';
import { accessToken, connect, SignIn, wires } from './sign_in_client.mjs';

let issuer;
let server;
before(async () => {
  issuer = await Issuer.start({ registration: true });
  server = await standIn(issuer);
});
after(async () => {
  await issuer.stop();
  server.close();
});

/** Claims of a token that a key of the issuer's set signed; undefined for others. */
async function checked(token) {
  const { jwks_uri: where } = await (await fetch(`${issuer.url}/.well-known/openid-configuration`)).json();
  const { keys } = await (await fetch(where)).json();
  const [header, claims, signature] = token.split('.');
  const { kid } = JSON.parse(Buffer.from(header, 'base64url'));
  const jwk = keys.find((each) => each.kid === kid);
  const good = jwk && verify('RSA-SHA256', Buffer.from(`${header}.${claims}`), createPublicKey({ key: jwk, format: 'jwk' }),
    Buffer.from(signature, 'base64url'));
  return good ? JSON.parse(Buffer.from(claims, 'base64url')) : undefined;
}

/** Answers like an MCP server with one tool, to those with a good token. */
async function standIn() {
  const made = createServer(async (request, response) => {
    const base = `http://127.0.0.1:${made.address().port}`;
    const send = (status, body, headers = {}) => response
      .writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(body && JSON.stringify(body));
    if (request.url === '/.well-known/oauth-protected-resource/mcp') {
      return send(200, { resource: `${base}/mcp`, authorization_servers: [issuer.url], scopes_supported: ['access_as_user'] });
    }
    const claims = await checked(request.headers.authorization?.replace('Bearer ', '') ?? '..').catch(() => undefined);
    if (claims?.aud !== made.resource) {
      const challenge = `Bearer resource_metadata="${base}/.well-known/oauth-protected-resource/mcp", scope="access_as_user"`;
      return send(401, undefined, { 'WWW-Authenticate': challenge });
    }
    if (request.method !== 'POST') return send(405);
    let text = '';
    for await (const part of request) text += part;
    const { id, method } = JSON.parse(text);
    if (id === undefined) return send(202);
    return send(200, { jsonrpc: '2.0', id, result: result(method, claims) });
  });
  made.listen(0, '127.0.0.1');
  await once(made, 'listening');
  made.resource = `http://127.0.0.1:${made.address().port}/mcp`;
  issuer.serve(made.resource);
  return made;
}

function result(method, claims) {
  const serverInfo = { name: 'stand-in', version: '1' };
  if (method === 'initialize') return { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo };
  const cached = { resultType: 'complete', ttlMs: 0, cacheScope: 'private' };
  if (method === 'server/discover') return { ...cached, supportedVersions: ['2026-07-28'], capabilities: { tools: {} }, serverInfo };
  if (method === 'tools/list') return { ...cached, tools: [{ name: 'who', description: 'who', inputSchema: { type: 'object' } }] };
  return { resultType: 'complete', content: [{ type: 'text', text: claims.oid }] };
}

for (const [name, wire] of Object.entries(wires)) {
  for (const registers of [false, true]) {
    test(`${wire.label}: signs in with PKCE${registers ? ' after registering itself' : ''}`, async () => {
      const signIn = new SignIn('ada', issuer.url, { registers });
      const client = await connect(wire, server.resource, signIn);
      const answer = await client.callTool({ name: 'who', arguments: {} });
      assert.equal(answer.content[0].text, people.ada.oid, name);
      const [asked] = signIn.seen;
      assert.equal(asked.code_challenge_method, 'S256');
      assert.equal(asked.resource, server.resource);
      assert.match(asked.scope, /access_as_user/);
      assert.ok(signIn.kept.refresh_token);
      await client.close();
    });
  }
}

test('an editor registers itself the way VS Code does, and may come back to any port', async () => {
  const { registration_endpoint: where } = await (await fetch(`${issuer.url}/.well-known/openid-configuration`)).json();
  const body = {
    client_name: 'Visual Studio Code', client_uri: 'https://code.visualstudio.com', application_type: 'native',
    redirect_uris: ['https://insiders.vscode.dev/redirect', 'https://vscode.dev/redirect', 'http://127.0.0.1/', 'http://127.0.0.1:33418/'],
    grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'], token_endpoint_auth_method: 'none', scope: 'access_as_user',
  };
  const answer = await fetch(where, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  const { client_id: id, error_description: why } = await answer.json();
  assert.equal(answer.status, 201, why);
  const url = new URL(`${issuer.url}/auth`);
  url.search = new URLSearchParams({
    response_type: 'code', client_id: id, redirect_uri: 'http://127.0.0.1:43210/', scope: 'access_as_user',
    code_challenge: 'x'.repeat(43), code_challenge_method: 'S256',
  });
  assert.match((await fetch(url, { redirect: 'manual' })).headers.get('location'), /\/interaction\//);
});

test('a code without its verifier buys nothing', async () => {
  const url = new URL(`${issuer.url}/auth`);
  url.search = new URLSearchParams({
    response_type: 'code', client_id: testClient.client_id, redirect_uri: testClient.redirect_uris[0], scope: 'access_as_user',
  });
  const answer = await fetch(url, { redirect: 'manual' });
  assert.match(answer.headers.get('location'), /error=invalid_request.*PKCE/);
});

test('without a hint the page asks who it is', async () => {
  const url = new URL(`${issuer.url}/auth`);
  url.search = new URLSearchParams({
    response_type: 'code', client_id: testClient.client_id, redirect_uri: testClient.redirect_uris[0],
    scope: 'access_as_user', code_challenge: 'x'.repeat(43), code_challenge_method: 'S256',
  });
  const asked = await fetch(url, { redirect: 'manual' });
  const cookie = asked.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ');
  const page = await (await fetch(new URL(asked.headers.get('location'), url), { headers: { cookie } })).text();
  for (const id of Object.keys(people)) assert.match(page, new RegExp(`value="${id}"`));
});

test('a token is for the resource that was asked for', async () => {
  issuer.serve('http://127.0.0.1:1/other');
  assert.equal((await checked(await accessToken(issuer.url, 'bob', 'http://127.0.0.1:1/other'))).aud, 'http://127.0.0.1:1/other');
  await assert.rejects(accessToken(issuer.url, 'bob', 'http://127.0.0.1:1/unknown'));
});

test('keys rotate: what the old ones signed is no longer good', async () => {
  const old = [await accessToken(issuer.url, 'ada', server.resource), issuer.mint('ada')];
  for (const token of old) assert.ok(await checked(token));
  issuer.rotate();
  for (const token of old) assert.equal(await checked(token), undefined);
  assert.ok(await checked(await accessToken(issuer.url, 'ada', server.resource)));
});

test('stopped, it refuses connections; resumed, it is the same issuer', async () => {
  const { url } = issuer;
  await issuer.stop();
  await assert.rejects(fetch(`${url}/keys`));
  await issuer.resume();
  assert.equal(issuer.url, url);
  assert.equal((await fetch(`${url}/keys`)).status, 200);
});

test('Entra: its claims, at its address, its keys saying whose they are', async () => {
  const entra = await Issuer.start({ entra: true });
  try {
    entra.serve('http://127.0.0.1:1/mcp', appId);
    const token = await accessToken(entra.url, 'ada', 'http://127.0.0.1:1/mcp', `api://${appId}/access_as_user`);
    const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
    const { iss, aud, tid, oid, scp, azp, ver, groups, roles } = claims;
    assert.deepEqual({ iss, aud, tid, oid, scp, azp, ver, groups, roles }, {
      iss: entra.url, aud: appId, tid: tenant, oid: people.ada.oid, scp: 'access_as_user', azp: testClient.client_id,
      ver: '2.0', groups: [operatorsGroup], roles: undefined,
    });
    assert.match(entra.url, new RegExp(`/${tenant}/v2.0$`));
    const { keys } = await (await fetch(`${entra.url}/keys`)).json();
    assert.deepEqual(new Set(keys.map((key) => key.issuer)),
      new Set([entra.url.replace(tenant, '{tenantid}'), 'https://sts.windows.net/{tenantid}/']));
    const { _claim_names: names, groups: none } = overage(claims);
    assert.deepEqual([names, none], [{ groups: 'src1' }, undefined]);
  } finally {
    await entra.stop();
  }
});
