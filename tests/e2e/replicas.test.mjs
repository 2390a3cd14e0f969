// Several hosts that share a blob container: what one gives out the other takes, and only once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startAzurite } from './azurite.mjs';
import { auditPairs, secret } from './canaries.mjs';
import { freePort } from './harness.mjs';
import { oidc } from './host_config.mjs';
import { callTool, Scene } from './scene.mjs';
import { accessToken } from './sign_in_client.mjs';

const run = { project: 'Payments', pipeline_id: 20, branch: 'main' };
let scene;
let azurite;
let one;       // these two share a container …
let other;
let stranger;  // … this one has another
let alone;     // and this one shares nothing, though it says that it has replicas
let token;

before(async () => {
  scene = await Scene.open();
  azurite = scene.owns(await startAzurite());
  const ports = [await freePort(), await freePort(), await freePort(), await freePort()];
  const auth = () => oidc(scene.issuer, ports.map((port) => `http://127.0.0.1:${port}`));
  const trigger = { confirm: 'always', without_elicitation: 'two_step' };
  const open = (port, store) => scene.host({ auth, port, trigger, state: { store, replicas: 'many' }, env: azurite.environment });
  const [shared, own] = [azurite.store(), azurite.store()];
  one = await open(ports[0], shared);
  other = await open(ports[1], shared);
  stranger = await open(ports[2], own);
  alone = await open(ports[3], 'memory');
  scene.issuer.serve(one.url);
  token = await accessToken(scene.issuer.url, 'ada', one.url);
});
after(() => scene?.close());

const trigger = (host, args = {}) => callTool(host.url, 'trigger_pipeline_run', { ...run, ...args }, { token });
const started = async () => (await scene.simulator.started()).length;
const text = ({ content }) => content[0].text;

/** The client is shown them, so answers may hold them; nothing else may. */
const confirmations = [];

/** The first step, which starts nothing; gives what the second one wants. */
async function ask(host) {
  const before = await started();
  const answer = await trigger(host);
  assert.equal(answer.isError, true);
  assert.equal(await started(), before);
  const confirmation = /"confirmation": "([\w\-.]{20,})"/.exec(text(answer))?.[1];
  assert.ok(confirmation, `no confirmation in: ${text(answer)}`);
  confirmations.push(confirmation);
  return confirmation;
}

async function assertUsed(host, confirmation) {
  const answer = await trigger(host, { confirmation });
  assert.equal(answer.isError, true);
  assert.match(text(answer), /used already/);
}

/** `times` calls on each of `hosts` at once; one of them starts a run, and the others say why not. */
async function race(hosts, confirmation, times) {
  const before = await started();
  const calls = Array.from({ length: times }, () => hosts.map((host) => trigger(host, { confirmation }))).flat();
  const answers = await Promise.all(calls);
  const refused = answers.filter(({ isError }) => isError);
  assert.equal(refused.length, calls.length - 1);
  for (const answer of refused) assert.match(text(answer), /used already/);
  assert.equal(await started(), before + 1);
}

test('two that ask for the first time at once make one key', async () => {
  const [ofOne, ofOther] = await Promise.all([ask(one), ask(other)]);
  for (const [host, confirmation] of [[other, ofOne], [one, ofOther]]) {
    const answer = await trigger(host, { confirmation });
    assert.notEqual(answer.isError, true, text(answer));
  }
  assert.equal(await started(), 2);
});

test('what either gave out the other takes, and then neither takes it again', async () => {
  for (const [giver, taker] of [[one, other], [other, one], [one, one]]) {
    const before = await started();
    const confirmation = await ask(giver);
    const answer = await trigger(taker, { confirmation });
    assert.notEqual(answer.isError, true, text(answer));
    for (const host of [giver, taker, one, other]) await assertUsed(host, confirmation);
    assert.equal(await started(), before + 1);
  }
});

test('used on both at the same time: exactly one run', async () => {
  for (let round = 0; round < 5; ++round) await race([one, other], await ask(one), 1);
  await race([one, other], await ask(other), 4);
});

test('one that shares another container takes none of it', async () => {
  const before = await started();
  const confirmation = await ask(one);
  const refused = await trigger(stranger, { confirmation });
  assert.equal(refused.isError, true);
  assert.match(text(refused), /does not count/);
  assert.equal(await started(), before);
  const good = await trigger(other, { confirmation });
  assert.notEqual(good.isError, true, 'refused there, it is as good as before here');
});

test('replicas that share nothing confirm nothing, and say what to configure', async () => {
  const before = await started();
  const foreign = await ask(one);
  for (const args of [{}, { confirmation: foreign }]) {
    const refused = await trigger(alone, args);
    assert.equal(refused.isError, true);
    assert.match(text(refused), /state\.store: \{blob/);
    assert.match(text(refused), /state\.replicas: one/);
    assert.doesNotMatch(text(refused), /"confirmation": "/);
  }
  assert.equal(await started(), before);
  const dryRun = await trigger(alone, { dry_run: true });
  assert.notEqual(dryRun.isError, true, text(dryRun));
  const read = await callTool(alone.url, 'list_pipeline_runs', { project: 'Payments' }, { token });
  assert.notEqual(read.isError, true, text(read));
  assert.equal(await started(), before);
});

test('with the store gone, nothing that must be confirmed is started', async () => {
  const before = await started();
  const confirmation = await ask(one);
  await azurite.stop();
  for (const host of [one, other]) {
    const refused = await trigger(host, { confirmation });
    assert.equal(refused.isError, true);
    assert.match(text(refused), /Nothing was started/);
    assert.doesNotMatch(text(refused), /used already/);
  }
  assert.equal(await started(), before);
});

test('each run that was started is in the audit of one replica, as confirmed in two steps', async () => {
  const good = [one, other].flatMap((host) => auditPairs(host.audit())).filter(({ status }) => status === 'success');
  assert.ok(good.length > 0);
  assert.equal(good.length, await started());
  for (const record of good) assert.equal(record.confirmation, 'two_step');
});

test('no output of any host holds a secret, and every call began and ended once', async () => {
  await scene.checkOutputs();
  for (const each of confirmations) secret(each);
  scene.checkRecords();
});
