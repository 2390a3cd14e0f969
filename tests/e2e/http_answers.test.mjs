// The statuses of the HTTP face, which no client shows.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { request } from 'node:http';
import { answerTexts, assertNoSecrets, auditPairs, recordAnswers, secret } from './canaries.mjs';
import { modernRequest, startAll } from './harness.mjs';

const watched = new Set();
const answers = recordAnswers(watched);
let running;
before(async () => {
  running = await startAll();
  watched.add(running.base);
});
after(async () => { await running?.clean(); });

/** {status, headers, body} where the body is parsed when there is one. */
async function ask(init, path = '/mcp') {
  const answer = await fetch(running.base + path, init);
  const text = await answer.text();
  const json = answer.headers.get('content-type')?.startsWith('application/json');
  return { status: answer.status, headers: answer.headers, body: json ? JSON.parse(text) : text };
}

/** fetch does not let a script choose Host; node:http does. */
function askWithHost(host) {
  const { headers, body } = modernRequest('server/discover');
  return new Promise((resolve, reject) => {
    const sent = request(running.url, { method: 'POST', headers: { ...headers, Host: host } }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode));
    });
    sent.on('error', reject).end(body);
  });
}

test('a good request is answered in JSON, its id echoed', async () => {
  const { status, body } = await ask(modernRequest('server/discover'));
  assert.equal(status, 200);
  assert.equal(body.id, 1);
  assert.ok(body.result.supportedVersions.includes('2026-07-28'));
  assert.equal(body.result.resultType, 'complete');
});

test('an unknown method is 404 and -32601', async () => {
  const { status, body } = await ask(modernRequest('no/such/method'));
  assert.deepEqual([status, body.error.code, body.id], [404, -32601, 1]);
});

test('an unknown tool is 200 and -32602', async () => {
  const params = { name: 'no_such_tool', arguments: {} };
  const { status, body } = await ask(modernRequest('tools/call', { params, name: 'no_such_tool' }));
  assert.deepEqual([status, body.error.code], [200, -32602]);
});

test('a header that contradicts the body is 400 and -32020', async () => {
  const { status, body } = await ask(modernRequest('tools/list', { headers: { 'Mcp-Method': 'tools/call' } }));
  assert.deepEqual([status, body.error.code], [400, -32020]);
});

test('a missing Mcp-Name is 400 and -32020', async () => {
  const params = { name: 'list_pipeline_runs', arguments: {} };
  const { status, body } = await ask(modernRequest('tools/call', { params }));
  assert.deepEqual([status, body.error.code], [400, -32020]);
});

test('what is not JSON is 400 and -32700', async () => {
  const { status, body } = await ask({ ...modernRequest('tools/list'), body: '{"jsonrpc":' });
  assert.deepEqual([status, body.error.code], [400, -32700]);
});

test('GET is 405 and says what is allowed', async () => {
  const { status, headers } = await ask({ headers: { Accept: 'text/event-stream' } });
  assert.equal(status, 405);
  assert.match(headers.get('allow'), /POST/);
});

test('a notification is 202 without a body', async () => {
  const note = { jsonrpc: '2.0', method: 'notifications/initialized' };
  const headers = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' };
  const { status, body } = await ask({ method: 'POST', headers, body: JSON.stringify(note) });
  assert.deepEqual([status, body], [202, '']);
});

test('a strange Origin is 403, one of this machine is not', async () => {
  const strange = await ask(modernRequest('server/discover', { headers: { Origin: 'http://evil.example.com' } }));
  assert.equal(strange.status, 403);
  const own = await ask(modernRequest('server/discover', { headers: { Origin: running.base } }));
  assert.equal(own.status, 200);
});

test('a strange Host is refused, one of this machine is not', async () => {
  const strange = await askWithHost('evil.example.com');
  assert.ok(strange >= 400 && strange < 500, `status ${strange}`);
  assert.equal(await askWithHost(new URL(running.base).host), 200);
});

test('a body over the limit is 413', async () => {
  const params = { name: 'x'.repeat(2 * 1024 * 1024) };
  // The host may close the connection before it has read all of it.
  const answer = await ask(modernRequest('tools/list', { params })).catch((error) => error);
  if (!(answer instanceof Error)) assert.equal(answer.status, 413);
  assert.equal((await ask(modernRequest('tools/list'))).status, 200);
});

test('the alias of the endpoint and the health page answer', async () => {
  assert.equal((await ask(modernRequest('tools/list'), '/runtime/webhooks/mcp')).status, 200);
  assert.equal((await ask({}, '/healthz')).status, 200);
  assert.equal((await ask({}, '/no/such/page')).status, 404);
});

test('what a caller sends by mistake is in no answer and no output', async () => {
  const planted = secret('planted-by-mistake-4f1c');
  const headers = { Authorization: `Bearer ${planted}`, Cookie: `session=${planted}`, 'X-MS-TOKEN-AAD-ACCESS-TOKEN': planted };
  const params = { name: 'list_pipeline_runs', arguments: { project: 'Payments', top: 1, password: planted, api_token: planted } };
  await ask(modernRequest('tools/call', { params, name: 'list_pipeline_runs', headers }));
  await ask(modernRequest('tools/list', { headers }), `/mcp?access_token=${planted}`);
  await running.stop();
  assertNoSecrets({ ...running.outputs(), ...answerTexts(await answers()) });
  assert.ok(auditPairs(running.audit()).length > 0);
});
