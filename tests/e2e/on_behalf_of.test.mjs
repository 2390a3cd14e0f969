// Whom Azure DevOps sees: the host's own identity for reads, the very person who asks for writes.
// There are no rules here, so nothing but Azure DevOps and Entra stands in a person's way.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { auditPairs, secret } from './canaries.mjs';
import { entra } from './host_config.mjs';
import { appId, people, tenant } from './people.mjs';
import { callTool, Scene } from './scene.mjs';
import { accessToken } from './sign_in_client.mjs';
import { startTokenService } from './token_service.mjs';

const azureDevOps = '499b84ac-1321-427f-aa17-267ca6975798';
const tokenExchange = 'api://AzureADTokenExchange';
const itself = 'managed-identity';
const run = { project: 'Payments', pipeline_id: 20, branch: 'main' };
let scene;
let tokenService;
let host;

before(async () => {
  scene = await Scene.open({ entra: true });
  tokenService = scene.owns(await startTokenService(scene.simulator));
  const on_behalf_of = { client_id: appId, tenant_id: tenant, authority: tokenService.url, managed_identity: {} };
  host = await scene.host({
    auth: () => ({ ...entra(scene.issuer), roles: ['operator'] }),
    access: {},
    credentials: { credential: { managed_identity: {} }, write_credential: { on_behalf_of } },
    env: tokenService.environment,
  });
  scene.issuer.serve(host.url, appId);
});
after(() => scene?.close());

/** Signed in anew, so that nothing which the host keeps for an earlier token answers for this one. */
const signIn = (person) => accessToken(scene.issuer.url, person, host.url, `api://${appId}/access_as_user`);
const trigger = (token, args = {}) => callTool(host.url, 'trigger_pipeline_run', { ...run, ...args }, { token });

/** What `act` gave, and each request that Azure DevOps got meanwhile. */
async function during(act) {
  const known = (await scene.simulator.requests()).length;
  const result = await act();
  return { result, text: result.content[0].text, requests: (await scene.simulator.requests()).slice(known) };
}

const askers = (requests) => [...new Set(requests.map(({ identity }) => identity))];
const starts = (requests) => requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/runs'));

function assertStartedAs(person, { result, text, requests }) {
  assert.notEqual(result.isError, true, text);
  assert.deepEqual(askers(requests), [people[person].oid]);
  assert.equal(starts(requests).length, 1);
  assert.ok(requests.length > 1, 'no look-up was made, so it proves nothing about whose it is');
}

function assertNothingStarted({ result, requests }, askedAs = []) {
  assert.equal(result.isError, true);
  assert.deepEqual(askers(requests), askedAs);
}

test('what was asked before anybody called, and reads, are the host\'s own', async () => {
  for (const person of ['ada', 'bob']) {
    const token = await signIn(person);
    const { result, text, requests } = await during(() => callTool(host.url, 'list_pipeline_runs', { project: 'Payments' }, { token }));
    assert.notEqual(result.isError, true, text);
    assert.deepEqual(askers(requests), [itself]);
  }
  assert.deepEqual(askers(await scene.simulator.requests()), [itself]);
  assert.deepEqual(await tokenService.asked(), [[itself, azureDevOps]]);
});

test('each starts a run as the person they are, look-ups and all', async () => {
  const tokens = { ada: await signIn('ada'), bob: await signIn('bob') };
  for (const person of ['ada', 'bob', 'ada']) assertStartedAs(person, await during(() => trigger(tokens[person])));
  const [, ...asked] = await tokenService.asked();
  assert.deepEqual(asked, [[itself, tokenExchange], [people.ada.oid, azureDevOps], [people.bob.oid, azureDevOps]]);
});

