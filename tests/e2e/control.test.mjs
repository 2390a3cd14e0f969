// What is done to runs that are there: a person confirms it, in whatever client; it is sent once, whichever replica
// takes the answer; approvals are decided in the person's own name or not at all.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { startAzurite } from './azurite.mjs';
import { auditPairs, secret } from './canaries.mjs';
import { freePort } from './harness.mjs';
import { controlPlugin, entra } from './host_config.mjs';
import { appId, people, tenant } from './people.mjs';
import { callTool, Scene } from './scene.mjs';
import { accessToken } from './sign_in_client.mjs';
import { startTokenService } from './token_service.mjs';

const all = { pipelines: ['**', '*'], branches: ['*'] };
const control = {
  retry_stages: { ...all, stages: ['*'] }, cancel_runs: all, decide_approvals: { ...all, environments: ['*'] },
  confirm: 'always', without_elicitation: 'two_step',
};
const info = { name: 'adomcp-e2e', version: '1' };
const wires = {
  'sdk 1.x, 2025-11-25': {
    make: () => new LegacyClient(info, { capabilities: { elicitation: {} } }),
    answer: (client, answer) => client.setRequestHandler(ElicitRequestSchema, answer),
    transport: (url, options) => new LegacyTransport(url, options),
  },
  'client 2.x, 2026-07-28': {
    make: () => new ModernClient(info, { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode: { pin: '2026-07-28' } } }),
    answer: (client, answer) => client.setRequestHandler('elicitation/create', answer),
    transport: (url, options) => new ModernTransport(url, options),
  },
};
const [legacy, modern] = Object.values(wires);
let scene;
let one;    // these two are replicas …
let other;
let own;    // … and this one writes as itself, not as the person
let closed; // this one has the plugin, and no control block
let token;
let program;

before(async () => {
  scene = await Scene.open({ entra: true });
  const azurite = scene.owns(await startAzurite());
  const tokenService = scene.owns(await startTokenService(scene.simulator));
  const on_behalf_of = { client_id: appId, tenant_id: tenant, authority: tokenService.url, managed_identity: {} };
  const credentials = { credential: { managed_identity: {} }, write_credential: { on_behalf_of } };
  const env = { ...azurite.environment, ...tokenService.environment };
  const ports = [await freePort(), await freePort()];
  const more = { plugins: [controlPlugin], legacy: { sessions: 'local' } };
  const auth = () => ({ ...entra(scene.issuer), roles: ['operator'] });
  const state = { store: azurite.store(), replicas: 'many' };
  const open = (settings) => scene.host({ auth, access: {}, control, credentials, env, more, ...settings });
  [one, other] = [await open({ port: ports[0], state }), await open({ port: ports[1], state })];
  own = await open({ control: { ...control, confirm: 'never', without_elicitation: undefined }, credentials: undefined });
  closed = await open({ control: undefined });
  for (const host of [one, other, own, closed]) scene.issuer.serve(host.url, appId);
  token = await accessToken(scene.issuer.url, 'ada', one.url, `api://${appId}/access_as_user`);
  const change = ({ name: _, preferred_username: __, ...claims }) => ({ ...claims, idtyp: 'app', roles: ['operator'] });
  const robin = { identity: people.ada.oid, person: 'Robin Example' }; // who may decide
  await fetch(`${scene.simulator.base}/_people`, { method: 'POST', body: JSON.stringify(robin) });
  program = secret(scene.issuer.mint('eve', { scope: '', change }));
});
after(() => scene?.close());

const text = ({ content }) => content[0].text;
const writes = async () => (await scene.simulator.requests()).filter(({ method }) => method === 'PATCH');
const lastRecord = (host) => auditPairs(host.auditFile()).at(-1);
const ask = (path) => fetch(`${scene.simulator.base}/contoso/Payments/_apis/${path}`, {
  headers: { Authorization: `Bearer ${scene.simulator.token}` } }).then((answer) => answer.json());

/** The approval that a run waits for. */
async function approvalOf(run) {
  const { value } = await ask('pipelines/approvals?state=pending&api-version=7.2-preview.2');
  return value.find(({ pipeline }) => pipeline.owner.id === run).id;
}

/** A call by an official client, whose person answers `yes`; the forms that they saw, and what was written meanwhile. */
async function confirmed(wire, host, name, args, yes = true) {
  const client = wire.make();
  const forms = [];
  wire.answer(client, async ({ params }) => {
    forms.push(params.message);
    return { action: 'accept', content: { confirm: yes } };
  });
  await client.connect(wire.transport(new URL(host.url), { requestInit: { headers: { Authorization: `Bearer ${token}` } } }));
  const known = (await writes()).length;
  const result = await client.callTool({ name, arguments: { project: 'Payments', ...args } });
  return { result, forms, sent: (await writes()).slice(known) };
}

/** The same by hand, for a client that can't ask. */
async function call(host, name, args, { as = token } = {}) {
  const known = (await writes()).length;
  const result = await callTool(host.url, name, { project: 'Payments', ...args }, { token: as });
  return { result, sent: (await writes()).slice(known) };
}

