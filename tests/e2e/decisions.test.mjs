// Decisions on approvals are a person's own: whom Azure DevOps sees, what it refuses, and that each goes out once.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { auditPairs } from './canaries.mjs';
import { controlPlugin, entra } from './host_config.mjs';
import { appId, people, tenant } from './people.mjs';
import { callTool, Scene } from './scene.mjs';
import { accessToken } from './sign_in_client.mjs';
import { startTokenService } from './token_service.mjs';

const control = {
  retry_stages: { pipelines: ['*'], branches: ['main'], stages: ['*'] },
  cancel_runs: { pipelines: ['*'], branches: ['main'] },
  decide_approvals: { pipelines: ['*'], environments: ['*'] },
  confirm: 'never',
};
/** Waits for Robin or Sasha; see tests/simulator/README.md. */
const waiting = 4878;
let scene;
let host;
let ownName;

before(async () => {
  scene = await Scene.open({ entra: true });
  const tokenService = scene.owns(await startTokenService(scene.simulator));
  const on_behalf_of = { client_id: appId, tenant_id: tenant, authority: tokenService.url, managed_identity: {} };
  const settings = {
    auth: () => ({ ...entra(scene.issuer), roles: ['operator'] }),
    access: {},
    control,
    env: tokenService.environment,
    more: { plugins: [controlPlugin] },
  };
  host = await scene.host({ ...settings, credentials: { credential: { managed_identity: {} }, write_credential: { on_behalf_of } } });
  ownName = await scene.host({ ...settings, credentials: { credential: { managed_identity: {} } } });
  scene.issuer.serve(host.url, appId);
});
after(() => scene?.close());

const steer = async (method, path, body) => {
  const answer = await fetch(`${scene.simulator.base}${path}`, { method, body: body && JSON.stringify(body) });
  assert.equal(answer.status, 200, path);
};

beforeEach(async () => {
  await steer('POST', '/_reset');
  await steer('DELETE', '/_faults');
  await steer('POST', '/_people', { identity: people.ada.oid, person: 'Robin Example' });
  await steer('POST', '/_people', { identity: people.bob.oid, person: 'nobody' });
});

/** As Azure DevOps tells it, with the steps. */
async function approvalOf(run) {
  const answer = await fetch(`${scene.simulator.base}/contoso/Payments/_apis/pipelines/approvals?$expand=steps&api-version=7.2-preview.2`,
    { headers: { Authorization: `Bearer ${scene.simulator.token}` } });
  return (await answer.json()).value.find(({ pipeline }) => pipeline.owner.id === run);
}

const signIn = (person) => accessToken(scene.issuer.url, person, host.url, `api://${appId}/access_as_user`);

/** The result, its words, and the writes that Azure DevOps got. */
async function decide(person, args = {}, url = host.url) {
  const { id } = await approvalOf(waiting);
  const token = await signIn(person);
  await steer('DELETE', '/_requests');
  const result = await callTool(url, 'decide_approval', { project: 'Payments', approval_id: id, decision: 'approve', ...args }, { token });
  const writes = (await scene.simulator.requests()).filter(({ method }) => method === 'PATCH');
  return { result, text: result.content[0].text, writes, id };
}

const stateOf = async () => (await approvalOf(waiting)).status;

test('an approver decides in their own name, and only once', async () => {
  const { result, text, writes, id } = await decide('ada', { comment: 'Seen by the board' });
  assert.notEqual(result.isError, true, text);
  assert.deepEqual(result.structuredContent.approval, { id, status: 'approved', stage: 'Deploy', environment: 'Production' });
  assert.deepEqual(writes.map(({ identity }) => identity), [people.ada.oid]);
  assert.deepEqual(JSON.parse(writes[0].body), [{ approvalId: id, status: 'approved', comment: 'Seen by the board' }]);
  const [step] = (await approvalOf(waiting)).steps;
  assert.deepEqual([step.actualApprover.displayName, step.comment], ['Robin Example', 'Seen by the board']);
  const again = await decide('ada');
  assert.equal(again.result.isError, true);
  assert.match(again.text, /not pending.*approved.*Robin Example/);
  assert.deepEqual(again.writes, []);
});

test('a rejection ends the run', async () => {
  const { result, text } = await decide('ada', { decision: 'reject' });
  assert.notEqual(result.isError, true, text);
  assert.equal(result.structuredContent.approval.status, 'rejected');
  assert.equal(await stateOf(), 'rejected');
});

test('who is no approver is refused by Azure DevOps', async () => {
  const { result, text, writes } = await decide('bob');
  assert.equal(result.isError, true);
  assert.match(text, /not authorized/);
  assert.deepEqual(writes.map(({ identity }) => identity), [people.bob.oid]);
  assert.equal(await stateOf(), 'pending');
});

test('the host decides for nobody', async () => {
  const { result, writes } = await decide('ada', {}, ownName.url);
  assert.equal(result.isError, true);
  assert.deepEqual(writes, []);
  assert.equal(await stateOf(), 'pending');
});

test('whatever breaks, it is sent at most once', async () => {
  const status = (code) => ({ kind: 'status', status: code });
  const faults = [{ kind: 'lost_answer' }, { kind: 'reset' }, { kind: 'truncated' }, { kind: 'html' }, { kind: 'redirect' },
    { ...status(429), retry_after: 0 }, ...[400, 401, 403, 404, 409, 500, 502, 503].map(status)];
  for (const fault of faults) {
    await steer('POST', '/_reset');
    await steer('DELETE', '/_faults');
    await steer('POST', '/_faults', { method: 'PATCH', times: 5, ...fault });
    const { result, text, writes } = await decide('ada');
    assert.equal(result.isError, true, `${JSON.stringify(fault)}: ${text}`);
    assert.equal(writes.length, 1, JSON.stringify(fault));
    const outcome = auditPairs(host.auditFile()).at(-1).status;
    assert.notEqual(outcome, 'success');
    if (['lost_answer', 'reset', 'truncated'].includes(fault.kind)) assert.equal(outcome, 'unknown', JSON.stringify(fault));
  }
});

test('a slow answer is waited for', async () => {
  await steer('POST', '/_faults', { method: 'PATCH', kind: 'slow', delay_ms: 50 });
  const { result, text, writes } = await decide('ada');
  assert.notEqual(result.isError, true, text);
  assert.equal(writes.length, 1);
});

test('no secret was put out, and each call began and ended once', () => scene.checkOutputs());