test('many at once of both: as many runs of each as each asked for', async () => {
  const tokens = { ada: await signIn('ada'), bob: await signIn('bob') };
  const known = (await scene.simulator.requests()).length;
  const answers = await Promise.all(['ada', 'bob', 'ada', 'bob', 'ada'].map((person) => trigger(tokens[person])));
  for (const { isError, content: [{ text }] } of answers) assert.notEqual(isError, true, text);
  const requests = (await scene.simulator.requests()).slice(known);
  const byPerson = Object.groupBy(starts(requests), ({ identity }) => identity);
  assert.deepEqual([byPerson[people.ada.oid].length, byPerson[people.bob.oid].length], [3, 2]);
  assert.deepEqual(askers(requests).sort(), [people.ada.oid, people.bob.oid].sort());
});

test('a dry run is asked for by the person too', async () => {
  const token = await signIn('ada');
  const { result, text, requests } = await during(() => trigger(token, { dry_run: true }));
  assert.notEqual(result.isError, true, text);
  assert.deepEqual(askers(requests), [people.ada.oid]);
  assert.ok(starts(requests).every(({ body }) => JSON.parse(body).previewRun));
});

const refusals = [
  ['consented', ['interaction_required', 'AADSTS65001: The user or administrator has not consented.'], /AADSTS65001.*admin consent/s],
  ['given a second factor', ['interaction_required', 'AADSTS50076: You must use multi-factor authentication.'], /AADSTS50076.*second factor/s],
  ['been let in', ['invalid_grant', 'AADSTS50105: The user is not assigned to a role.'], /AADSTS50105.*administrator/s],
];
for (const [what, refusal, said] of refusals) {
  test(`who has not ${what} is told so, starts nothing, and the host does not start it instead`, async () => {
    await tokenService.people({ refused: { [people.eve.oid]: refusal } });
    const token = await signIn('eve');
    const refused = await during(() => trigger(token));
    assertNothingStarted(refused);
    assert.match(refused.text, said);
    assert.doesNotMatch(refused.text, /Trace ID/);
    assertNothingStarted(await during(() => trigger(token, { dry_run: true })));

    const read = await during(() => callTool(host.url, 'list_pipeline_runs', { project: 'Payments' }, { token }));
    assert.notEqual(read.result.isError, true, read.text);
    assert.deepEqual(askers(read.requests), [itself], 'reads go on');
    const other = await signIn('ada');
    assertStartedAs('ada', await during(() => trigger(other)));
    await tokenService.people({});
    const again = await signIn('eve');
    assertStartedAs('eve', await during(() => trigger(again)));
  });
}

test('whom Azure DevOps itself refuses is refused, though the host may', async () => {
  await tokenService.people({ mayQueue: { [people.bob.oid]: false } });
  const token = await signIn('bob');
  const refused = await during(() => trigger(token));
  await tokenService.people({});
  assertNothingStarted(refused, [people.bob.oid]);
  assert.match(refused.text, /Queue builds/);
});

test('a program may read and not write: it has no name to ask in', async () => {
  const change = ({ name: _, preferred_username: __, ...claims }) => ({ ...claims, idtyp: 'app', roles: ['operator'] });
  const token = secret(scene.issuer.mint('eve', { scope: '', change }));
  const read = await during(() => callTool(host.url, 'list_pipeline_runs', { project: 'Payments' }, { token }));
  assert.notEqual(read.result.isError, true, read.text);
  const asked = (await tokenService.asked()).length;
  const refused = await during(() => trigger(token));
  assertNothingStarted(refused);
  assert.match(refused.text, /program/);
  assert.equal((await tokenService.asked()).length, asked, 'the token service was not even asked');
});

test('the audit names the person of each run', async () => {
  const runs = auditPairs(host.audit()).filter((record) => record.run_id !== undefined && record.status === 'success');
  const begun = starts(await scene.simulator.requests()).filter(({ body }) => !JSON.parse(body).previewRun);
  const done = runs.filter(({ tool_name: name }) => name === 'trigger_pipeline_run').map((record) => record.principal_id);
  const allowed = begun.map(({ identity }) => identity);
  allowed.splice(allowed.lastIndexOf(people.bob.oid), 1);  // the one that Azure DevOps refused
  assert.deepEqual(done.sort(), allowed.sort());
});

test('no output holds a token, and every call began and ended once', async () => {
  await tokenService.keepSecrets();
  await scene.checkOutputs();
});
