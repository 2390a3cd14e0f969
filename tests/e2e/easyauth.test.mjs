// Behind EasyAuth: its headers are compared with the token and never believed without it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { secret } from './canaries.mjs';
import { EasyAuthProxy, principalHeaders } from './easyauth_proxy.mjs';
import { freePort } from './harness.mjs';
import { entra } from './host_config.mjs';
import { appId, overage, people } from './people.mjs';
import { ask, callTool, Scene } from './scene.mjs';
import { accessToken, connect, SignIn, wires } from './sign_in_client.mjs';

const scope = `api://${appId}/access_as_user`;
const trigger = { project: 'Payments', pipeline_id: 20, branch: 'main' };
let scene;
let proxy;
let host;
let url;  // through the proxy
const tokens = {};

before(async () => {
  scene = await Scene.open({ entra: true });
  proxy = scene.owns(await EasyAuthProxy.start(scene.issuer));
  const port = await freePort();
  proxy.to(port);
  host = await scene.host({ auth: () => entra(scene.issuer, 'easyauth'), port, publicUrl: proxy.url });
  url = `${proxy.url}/mcp`;
  scene.issuer.serve(url, appId);
  for (const person of Object.keys(people)) tokens[person] = await accessToken(scene.issuer.url, person, url, scope);
});
after(() => scene?.close());

const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
const minted = (person, options = {}) => secret(scene.issuer.mint(person, options));

for (const wire of Object.values(wires)) {
  test(`${wire.label}: signs in through EasyAuth as behind nothing`, async () => {
    const signIn = new SignIn('ada', scene.issuer.url);
    const client = await connect(wire, url, signIn);
    const answer = await client.callTool({ name: 'list_pipeline_runs', arguments: { project: 'Payments', top: 2 } });
    assert.equal(answer.structuredContent.runs.length, 2);
    assert.deepEqual([signIn.seen[0].resource, signIn.seen[0].scope.includes(scope)], [url, true]);
    await client.close();
  });
}

test('a version 1 token is good too, and its roles count', async () => {
  const token = minted('bob', { version: '1.0', audience: `api://${appId}` });
  assert.notEqual((await callTool(url, 'list_deployments', { project: 'Payments' }, { token })).isError, true);
  assert.equal((await callTool(url, 'trigger_pipeline_run', trigger, { token })).isError, true);
});

test('headers that a client sends through EasyAuth do not arrive', async () => {
  const headers = principalHeaders(claimsOf(tokens.ada));
  assert.equal((await ask(url, 'tools/list', { headers })).status, 401);
  assert.equal((await callTool(url, 'trigger_pipeline_run', trigger, { token: tokens.bob, headers })).isError, true);
});

/** Straight to the host, past EasyAuth, with headers that somebody made up. */
const direct = (person, headers) => ask(host.url, 'tools/list', { token: tokens[person], headers });

test('straight to the host: another person\'s headers beside a good token are refused', async () => {
  for (const long of [true, false]) {
    const forged = principalHeaders(claimsOf(tokens.ada), { long });
    assert.equal((await direct('ada', forged)).status, 200, 'the same person');
    for (const name of ['x-ms-client-principal', 'x-ms-client-principal-id']) {
      const own = principalHeaders(claimsOf(tokens.bob), { long });
      const { status } = await direct('bob', { ...own, [name]: forged[name] });
      assert.ok([401, 403].includes(status), `${name}: ${status}`);
    }
  }
});

test('straight to the host: headers without a token, a token without headers, and nonsense', async () => {
  assert.equal((await direct('nobody', principalHeaders(claimsOf(tokens.ada)))).status, 401);
  assert.ok([401, 403].includes((await direct('ada', {})).status));
  const good = principalHeaders(claimsOf(tokens.ada));
  for (const bad of ['%%%', Buffer.from('{"claims":').toString('base64'), Buffer.from('[]').toString('base64')]) {
    assert.ok([401, 403].includes((await direct('ada', { ...good, 'x-ms-client-principal': bad })).status), bad);
  }
});

const refusals = [
  ['a key of the other version signed it', () => minted('ada', { change: (claims) => ({ ...claims, ver: '1.0' }) }), 401],
  ['it is of another tenant', () => minted('ada', { change: (claims) => ({ ...claims, tid: people.ada.oid }) }), 401],
  ['it is for another application', () => minted('ada', { audience: people.bob.oid }), 401],
  ['its groups are too many to be in it', () => minted('ada', { change: overage }), 403],
  ['it has no scope and no role', () => minted('eve', { scope: '' }), 403],
];
for (const [why, make, status] of refusals) {
  test(`a token is refused when ${why}`, async () => {
    const answer = await ask(url, 'tools/list', { token: make() });
    assert.equal(answer.status, status);
  });
}

test('an overage says what to do about it', async () => {
  const answer = await ask(url, 'tools/list', { token: minted('ada', { change: overage }) });
  assert.match(`${answer.headers.get('www-authenticate')} ${JSON.stringify(answer.body)}`, /app roles/i);
});

test('no output holds a secret, and every call began and ended once', () => scene.checkOutputs());
