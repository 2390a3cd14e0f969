// The revisions before 2026-07-28 on the same endpoint, as far as the conformance suite leaves them out: negotiation,
// batches, sessions, what the server asks its client, cancellation.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { ConformanceHost } from './conformance_host.mjs';
import { ask, eventually, legacy, legacyRevisions, open, startSession } from './wire.mjs';

const newest = legacyRevisions.at(-1);
let host;
before(async () => { host = await ConformanceHost.start(); });
after(async () => { await host?.stop(); });

const call = (id, name, args = {}, more = {}) => ({ id, method: 'tools/call', params: { name, arguments: args, ...more } });
const finished = (tool) => host.host.audit().filter((record) => record.event === 'finished' && record.tool_name === tool);
const started = (tool) => host.host.audit().filter((record) => record.event === 'started' && record.tool_name === tool);

for (const revision of legacyRevisions) {
  test(`${revision} is what a client that asks for it gets`, async () => {
    const session = await startSession(host.url, revision);
    assert.equal(session.revision, revision);
    assert.match(session.id, /^[\x21-\x7e]+$/);
    const { status, frame } = await ask(host.url, legacy(call(1, 'greet', { name: revision }), { session }));
    assert.deepEqual([status, frame.result.content[0].text], [200, `Hello, ${revision}!`]);
    assert.ok(!('resultType' in frame.result));
    const ping = await ask(host.url, legacy({ id: 2, method: 'ping' }, { session }));
    assert.deepEqual(ping.frame.result, {});
  });
}

test('a revision that nobody knows, and the modern one in a handshake, get the newest with a handshake', async () => {
  for (const revision of ['2024-11-05', '2099-01-01', '2026-07-28', 'tomorrow']) {
    const session = await startSession(host.url, revision);
    assert.equal(session.revision, newest, revision);
  }
});

test('a revision in the header that is not the session’s is refused', async () => {
  const session = await startSession(host.url, '2025-06-18');
  const { status } = await ask(host.url, legacy({ id: 1, method: 'ping' }, { session: { ...session, revision: '1999-01-01' } }));
  assert.equal(status, 400);
});

test('what only the modern era has is unknown in a session', async () => {
  const session = await startSession(host.url, newest);
  for (const method of ['server/discover', 'subscriptions/listen', 'tasks/get', 'no/such/method']) {
    const { frame } = await ask(host.url, legacy({ id: 1, method, params: {} }, { session }));
    assert.equal(frame.error.code, -32601, method);
  }
});

test('the official client of 2025-11-25 answers what a tool asks, over its own stream', async () => {
  const client = new Client({ name: 'e2e', version: '1' }, { capabilities: { elicitation: {} } });
  const asked = [];
  client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
    asked.push(params.message);
    return asked.length === 1 ? { action: 'accept', content: { name: 'Ada' } } : { action: 'accept', content: { color: 'red' } };
  });
  await client.connect(new StreamableHTTPClientTransport(new URL(host.url)));
  const { content } = await client.callTool({ name: 'test_input_required_result_multi_round', arguments: {} });
  assert.equal(content[0].text, 'Ada likes red.');
  assert.equal(asked.length, 2);
  await client.close();
});

test('a client that can’t be asked is told so by the tool', async () => {
  const session = await startSession(host.url, newest);
  const { status, frame } = await ask(host.url, legacy(call(1, 'test_elicitation', { message: 'Who?' }), { session }));
  assert.equal(status, 200);
  assert.ok(frame.error || frame.result.isError, JSON.stringify(frame));
});

test('a question is answered by its own id, and another’s answer is nobody’s', async () => {
  const session = await startSession(host.url, newest, { elicitation: {} });
  const frames = await open(host.url, legacy(call(5, 'test_input_required_result_elicitation'), { session }));
  const question = await frames.until(({ method }) => method === 'elicitation/create');
  const stranger = await startSession(host.url, newest, { elicitation: {} });
  const result = (name) => ({ action: 'accept', content: { name } });
  for (const [whose, id, name] of [[stranger, question.id, 'Mallory'], [session, 987654, 'Mallory'], [session, question.id, 'Alice']]) {
    const told = await fetch(host.url, legacy({ id, result: result(name) }, { session: whose }));
    assert.equal(await told.text(), '');
    assert.equal(told.status, 202);
  }
  const last = await frames.until(({ id }) => id === 5);
  assert.equal(last.result.content[0].text, 'Hello, Alice!');
});

test('notifications/cancelled stops the call; a client that only leaves does not', async () => {
  const session = await startSession(host.url, newest);
  const slow = (id, seconds) => legacy(call(id, 'slow_compute', { seconds, label: String(id) }), { session });
  const before = started('slow_compute').length;
  const running = ask(host.url, slow(11, 25)).catch((error) => error);
  await eventually(() => started('slow_compute').length, (count) => count > before);
  await fetch(host.url, legacy({ method: 'notifications/cancelled', params: { requestId: 11, reason: 'test' } }, { session }));
  const stopped = await eventually(() => finished('slow_compute'), (all) => all.length > before, 10_000);
  assert.equal(stopped.at(-1).status, 'cancelled');
  const answer = await running;
  assert.ok(!answer.frame?.result, 'a cancelled request gets no result');

  const leaving = new AbortController();
  const left = fetch(host.url, { ...slow(12, 1.5), signal: leaving.signal }).catch(() => undefined);
  await eventually(() => started('slow_compute').length, (count) => count > before + 1);
  leaving.abort();
  await left;
  const done = await eventually(() => finished('slow_compute'), (all) => all.length > before + 1, 10_000);
  assert.equal(done.at(-1).status, 'success');
});

