// Three hosts behind nginx with infra/nginx/adomcp.conf: what crosses replicas, what stays with one, and what is lost when
// one is killed or reloaded under load.
import assert from 'node:assert/strict';
import { existsSync, renameSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { startAzurite } from './azurite.mjs';
import { assertNoSecrets, auditPairs } from './canaries.mjs';
import { freePort } from './harness.mjs';
import { oidc, rules } from './host_config.mjs';
import { startNginx } from './nginx.mjs';
import { Scene } from './scene.mjs';
import { accessToken } from './sign_in_client.mjs';
import { ask, eventually, legacy, modern, raw } from './wire.mjs';

const workers = 12;
const callsEachPhase = 120;
const capabilities = { elicitation: {}, extensions: { 'io.modelcontextprotocol/tasks': {} } };
const run = { project: 'Payments', pipeline_id: 20, branch: 'main' }; // a person confirms it …
const unconfirmed = { ...run, branch: 'release/1.0' };                  // … but nobody this one
const fixture = { id: 'conformance', library: 'conformance.so', tools: ['greet', 'slow_compute', 'test_input_required_result_multi_round'] };
const sessions = 'local';
let scene;
let nginx;
let hosts;
let doomed;
let token;
let otherToken;
let underLoad; // how each call of the load went

before(async () => {
  scene = await Scene.open();
  const azurite = scene.owns(await startAzurite());
  const [front, ...ports] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const publicUrl = `http://127.0.0.1:${front}`;
  const settings = {
    publicUrl, auth: () => oidc(scene.issuer, [publicUrl]), env: azurite.environment,
    state: { store: azurite.store(), replicas: 'many' },
    access: { rules, rate_limits: { calls_per_minute: 100_000, tool_calls_per_minute: 100_000 } },
    trigger: { confirm: 'protected', protected: { branches: ['main'] }, variables: ['CALL'] },
    more: { server: { trusted_proxies: ['127.0.0.1'] }, legacy: { sessions }, plugins: [fixture] },
  };
  hosts = await Promise.all(ports.map((port, index) => scene.host({ ...settings, port, dies: index === 0 })));
  [doomed] = hosts;
  nginx = scene.owns(await startNginx(front, ports));
  scene.issuer.serve(nginx.url);
  token = await accessToken(scene.issuer.url, 'ada', nginx.url);
  otherToken = await accessToken(scene.issuer.url, 'bob', nginx.url);
});
after(() => scene?.close());

const bearer = (who = token) => ({ Authorization: `Bearer ${who}` });

/** One request through nginx: {status, frame, replica}; `replica` is the port of the one that answered. */
async function send(method, params, who) {
  const { status, headers, frame } = await ask(nginx.url, modern(method, params, { capabilities, headers: bearer(who) }));
  return { status, frame, replica: replicaOf(headers.get('x-replica')) };
}
const replicaOf = (tried) => Number(/:(\d+)$/.exec(tried)?.[1]);
const portOf = ({ base }) => Number(new URL(base).port);
const call = (name, args = {}, more = {}, who = undefined) => send('tools/call', { name, arguments: args, ...more }, who);
const started = async () => (await scene.simulator.started()).map(({ body }) => JSON.parse(body));
const textOf = ({ frame }) => frame.result?.content?.[0]?.text ?? JSON.stringify(frame);

/** The first answer that `from` did not give; `make` must do no harm when it is made again. */
async function elsewhere(from, make) {
  for (let time = 0; time < hosts.length; ++time) {
    const answer = await make();
    if (answer.replica !== from) return answer;
  }
  return assert.fail('nginx asked one replica alone');
}

test('every replica is asked, in turn', async () => {
  const answers = [];
  for (let time = 0; time < 9; ++time) answers.push(await call('greet', { name: `${time}` }));
  answers.forEach((answer, time) => assert.equal(textOf(answer), `Hello, ${time}!`));
  const count = (host) => answers.filter(({ replica }) => replica === portOf(host)).length;
  assert.deepEqual(hosts.map(count), [3, 3, 3]);
});

test('the audit names the client’s address, not nginx’s', async () => {
  const far = { ...modern('tools/call', { name: 'greet', arguments: { name: 'far' } }, { headers: bearer() }), localAddress: '127.0.0.77' };
  const { status, text } = await raw(nginx.url, far);
  assert.equal(status, 200, text);
  await eventually(() => [...new Set(hosts.flatMap((host) => host.audit()).map((record) => record.client_ip))], (from) => from.includes('127.0.0.77'));
});

test('a question that one replica puts may be answered at another', async () => {
  const name = 'test_input_required_result_multi_round';
  const next = async (before, inputResponses) =>
    elsewhere(before.replica, () => call(name, {}, { requestState: before.frame.result.requestState, inputResponses }));
  const accept = (content) => ({ action: 'accept', content });
  const first = await call(name);
  const second = await next(first, { step1: accept({ name: 'Ada' }) });
  assert.deepEqual(Object.keys(second.frame.result.inputRequests), ['step2']);
  const third = await next(second, { step2: accept({ color: 'red' }) });
  assert.equal(textOf(third), 'Ada likes red.');
  assert.notEqual(first.replica, second.replica);
  assert.notEqual(second.replica, third.replica);
});

/** Asks to start a run; gives the round in which the person says `yes` or no. */
async function asked() {
  const { frame, replica } = await call('trigger_pipeline_run', run);
  const [key] = Object.keys(frame.result.inputRequests);
  const answer = (confirm) => () => call('trigger_pipeline_run', run, {
    requestState: frame.result.requestState, inputResponses: { [key]: { action: 'accept', content: { confirm } } },
  });
  return { replica, yes: answer(true), no: answer(false) };
}

test('a confirmation counts at any replica, and once at all of them', async () => {
  for (let time = 0; time < 3; ++time) {
    const before = (await started()).length;
    const { yes } = await asked();
    const answers = await Promise.all(hosts.map(yes));
    assert.equal(new Set(answers.map(({ replica }) => replica)).size, hosts.length, 'each was given it');
    const good = answers.filter(({ frame }) => frame.result?.isError === false || frame.result?.structuredContent);
    assert.equal(good.length, 1, answers.map(textOf).join('\n'));
    assert.equal((await started()).length, before + 1);
    await yes();
    assert.equal((await started()).length, before + 1);
  }
});

test('a no counts at every replica', async () => {
  const before = (await started()).length;
  const { no, yes } = await asked();
  await no();
  for (let time = 0; time < hosts.length; ++time) await yes();
  assert.equal((await started()).length, before);
});

test('a task is read at every replica, by its owner alone', async () => {
  const begun = await call('slow_compute', { seconds: 1, label: 'far' });
  const { taskId } = begun.frame.result;
  assert.ok(taskId, JSON.stringify(begun.frame));
  const get = (who) => send('tasks/get', { taskId }, who);
  const seen = new Set();
  const last = await eventually(async () => {
    const { frame, replica } = await get();
    seen.add(replica);
    return frame.result;
  }, (task) => task?.status === 'completed');
  assert.match(JSON.stringify(last.result), /Computed 'far'/);
  while (seen.size < hosts.length) seen.add((await get()).replica);
  for (let time = 0; time < hosts.length; ++time) assert.ok((await get(otherToken)).frame.error);
});

test('a task is cancelled from another replica than the one that runs it', async () => {
  const begun = await call('slow_compute', { seconds: 60, label: 'long' });
  const { taskId } = begun.frame.result;
  await elsewhere(begun.replica, () => send('tasks/cancel', { taskId }));
  await eventually(async () => (await send('tasks/get', { taskId })).frame.result.status, (status) => status === 'cancelled');
});

/** A legacy client at an address of its own: {status, headers, text} of each message. */
function legacyClient(localAddress) {
  const post = (message, session) => raw(nginx.url, { ...legacy(message, { session, headers: bearer() }), localAddress });
  const initialize = { id: 0, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'e2e', version: '1' } } };
  return { post, begin: () => post(initialize) };
}

