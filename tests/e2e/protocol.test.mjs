// What the conformance suite leaves out, in every era: methods and statuses, where a request may come from, ids, calls that
// are given up, and many connections at once.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { after, before, test } from 'node:test';
import { ConformanceHost } from './conformance_host.mjs';
import { ask, eventually, modern, open, raw } from './wire.mjs';

const connections = 64;
const callsEach = 25;
let host;
before(async () => { host = await ConformanceHost.start(); });
after(async () => { await host?.stop(); });

const greet = (name, more) => modern('tools/call', { name: 'greet', arguments: { name } }, more);
const textOf = (frame) => frame.result.content[0].text;
const finished = (tool) => host.host.audit().filter((record) => record.event === 'finished' && record.tool_name === tool);

for (const method of ['PUT', 'PATCH', 'HEAD']) {
  test(`${method} is 405 and says what is allowed`, async () => {
    const { status, headers } = await raw(host.url, { method });
    assert.equal(status, 405);
    assert.match(headers.allow, /\bPOST\b/);
  });
}

test('GET and DELETE outside a session are refused, and begin nothing', async () => {
  for (const method of ['GET', 'DELETE']) {
    const { status } = await raw(host.url, { method, headers: { Accept: 'text/event-stream' } });
    assert.ok([400, 404, 405].includes(status), `${method}: ${status}`);
  }
});

test('an id is echoed to its last digit and with its type', async () => {
  const ids = ['0', '-1', '2147483648', '4294967296', '9007199254740993', '9223372036854775807', '"17"', '""', '"ünï \\" {}"', '"1e3"'];
  for (const id of ids) {
    const { status, text } = await ask(host.url, greet('id', { id: { text: id } }));
    assert.equal(status, 200, id);
    const echoed = /"id":("(?:[^"\\]|\\.)*"|-?\d+)/.exec(text)[1];
    assert.equal(id.startsWith('"') ? JSON.parse(echoed) : echoed, id.startsWith('"') ? JSON.parse(id) : id);
  }
});

test('errors echo the id too', async () => {
  const unknown = await ask(host.url, modern('no/such/method', {}, { id: { text: '9007199254740993' } }));
  assert.equal(unknown.status, 404);
  assert.match(unknown.text, /"id":9007199254740993\b/);
  const header = await ask(host.url, greet('x', { id: 'text', headers: { 'Mcp-Name': 'another' } }));
  assert.deepEqual([header.status, header.frame.error.code, header.frame.id], [400, -32020, 'text']);
});

test('a notification is 202 without a body', async () => {
  const { body, ...init } = modern('notifications/cancelled', { requestId: 99 });
  const answer = await fetch(host.url, { ...init, body: JSON.stringify({ ...JSON.parse(body), id: undefined }) });
  assert.deepEqual([answer.status, await answer.text()], [202, '']);
});

test('a strange Origin is 403 also with a good Host, and with none of its own', async () => {
  const { headers, body } = modern('server/discover');
  for (const origin of ['http://evil.example.com', 'http://127.0.0.1.evil.example.com', 'null', 'https://localhost.evil.example.com:443']) {
    const answer = await raw(host.url, { headers: { ...headers, Origin: origin }, body });
    assert.equal(answer.status, 403, origin);
  }
  const own = await raw(host.url, { headers: { ...headers, Origin: 'http://localhost:1234' }, body });
  assert.equal(own.status, 200);
});

test('a strange Host is refused also with a good Origin', async () => {
  const { headers, body } = modern('server/discover');
  for (const strange of ['evil.example.com', '127.0.0.1.evil.example.com', 'localhost.evil.example.com:80']) {
    const { status } = await raw(host.url, { headers: { ...headers, Host: strange, Origin: host.base }, body });
    assert.ok(status >= 400 && status < 500, `${strange}: ${status}`);
  }
});

test('a session id on a modern request is not looked at, nor given back', async () => {
  const { status, headers } = await ask(host.url, greet('x', { headers: { 'Mcp-Session-Id': 'nobody-began-this' } }));
  assert.equal(status, 200);
  assert.equal(headers.get('mcp-session-id'), null);
});

test('what a request does not say is not known from the one before', async () => {
  const logging = { meta: { 'io.modelcontextprotocol/logLevel': 'debug' } };
  const told = await ask(host.url, modern('tools/call', { name: 'test_logging_tool', arguments: {} }, logging));
  assert.equal(told.frames.filter(({ method }) => method === 'notifications/message').length, 1);
  const untold = await ask(host.url, modern('tools/call', { name: 'test_logging_tool', arguments: {} }));
  assert.equal(untold.frames.length, 1);
  assert.match(untold.headers.get('content-type'), /^application\/json/);
});