test('a batch of 2025-03-26 gets its answers together; its notifications get none', async () => {
  const session = await startSession(host.url, '2025-03-26');
  const batch = [call(1, 'greet', { name: 'one' }), { method: 'notifications/progress', params: { progressToken: 1, progress: 1 } },
    call('two', 'greet', { name: 'two' }), { id: 3, method: 'no/such/method' }];
  const { status, frames } = await ask(host.url, legacy(batch, { session }));
  assert.equal(status, 200);
  const answers = frames.flat();
  const byId = new Map(answers.map((answer) => [answer.id, answer]));
  assert.equal(answers.length, 3);
  assert.equal(byId.get(1).result.content[0].text, 'Hello, one!');
  assert.equal(byId.get('two').result.content[0].text, 'Hello, two!');
  assert.equal(byId.get(3).error.code, -32601);
});

test('a batch without a request is 202, an empty one 400', async () => {
  const session = await startSession(host.url, '2025-03-26');
  const note = { method: 'notifications/progress', params: { progressToken: 1, progress: 1 } };
  const told = await fetch(host.url, legacy([note, note], { session }));
  assert.deepEqual([told.status, await told.text()], [202, '']);
  const empty = await ask(host.url, legacy([], { session }));
  assert.deepEqual([empty.status, empty.frame.error.code], [400, -32600]);
});

for (const revision of ['2025-06-18', newest]) {
  test(`${revision} knows no batches`, async () => {
    const session = await startSession(host.url, revision);
    const { status, frame } = await ask(host.url, legacy([call(1, 'greet', { name: 'x' })], { session }));
    assert.deepEqual([status, frame.error.code], [400, -32600]);
  });
}

test('a session ends with DELETE: its stream closes, and it is 404 from then on', async () => {
  const session = await startSession(host.url, newest);
  const headers = { 'Mcp-Session-Id': session.id, 'MCP-Protocol-Version': newest, Accept: 'text/event-stream' };
  const stream = await open(host.url, { method: 'GET', headers });
  assert.equal(stream.status, 200);
  assert.ok(stream.events);
  const ended = await fetch(host.url, { method: 'DELETE', headers });
  assert.ok(ended.ok, `status ${ended.status}`);
  await stream.all(); // comes to its end
  for (const init of [legacy({ id: 1, method: 'ping' }, { session }), { method: 'GET', headers }, { method: 'DELETE', headers }]) {
    assert.equal((await fetch(host.url, init)).status, 404, init.method);
  }
});

test('a session that nobody began is 404', async () => {
  const { status } = await ask(host.url, legacy({ id: 1, method: 'ping' }, { session: { id: 'made-up', revision: newest } }));
  assert.equal(status, 404);
});

test('what a session subscribed to, and no more, comes on its GET stream', async () => {
  const session = await startSession(host.url, newest);
  const headers = { 'Mcp-Session-Id': session.id, 'MCP-Protocol-Version': newest, Accept: 'text/event-stream' };
  const stream = await open(host.url, { method: 'GET', headers });
  const say = (id, method, params) => ask(host.url, legacy({ id, method, params }, { session }));
  const uri = 'test://watched-resource';
  const { frame } = await say(1, 'resources/subscribe', { uri });
  assert.deepEqual(frame.result, {});
  await ask(host.url, legacy(call(2, 'test_trigger_resource_update'), { session }));
  const updated = await stream.until(({ method }) => method === 'notifications/resources/updated');
  assert.equal(updated.params.uri, uri);
  await say(3, 'resources/unsubscribe', { uri });
  await ask(host.url, legacy(call(4, 'test_trigger_resource_update'), { session }));
  await ask(host.url, legacy(call(5, 'test_trigger_prompt_change'), { session }));
  const next = await stream.until(({ method }) => method !== 'notifications/message');
  assert.equal(next.method, 'notifications/prompts/list_changed');
  await stream.cancel();
});

test('the level of a session decides which log lines it gets', async () => {
  const session = await startSession(host.url, newest);
  const lines = async (id) => (await ask(host.url, legacy(call(id, 'test_logging_tool'), { session }))).frames
    .filter(({ method }) => method === 'notifications/message').length;
  for (const [id, level, count] of [[1, 'error', 0], [2, 'info', 1], [3, 'debug', 1]]) {
    const { frame } = await ask(host.url, legacy({ id: `level-${id}`, method: 'logging/setLevel', params: { level } }, { session }));
    assert.deepEqual(frame.result, {});
    assert.equal(await lines(id), count, level);
  }
  const wrong = await ask(host.url, legacy({ id: 'wrong', method: 'logging/setLevel', params: { level: 'loud' } }, { session }));
  assert.equal(wrong.frame.error.code, -32602);
});

test('every frame was valid by the schema of its revision', () => host.assertFrames());
