// A person confirms, not the model: what a model that repeats everything it was shown can't do.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { auditPairs, secret } from './canaries.mjs';
import { freePort } from './harness.mjs';
import { oidc, rules } from './host_config.mjs';
import { ask, callTool, Scene } from './scene.mjs';
import { accessToken } from './sign_in_client.mjs';

const run = { project: 'Payments', pipeline_id: 20, branch: 'main' };
let scene;
let strict;   // a person must confirm, and no client here can ask one
let twoStep;  // a second call with what the first one gave is enough
let replica;  // the same again, sharing nothing with it
let token;

before(async () => {
  scene = await Scene.open();
  const ports = [await freePort(), await freePort(), await freePort()];
  const auth = () => oidc(scene.issuer, ports.map((port) => `http://127.0.0.1:${port}`));
  const open = (port, trigger) => scene.host({ auth, port, trigger: { confirm: 'always', ...trigger } });
  strict = await open(ports[0], {});
  twoStep = await open(ports[1], { without_elicitation: 'two_step' });
  replica = await open(ports[2], { without_elicitation: 'two_step' });
  scene.issuer.serve(strict.url);
  token = await accessToken(scene.issuer.url, 'ada', strict.url);
});
after(() => scene?.close());

const trigger = (host, args = {}, who = token) => callTool(host.url, 'trigger_pipeline_run', { ...run, ...args }, { token: who });
const started = async () => (await scene.simulator.started()).length;

/** Every word of an answer that might be taken for something to say back. */
function words(answer) {
  return [...new Set(JSON.stringify(answer).match(/[A-Za-z0-9_\-.=+/]{2,}/g))];
}

/** The first step: nothing started; gives what the second step wants. */
async function firstStep(args) {
  const before = await started();
  const { isError, content: [{ text }] } = await trigger(twoStep, args);
  assert.equal(isError, true);
  assert.equal(await started(), before);
  const confirmation = /confirmation\W+([\w\-.]{20,})/.exec(text)?.[1];
  assert.ok(confirmation, `no confirmation in: ${text}`);
  return secretAfterwards(confirmation);
}

// The client is shown it, so answers may hold it; nothing else may. Registered once all was answered.
const confirmations = [];
function secretAfterwards(confirmation) {
  confirmations.push(confirmation);
  return confirmation;
}

test('the model repeats all that it was shown, and starts nothing', async () => {
  const { body } = await ask(strict.url, 'tools/list', { token });
  const answer = await trigger(strict);
  assert.equal(answer.isError, true);
  assert.match(answer.content[0].text, /confirm/i);
  const tool = body.result.tools.find(({ name }) => name === 'trigger_pipeline_run');
  assert.equal(tool.inputSchema.properties.confirmation, undefined);
  for (const word of [...words(answer), 'yes', 'true']) {
    const { isError, content: [{ text }] } = await trigger(strict, { confirmation: word });
    assert.equal(isError, true);
    assert.match(text, /confirm/, 'refused for another reason than the confirmation');
  }
  assert.equal(await started(), 0);
});

test('a dry run asks nobody', async () => {
  const answer = await trigger(strict, { dry_run: true });
  assert.notEqual(answer.isError, true, answer.content[0].text);
  assert.equal(await started(), 0);
});

test('two steps: the list says so, the second call starts exactly one run, and only once', async () => {
  const { body } = await ask(twoStep.url, 'tools/list', { token });
  const schemas = Object.fromEntries(body.result.tools.map(({ name, inputSchema }) => [name, inputSchema.properties]));
  assert.equal(schemas.trigger_pipeline_run.confirmation.type, 'string');
  assert.equal(schemas.list_pipeline_runs.confirmation, undefined);

  const confirmation = await firstStep();
  const good = await trigger(twoStep, { confirmation });
  assert.notEqual(good.isError, true, good.content[0].text);
  assert.equal(await started(), 1);
  for (let i = 0; i < 2; ++i) assert.equal((await trigger(twoStep, { confirmation })).isError, true);
  assert.equal(await started(), 1);

  const records = auditPairs(twoStep.audit());
  assert.deepEqual(records.map(({ status }) => status), ['denied', 'success', 'denied', 'denied']);
  assert.equal(records[1].confirmation, 'two_step');
});

test('two at once with one confirmation: one starts', async () => {
  const before = await started();
  const confirmation = await firstStep();
  const answers = await Promise.all(Array.from({ length: 6 }, () => trigger(twoStep, { confirmation })));
  assert.equal(answers.filter(({ isError }) => !isError).length, 1);
  assert.equal(await started(), before + 1);
});

test('a confirmation is for these arguments, this person, this host, and whole', async () => {
  const before = await started();
  const confirmation = await firstStep();
  const bob = await accessToken(scene.issuer.url, 'bob', strict.url);
  const refused = {
    'another branch': await trigger(twoStep, { confirmation, branch: 'release/1.0' }),
    'another person': await trigger(twoStep, { confirmation }, bob),
    'another replica': await trigger(replica, { confirmation }),
    'a letter changed': await trigger(twoStep, { confirmation: confirmation.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')) }),
    'cut short': await trigger(twoStep, { confirmation: confirmation.slice(0, -4) }),
    'nothing': await trigger(twoStep, { confirmation: '' }),
  };
  for (const [what, { isError }] of Object.entries(refused)) assert.equal(isError, true, what);
  assert.equal(await started(), before);
});

test('another operator can\'t use it either', async () => {
  const before = await started();
  const both = [...rules, { name: 'readers who may start', roles: ['reader'], tools: ['trigger_pipeline_run'], projects: ['Payments'] }];
  const port = await freePort();
  const auth = () => oidc(scene.issuer, [strict.base, `http://127.0.0.1:${port}`]);
  const host = await scene.host({ auth, port, access: { rules: both }, trigger: { confirm: 'always', without_elicitation: 'two_step' } });
  const { content: [{ text }] } = await trigger(host);
  const confirmation = secretAfterwards(/confirmation\W+([\w\-.]{20,})/.exec(text)[1]);
  const bob = await accessToken(scene.issuer.url, 'bob', strict.url);
  assert.equal((await trigger(host, { confirmation }, bob)).isError, true);
  assert.equal(await started(), before);
});

test('no output of any host holds a secret, and every call began and ended once', async () => {
  await scene.checkOutputs();
  assert.ok(confirmations.length >= 3);
  for (const each of confirmations) secret(each);
  scene.checkRecords();
});