test('legacy sessions run with affinity: each client stays at its replica', async () => {
  const homes = new Set();
  // The ring is made of the replicas' ports, which are others each time: now and then sixteen miss one.
  for (let last = 2; last < 18 || (homes.size < hosts.length && last < 250); ++last) {
    const client = legacyClient(`127.0.0.${last}`);
    const begun = await client.begin();
    const session = { id: begun.headers['mcp-session-id'], revision: '2025-11-25' };
    assert.ok(session.id, begun.text);
    const answers = [];
    for (let id = 1; id < 4; ++id) answers.push(await client.post({ id, method: 'tools/call', params: { name: 'greet', arguments: { name: 'old' } } }, session));
    for (const { status, text } of answers) assert.equal(status, 200, text);
    const at = new Set([begun, ...answers].map(({ headers }) => headers['x-replica']));
    assert.equal(at.size, 1);
    homes.add([...at][0]);
  }
  assert.equal(homes.size, hosts.length, 'clients are spread over the replicas');
});

test('without affinity they are told so, by the host’s log and by the answer', async () => {
  for (const host of hosts) assert.match(host.outputs().stderr, /legacy\.sessions: local, .*affinity/);
  const begun = await legacyClient('127.0.0.2').begin();
  const session = { id: begun.headers['mcp-session-id'], revision: '2025-11-25' };
  const stray = hosts.find((host) => portOf(host) !== replicaOf(begun.headers['x-replica']));
  const { status, frame } = await ask(stray.url, legacy({ id: 1, method: 'tools/list' }, { session, headers: bearer() }));
  assert.equal(status, 404);
  assert.match(frame.error.message, /balancer.*another replica/);
});

