// Signing in from end to end: official clients on both wires, a real OpenID provider, the real host.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { auditPairs, secret } from './canaries.mjs';
import { oidc, rules } from './host_config.mjs';
import { people } from './people.mjs';
import { ask, callTool, Scene } from './scene.mjs';
import { accessToken, connect, SignIn, wires } from './sign_in_client.mjs';
import { allReaders, allTools } from './tools.mjs';

let scene;
let host;
const tokens = {};

before(async () => {
  scene = await Scene.open();
  host = await openHost();
  for (const person of Object.keys(people)) tokens[person] = await accessToken(scene.issuer.url, person, host.url);
});
after(() => scene?.close());

async function openHost(settings = {}) {
  const opened = await scene.host({ auth: (urls) => oidc(scene.issuer, urls), ...settings });
  for (const path of ['', '/mcp', '/runtime/webhooks/mcp']) scene.issuer.serve(opened.base + path);
  return opened;
}

/** A token that oidc-provider would not give, for this host unless `change` says otherwise. */
const minted = (person, change = {}) =>
  secret(scene.issuer.mint(person, { audience: host.url, change: (claims) => ({ ...claims, ...change }) }));
const ago = (seconds) => Math.floor(Date.now() / 1000) - seconds;

for (const wire of Object.values(wires)) {
  test(`${wire.label}: no token, 401, discovery, PKCE, and then the tool answers`, async () => {
    const before = (await scene.answers()).length;
    const signIn = new SignIn('ada', scene.issuer.url);
    const client = await connect(wire, host.url, signIn);
    const { structuredContent } = await client.callTool({ name: 'list_pipeline_runs', arguments: { project: 'Payments', top: 3 } });
    assert.equal(structuredContent.runs.length, 3);
    await client.close();

    assert.equal(signIn.seen.length, 1, 'the browser was opened once');
    const [{ resource, scope, code_challenge_method: method }] = signIn.seen;
    assert.deepEqual({ resource, method }, { resource: host.url, method: 'S256' });
    assert.match(scope, /\baccess_as_user\b/);
    const seen = (await scene.answers()).slice(before);
    assert.equal(seen[0].status, 401);
    assert.equal(seen[1].path, '/.well-known/oauth-protected-resource/mcp', 'the challenge names the metadata');
    assert.equal(seen[1].status, 200);
  });

  test(`${wire.label}: an expired token is refused once, refreshed, and nobody sees a browser`, async () => {
    const signIn = new SignIn('bob', scene.issuer.url);
    const client = await connect(wire, host.url, signIn);
    const expired = minted('bob', { exp: ago(600), nbf: ago(1200), iat: ago(1200) });
    signIn.kept = { ...signIn.kept, access_token: expired };
    const answer = await client.callTool({ name: 'list_deployments', arguments: { project: 'Payments' } });
    assert.notEqual(answer.isError, true);
    assert.notEqual(signIn.kept.access_token, expired);
    assert.equal(signIn.seen.length, 1);
    await client.close();
  });
}

const everyTool = {
  list_pipeline_runs: { project: 'Payments', top: 1 },
  get_run_failure_logs: { project: 'Payments', run_id: 4711 },
  list_deployments: { project: 'Payments', top: 1 },
  trigger_pipeline_run: { project: 'Payments', pipeline_id: 20, branch: 'main' },
};
const outcomes = {
  ada: { list_pipeline_runs: 'success', get_run_failure_logs: 'success', list_deployments: 'success', trigger_pipeline_run: 'success' },
  bob: { list_pipeline_runs: 'success', get_run_failure_logs: 'success', list_deployments: 'success', trigger_pipeline_run: 'denied' },
  eve: { list_pipeline_runs: 'denied', get_run_failure_logs: 'denied', list_deployments: 'denied', trigger_pipeline_run: 'denied' },
};

for (const [person, expected] of Object.entries(outcomes)) {
  test(`${person} calls the four tools`, async () => {
    const client = await connect(wires.modern, host.url, new SignIn(person, scene.issuer.url));
    const begun = (await scene.simulator.started()).length;
    const known = host.audit().length;
    for (const [name, args] of Object.entries(everyTool)) {
      const { isError = false, content } = await client.callTool({ name, arguments: args });
      assert.equal(isError, expected[name] === 'denied', `${name}: ${content[0].text}`);
    }
    await client.close();
    const records = auditPairs(host.audit().slice(known));
    assert.deepEqual(Object.fromEntries(records.map(({ tool_name, status }) => [tool_name, status])), expected);
    for (const record of records) {
      assert.equal(record.principal_id, people[person].oid);
      assert.ok(record.rule, 'a decision names its rule');
    }
    assert.equal((await scene.simulator.started()).length - begun, expected.trigger_pipeline_run === 'success' ? 1 : 0);
  });
}