test('progress tokens keep their type', async () => {
  for (const token of ['a token', 7, 0]) {
    const { frames } = await ask(host.url, modern('tools/call', { name: 'test_tool_with_progress', arguments: {} }, { meta: { progressToken: token } }));
    const told = frames.filter(({ method }) => method === 'notifications/progress').map(({ params }) => params);
    assert.deepEqual(told.map(({ progress }) => progress), [0, 50, 100]);
    for (const { progressToken } of told) assert.strictEqual(progressToken, token);
    assert.equal(frames.at(-1).result.resultType, 'complete');
  }
});

test('a modern client that leaves has cancelled its call', async () => {
  const before = finished('slow_compute').length;
  const leaving = new AbortController();
  const gone = fetch(host.url, { ...modern('tools/call', { name: 'slow_compute', arguments: { seconds: 25, label: 'left' } }), signal: leaving.signal });
  await eventually(() => host.host.audit().filter(({ event, tool_name: tool }) => event === 'started' && tool === 'slow_compute').length, (count) => count > before);
  leaving.abort();
  await assert.rejects(gone, { name: 'AbortError' });
  const records = await eventually(() => finished('slow_compute'), (all) => all.length > before, 15_000);
  assert.equal(records.at(-1).status, 'cancelled');
});

test('so has one that leaves its stream of events', async () => {
  const before = finished('test_tool_with_progress').length;
  const frames = await open(host.url, modern('tools/call', { name: 'test_tool_with_progress', arguments: {} }, { meta: { progressToken: 1 } }));
  assert.equal((await frames.next()).method, 'notifications/progress');
  await frames.cancel();
  const records = await eventually(() => finished('test_tool_with_progress'), (all) => all.length > before);
  assert.ok(['cancelled', 'success'].includes(records.at(-1).status)); // it may have been at its end
  assert.equal((await ask(host.url, greet('still here'))).status, 200);
});

/** One call on its own connection of `agent`: checks that the answer is its own. */
function callOn(agent, id) {
  const { headers, body } = greet(id, { id });
  return new Promise((resolve, reject) => {
    const sent = request(host.host.url, { method: 'POST', headers, agent }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (piece) => { text += piece; });
      answer.on('end', () => {
        try {
          const frame = JSON.parse(text);
          assert.equal(answer.statusCode, 200, text);
          assert.equal(frame.id, id);
          assert.equal(textOf(frame), `Hello, ${id}!`);
          resolve();
        } catch (error) {
          reject(error);
        }
      });
    });
    sent.on('error', reject).end(body);
  });
}

test(`${connections} connections at once: every reply is the one to its request, and nobody starves`, async () => {
  const times = await Promise.all(Array.from({ length: connections }, async (_, connection) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const begun = Date.now();
    for (let call = 0; call < callsEach; call += 1) await callOn(agent, `c${connection}-${call}`);
    agent.destroy();
    return Date.now() - begun;
  }));
  // Each had the same work: the slowest may not have waited until the others were through.
  const [median, slowest] = [times.toSorted((a, b) => a - b)[connections / 2], Math.max(...times)];
  assert.ok(slowest < 4 * median + 2000, `slowest ${slowest} ms, median ${median} ms`);
});

test('requests on one connection, sent before the answers came, are answered in order', async () => {
  const { connect } = await import('node:net');
  const { hostname, port } = new URL(host.host.base);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const wanted = ['one', 'two', 'three'];
  const text = wanted.map((id) => {
    const { headers, body } = greet(id, { id });
    const lines = Object.entries({ Host: `${hostname}:${port}`, ...headers, 'Content-Length': Buffer.byteLength(body) });
    return `POST /mcp HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
  }).join('');
  let received = '';
  socket.setEncoding('utf8').on('data', (piece) => { received += piece; });
  socket.write(text);
  await eventually(() => [...received.matchAll(/Hello, (\w+)!/g)].map(([, name]) => name), (found) => found.length === wanted.length);
  assert.deepEqual([...received.matchAll(/"id":"(\w+)"/g)].map(([, id]) => id), wanted);
  socket.destroy();
});

test('every frame was valid by the schema of its revision', () => host.assertFrames());