/** Calls without end: every other one starts a run of its own number. `done` holds how each went. */
class Load {
  constructor() {
    this.done = [];
    this.going = true;
    this.workers = Array.from({ length: workers }, () => this.#work());
  }

  async #work() {
    while (this.going) {
      const number = Load.calls++;
      const writes = number % 2 === 0;
      const began = performance.now();
      const answer = await (writes
        ? call('trigger_pipeline_run', { ...unconfirmed, variables: { CALL: `${number}` } })
        : call('list_pipeline_runs', { project: 'Payments' }));
      this.done.push({ ...answer, number, writes, began, good: answer.status === 200 && answer.frame.result?.structuredContent !== undefined });
    }
  }

  /** Once as many calls more have come back. */
  async more(count) {
    const goal = this.done.length + count;
    await eventually(() => this.done.length, (length) => length >= goal, 60_000);
  }

  async end() {
    this.going = false;
    await Promise.all(this.workers);
    return this.done;
  }
}
Load.calls = 0;

const fault = (what) => fetch(`${scene.simulator.base}/_faults`, { method: 'POST', body: JSON.stringify(what) });
const underWay = (host) => {
  const ids = (event) => host.audit().filter((record) => record.event === event).map((record) => record.call_id);
  const finished = new Set(ids('finished'));
  return ids('started').filter((id) => !finished.has(id));
};
const lists = async (host, name) => {
  const { frame } = await ask(host.url, modern('tools/list', {}, { headers: bearer() }));
  return frame.result.tools.some((tool) => tool.name === name);
};

/** Takes a plugin away from a host that serves, and gives it back. */
async function reloadTwice(host) {
  const file = path.join(host.folder, 'plugins.d/deployments.yaml');
  assert.ok(existsSync(file));
  renameSync(file, `${file}.away`);
  await eventually(() => lists(host, 'list_deployments'), (there) => !there);
  renameSync(`${file}.away`, file);
  await eventually(() => lists(host, 'list_deployments'), (there) => there);
}

test('one killed and one reloaded under load: only what the killed one had is lost, nothing is started twice', async (t) => {
  await fault({ match: '/_apis/', kind: 'slow', delay_ms: 10, times: 1_000_000 });
  const before = (await started()).length;
  const load = new Load();
  await load.more(callsEachPhase);
  await eventually(() => underWay(doomed).length, (count) => count > 0);
  await doomed.kill();
  const killed = performance.now();
  await load.more(callsEachPhase);
  const [, reloaded] = hosts;
  await reloadTwice(reloaded);
  await load.more(callsEachPhase);
  const done = await load.end();
  underLoad = done;

  const failed = done.filter(({ good }) => !good);
  for (const { status, frame, replica, began } of failed) {
    assert.deepEqual([status, replica, began < killed], [502, portOf(doomed), true], JSON.stringify(frame));
    assert.match(frame.error.message, /gone or did not answer.*look whether it was started/);
  }
  assert.ok(failed.length >= 1 && failed.length <= workers, `${failed.length} calls failed`);
  const reloads = reloaded.audit().filter((record) => record.event === 'reloaded');
  assert.ok(reloads.length >= 2, 'it was reloaded twice');

  const numbers = (await started()).slice(before).map(({ variables }) => Number(variables.CALL.value));
  assert.equal(new Set(numbers).size, numbers.length, 'no run was started twice');
  const lost = new Set(failed.map(({ number }) => number));
  const writes = done.filter((each) => each.writes).map(({ number }) => number);
  assert.deepEqual(numbers.filter((number) => !lost.has(number)).sort((a, b) => a - b), writes.filter((number) => !lost.has(number)).sort((a, b) => a - b));
  t.diagnostic(`${done.length} calls, ${failed.length} lost with the killed replica, ${numbers.length} runs started`);
});

test('every call is in the audit once; only the killed replica has calls without an end', async () => {
  const [, ...alive] = hosts;
  for (const host of alive) await host.stop();
  assert.ok(underWay(doomed).length <= workers);
  const open = new Set(underWay(doomed));
  const records = [...alive.flatMap((host) => host.audit()), ...doomed.audit().filter((record) => !open.has(record.call_id))];
  const pairs = auditPairs(records);
  // A call that was lost may have been carried out, and then be in the audit.
  const read = pairs.filter(({ tool_name: tool }) => tool === 'list_pipeline_runs').length;
  const reads = underLoad.filter(({ writes }) => !writes);
  const answered = reads.filter(({ good }) => good).length;
  assert.ok(answered <= read && read <= reads.length, `${reads.length} reads, ${answered} answered, ${read} audited`);
  const succeeded = pairs.filter(({ tool_name: tool, status }) => tool === 'trigger_pipeline_run' && status === 'success');
  const unfinished = doomed.audit().filter((record) => open.has(record.call_id) && record.tool_name === 'trigger_pipeline_run');
  const runs = (await started()).length;
  assert.ok(succeeded.length <= runs && runs <= succeeded.length + unfinished.length, `${runs} runs, ${succeeded.length} audited`);
});

test('no output of any replica or of nginx holds a secret', async () => {
  await scene.checkOutputs();
  assertNoSecrets({ ...doomed.outputs(), nginx: nginx.log() });
});