test('a reader may look at one project and not at the other', async () => {
  const refused = await callTool(host.url, 'list_pipeline_runs', { project: 'Platform' }, { token: tokens.bob });
  assert.equal(refused.isError, true);
  const allowed = await callTool(host.url, 'list_pipeline_runs', { project: 'Platform' }, { token: tokens.ada });
  assert.notEqual(allowed.isError, true, allowed.content[0].text);
});

const challenges = [
  ['no token', () => undefined, 401, undefined],
  ['a token for another resource', () => other(), 401, 'invalid_token'],
  ['an expired token', () => minted('ada', { exp: ago(600), nbf: ago(1200), iat: ago(1200) }), 401, 'invalid_token'],
  ['a token of tomorrow', () => minted('ada', { nbf: ago(-3600) }), 401, 'invalid_token'],
  ['a token of another issuer', () => minted('ada', { iss: 'http://127.0.0.1:1/elsewhere' }), 401, 'invalid_token'],
  ['a token that is bound to a key', () => minted('ada', { cnf: { 'x5t#S256': 'bwcK0esc3ACC3DB2' } }), 401, 'invalid_token'],
  ['a token whose signature was cut', () => secret(tokens.ada.slice(0, -20)), 401, 'invalid_token'],
  ['a token with another scope', () => minted('ada', { scp: 'read_mail' }), 403, 'insufficient_scope'],
];

async function other() {
  scene.issuer.serve('http://127.0.0.1:1/other');
  return accessToken(scene.issuer.url, 'ada', 'http://127.0.0.1:1/other');
}

for (const [what, make, status, error] of challenges) {
  test(`${what}: ${status}, and how to get a good one`, async () => {
    for (const path of ['/mcp', '/runtime/webhooks/mcp']) {
      const answer = await ask(host.base + path, 'tools/list', { token: await make() });
      assert.equal(answer.status, status);
      const challenge = answer.headers.get('www-authenticate');
      assert.match(challenge, /^Bearer /);
      assert.ok(challenge.includes(`resource_metadata="${host.base}/.well-known/oauth-protected-resource${path}"`), challenge);
      assert.match(challenge, /scope="access_as_user"/);
      assert.equal(/error="([^"]*)"/.exec(challenge)?.[1], error);
    }
  });
}

test('a token in the query is refused, though it is a good one', async () => {
  const { status } = await ask(`${host.url}?access_token=${tokens.ada}`, 'tools/list');
  assert.equal(status, 400);
  assert.equal((await ask(`${host.url}?access_token=${tokens.ada}`, 'tools/list', { token: tokens.ada })).status, 400);
});

test('X-MS headers mean nothing without EasyAuth', async () => {
  const id = people.ada.oid;
  const principal = { auth_typ: 'aad', claims: [{ typ: 'oid', val: id }] };
  const headers = { 'X-MS-CLIENT-PRINCIPAL-ID': id, 'X-MS-CLIENT-PRINCIPAL': Buffer.from(JSON.stringify(principal)).toString('base64') };
  assert.equal((await ask(host.url, 'tools/list', { headers })).status, 401);
  const refused = await callTool(host.url, 'trigger_pipeline_run', everyTool.trigger_pipeline_run, { token: tokens.bob, headers });
  assert.equal(refused.isError, true);
});

test('the metadata says where to sign in, at the root and for each endpoint', async () => {
  for (const path of ['', '/mcp', '/runtime/webhooks/mcp']) {
    const answer = await fetch(`${host.base}/.well-known/oauth-protected-resource${path}`);
    assert.equal(answer.status, 200);
    const { resource, authorization_servers: servers, scopes_supported: scopes, bearer_methods_supported: methods } = await answer.json();
    assert.deepEqual({ resource, servers, scopes, methods }, {
      resource: host.base + path, servers: [scene.issuer.url], scopes: ['access_as_user'], methods: ['header'],
    });
  }
  assert.equal((await fetch(`${host.base}/.well-known/oauth-protected-resource/elsewhere`)).status, 404);
});

const toolNames = ({ body }) => body.result.tools.map((tool) => tool.name).sort();

