// subscriptions/listen: what is told to whom, and how a stream ends.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ConformanceHost } from './conformance_host.mjs';
import { ask, modern, open } from './wire.mjs';

const subscription = 'io.modelcontextprotocol/subscriptionId';
let host;
before(async () => { host = await ConformanceHost.start(); });
after(async () => { await host?.stop(); });

const listen = (notifications, id) => open(host.url, modern('subscriptions/listen', { notifications }, { id }));
const trigger = (what) => ask(host.url, modern('tools/call', { name: `test_trigger_${what}`, arguments: {} }));

test('the acknowledgement comes first, with what is honoured and the id as it came', async () => {
  for (const id of [7, 0, 'seven', '7', 1_790_000_000_000]) {
    const stream = await listen({ toolsListChanged: true }, id);
    assert.equal(stream.status, 200);
    assert.match(stream.headers.get('cache-control'), /no-(cache|store)/);
    const { method, params } = await stream.next();
    assert.equal(method, 'notifications/subscriptions/acknowledged');
    assert.strictEqual(params._meta[subscription], id);
    assert.deepEqual(params.notifications, { toolsListChanged: true });
    await stream.cancel();
  }
});

test('each stream hears what it asked for and nothing else', async () => {
  const [tools, prompts, both] = await Promise.all([
    listen({ toolsListChanged: true }, 'tools'), listen({ promptsListChanged: true }, 'prompts'),
    listen({ toolsListChanged: true, promptsListChanged: true }, 'both')]);
  for (const stream of [tools, prompts, both]) await stream.next();
  await trigger('tool_change');
  assert.equal((await tools.next()).method, 'notifications/tools/list_changed');
  assert.equal((await both.next()).method, 'notifications/tools/list_changed');
  await trigger('prompt_change');
  const told = await prompts.next();
  assert.equal(told.method, 'notifications/prompts/list_changed');
  assert.equal(told.params._meta[subscription], 'prompts');
  assert.equal((await both.next()).method, 'notifications/prompts/list_changed');
  await Promise.all([tools, prompts, both].map((stream) => stream.cancel()));
});

test('a resource’s changes are told to those who named it', async () => {
  const watching = await listen({ resourceSubscriptions: ['test://watched-resource'] }, 1);
  const elsewhere = await listen({ resourceSubscriptions: ['test://static-text'], toolsListChanged: true }, 2);
  for (const stream of [watching, elsewhere]) await stream.next();
  await trigger('resource_update');
  const told = await watching.next();
  assert.deepEqual([told.method, told.params.uri], ['notifications/resources/updated', 'test://watched-resource']);
  await trigger('tool_change');
  assert.equal((await elsewhere.next()).method, 'notifications/tools/list_changed'); // and nothing before it
  await Promise.all([watching, elsewhere].map((stream) => stream.cancel()));
});

test('a wrong filter is refused, and a client that takes no events too', async () => {
  for (const notifications of [undefined, 7, { toolsListChanged: 'yes' }]) {
    const { frame } = await ask(host.url, modern('subscriptions/listen', { notifications }));
    assert.equal(frame.error?.code, -32602, JSON.stringify(notifications));
  }
  const { frame } = await ask(host.url, modern('subscriptions/listen', { notifications: {} }, { headers: { Accept: 'application/json' } }));
  assert.ok(frame.error);
});

test('streams that were left make room, and calls go on beside them', async () => {
  const streams = await Promise.all(Array.from({ length: 100 }, (_, at) => listen({ toolsListChanged: true }, at)));
  for (const stream of streams) assert.equal((await stream.next()).method, 'notifications/subscriptions/acknowledged');
  assert.equal((await ask(host.url, modern('tools/call', { name: 'greet', arguments: { name: 'you' } }))).frame.result.content[0].text, 'Hello, you!');
  await trigger('tool_change');
  await Promise.all(streams.map(async (stream) => assert.equal((await stream.next()).method, 'notifications/tools/list_changed')));
  await Promise.all(streams.map((stream) => stream.cancel()));
});

test('a host that is stopped ends its streams with what both pages of the specification ask for', async () => {
  const stream = await listen({ toolsListChanged: true }, 'last');
  await stream.next();
  const ended = host.host.stop();
  const frames = await stream.all();
  assert.deepEqual(frames.map(({ method, id }) => method ?? id), ['notifications/cancelled', 'last']);
  assert.equal(frames[0].params.requestId, 'last');
  assert.equal(frames[1].result.resultType, 'complete');
  assert.equal(frames[1].result._meta[subscription], 'last');
  assert.equal((await ended).code, 0);
});

test('every frame was valid by the schema of its revision', () => host.assertFrames());