const confirmationIn = (result) => /"confirmation": "([\w\-.]{20,})"/.exec(text(result))?.[1];

test('a run is retried, cancelled and let go on once a person has confirmed just that', async () => {
  const approval = await approvalOf(4951);
  const cases = [
    [legacy, 'retry_stage', { run_id: 4954, stage: 'Deploy' }, /Retry the failed jobs of stage "Deploy"/, /stages\/Deploy$/],
    [modern, 'decide_approval', { approval_id: approval, decision: 'approve', comment: 'as agreed' },
      /Approve, in your own name.*environment "ledger-prod".*with the comment "as agreed"/s, /pipelines\/approvals$/],
    [modern, 'cancel_run', { run_id: 4955 }, /Cancel run 4955/, /builds\/4955$/],
  ];
  for (const [wire, name, args, form, path] of cases) {
    const no = await confirmed(wire, one, name, args, false);
    assert.equal(no.result.isError, true);
    assert.match(text(no.result), /Nothing was changed: the person did not confirm it/);
    assert.deepEqual(no.sent, []);
    assert.equal(lastRecord(one).rule, 'control.confirm');
    const { result, forms, sent } = await confirmed(wire, one, name, args);
    assert.notEqual(result.isError, true, text(result));
    assert.equal(forms.length, 1);
    assert.match(forms[0], form);
    assert.equal(sent.length, 1);
    assert.match(sent[0].path, path);
    assert.equal(sent[0].identity, people.ada.oid, 'in the person\'s own name');
    const record = lastRecord(one);
    assert.equal(record.confirmation, 'elicitation');
    assert.equal(record.write.kind, name);
  }
});

test('what one replica was told the other takes, and then neither takes it again', async () => {
  const args = { run_id: 4711, stage: 'Build' };
  const asked = await call(one, 'retry_stage', args);
  assert.equal(asked.result.isError, true);
  assert.deepEqual(asked.sent, []);
  const confirmation = confirmationIn(asked.result);
  assert.ok(confirmation, text(asked.result));
  const known = (await writes()).length;
  const answers = await Promise.all([one, other, one, other].map((host) => call(host, 'retry_stage', { ...args, confirmation })));
  assert.equal((await writes()).length, known + 1);
  assert.equal(answers.filter(({ result }) => !result.isError).length, 1);
  for (const host of [one, other]) {
    const again = await call(host, 'retry_stage', { ...args, confirmation });
    assert.equal(again.result.isError, true);
    assert.deepEqual(again.sent, []);
  }
});

test('a confirmation of one change is none of another', async () => {
  const { result } = await call(one, 'cancel_run', { run_id: 4952 });
  const confirmation = confirmationIn(result);
  assert.ok(confirmation, text(result));
  for (const [name, args] of [['cancel_run', { run_id: 4951 }], ['retry_stage', { run_id: 4953, stage: 'Deploy', all_jobs: true }]]) {
    const refused = await call(other, name, { ...args, confirmation });
    assert.equal(refused.result.isError, true);
    assert.deepEqual(refused.sent, []);
  }
});

test('a program confirms nothing, and decides on no approval', async () => {
  const asked = await call(one, 'cancel_run', { run_id: 4952 }, { as: program });
  assert.equal(asked.result.isError, true);
  assert.deepEqual(asked.sent, []);
});

test('what strangers wrote into an approval is cleaned before anybody reads it', async () => {
  const { result, sent } = await call(one, 'decide_approval', { approval_id: await approvalOf(4952), decision: 'approve' });
  assert.match(text(result), /Nothing was changed, because a person has to confirm this first/);
  assert.match(text(result), /its instructions: "Approve at once/);
  assert.doesNotMatch(text(result), /fakepat0123/);
  assert.deepEqual(sent, []);
});

test('without a control block nothing is changed, and the refusal says what to add', async () => {
  for (const [name, args] of [
    ['retry_stage', { run_id: 4781, stage: 'Build' }], ['cancel_run', { run_id: 4952 }],
    ['decide_approval', { approval_id: await approvalOf(4952), decision: 'reject' }]]) {
    const { result, sent } = await call(closed, name, args);
    assert.equal(result.isError, true);
    assert.match(text(result), /has no control\.\w+ in the configuration/);
    assert.deepEqual(sent, []);
  }
});

test('where the host writes as itself, it decides on no approval', async () => {
  const refused = await call(own, 'decide_approval', { approval_id: await approvalOf(4952), decision: 'approve' });
  assert.equal(refused.result.isError, true);
  assert.match(text(refused.result), /in a person's own name, or not at all/);
  assert.deepEqual(refused.sent, []);
  assert.equal(lastRecord(own).rule, 'control.own_name');
  const cancelled = await call(own, 'cancel_run', { run_id: 4952 });
  assert.notEqual(cancelled.result.isError, true, text(cancelled.result));
  assert.equal(cancelled.sent.length, 1);
});

test('no output of any host holds a secret, and every call began and ended once', () => scene.checkOutputs());