test('headers narrow the list and the calls, and never widen them', async () => {
  const list = (headers, token = tokens.ada) => ask(host.url, 'tools/list', { token, headers });
  assert.deepEqual(toolNames(await list({})), allTools);
  const readOnly = await list({ 'X-MCP-Readonly': 'true' });
  assert.deepEqual(toolNames(readOnly), allReaders);
  assert.deepEqual([readOnly.body.result.cacheScope, readOnly.body.result.ttlMs], ['private', 0]);
  assert.deepEqual(toolNames(await list({ 'X-MCP-Tools': 'list_deployments, no_such_tool' })), ['list_deployments']);

  const refused = async (headers, name, token) => {
    const { isError, content } = await callTool(host.url, name, everyTool[name], { token, headers });
    assert.equal(isError, true, `${name} with ${JSON.stringify(headers)}`);
    return content[0].text;
  };
  assert.match(await refused({ 'X-MCP-Readonly': 'true' }, 'trigger_pipeline_run', tokens.ada), /X-MCP-Readonly/i);
  assert.match(await refused({ 'X-MCP-Tools': 'list_deployments' }, 'list_pipeline_runs', tokens.ada), /X-MCP-Tools/i);
  await refused({ 'X-MCP-Readonly': 'false', 'X-MCP-Tools': 'trigger_pipeline_run' }, 'trigger_pipeline_run', tokens.bob);
});

test('hide_denied shows each what they may call; without it all see the same', async () => {
  const hiding = await openHost({ access: { hide_denied: true, rules } });
  const expected = { ada: allTools, bob: allReaders, eve: [] };
  for (const [person, names] of Object.entries(expected)) {
    const token = await accessToken(scene.issuer.url, person, hiding.url);
    const hidden = await ask(hiding.url, 'tools/list', { token });
    assert.deepEqual(toolNames(hidden), names, person);
    assert.deepEqual([hidden.body.result.cacheScope, hidden.body.result.ttlMs], ['private', 0]);
    assert.deepEqual(toolNames(await ask(host.url, 'tools/list', { token: tokens[person] })), allTools);
  }
});

test('a good token passes whatever bad ones came from the same address, and is shown nowhere it is sent as a name', async () => {
  const own = await openHost();
  const bad = minted('ada', { exp: ago(600), nbf: ago(1200), iat: ago(1200) });
  const statuses = [];
  for (let i = 0; i < 22; i += 1) statuses.push((await ask(own.url, 'tools/list', { token: bad })).status);
  assert.deepEqual(statuses, [...Array(20).fill(401), 429, 429]);
  const good = secret(await accessToken(scene.issuer.url, 'ada', own.url));
  assert.equal((await ask(own.url, 'tools/list', { token: good })).status, 200, 'never seen before');
  const { body } = await ask(own.url, 'tools/call', { token: good, params: { name: good, arguments: {} }, name: good });
  assert.match(JSON.stringify(body), /Unknown tool: \[hidden\]/);
  assert.ok(own.audit().some((record) => record.error_type === 'unknown_tool' && record.tool_name === '[hidden]'));
});

test('keys rotate: the new ones are fetched when first seen, and what the old ones signed is refused', async () => {
  assert.equal((await ask(host.url, 'tools/list', { token: tokens.ada })).status, 200);
  scene.issuer.rotate();
  const renewed = await accessToken(scene.issuer.url, 'ada', host.url);
  assert.equal((await ask(host.url, 'tools/list', { token: renewed })).status, 200);
  assert.notEqual((await ask(host.url, 'tools/list', { token: tokens.ada })).status, 200);
});

test('issuer down: the keys at hand serve; a new host without them refuses, says so, and recovers', async () => {
  const token = { fresh: minted('ada'), other: minted('bob') };
  await scene.issuer.stop();
  for (const each of Object.values(token)) assert.equal((await ask(host.url, 'tools/list', { token: each })).status, 200);

  const late = await openHost({ ready: false, auth: (urls) => oidc(scene.issuer, [...urls, host.base]) });
  const refused = await ask(late.url, 'tools/list', { token: token.fresh });
  assert.equal(refused.status, 503);
  assert.ok(Number(refused.headers.get('retry-after')) > 0);
  const ready = await fetch(`${late.base}/readyz`);
  assert.equal(ready.status, 503);
  assert.match(await ready.text(), /issuer|sign-in|keys/i);

  await scene.issuer.resume();
  const end = Date.now() + 90_000;
  while ((await ask(late.url, 'tools/list', { token: token.fresh })).status !== 200) {
    assert.ok(Date.now() < end, 'the issuer is back, and the host still refuses');
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  assert.equal((await fetch(`${late.base}/readyz`)).status, 200);
});

test('failed sign-ins are in the audit, with a reason and without a call', () => {
  const refused = host.audit().filter((record) => record.event === 'sign_in_failed');
  assert.ok(refused.length > 0);
  for (const record of refused) {
    assert.ok(record.reason && record.client_ip, JSON.stringify(record));
    assert.equal(record.call_id, undefined);
  }
});

test('no output of any host holds a secret, and every call began and ended once', () => scene.checkOutputs());
