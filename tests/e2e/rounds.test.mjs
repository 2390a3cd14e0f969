// Calls of 2026-07-28 that take more than one round: what counts as an answer, and what a sealed state is good for.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { ConformanceHost } from './conformance_host.mjs';
import { ask, modern } from './wire.mjs';

const capabilities = { elicitation: {}, sampling: {}, roots: {} };
const accept = (content) => ({ action: 'accept', content });
let other;
let host;
before(async () => { host = await ConformanceHost.start(); });
after(async () => {
  await host?.stop();
  await other?.stop();
});

const callTool = (name, more = {}, options = {}) => ask(options.url ?? host.url, modern('tools/call', { name, arguments: {}, ...more }, { capabilities, ...options }));

async function firstRound(name, more) {
  const { status, frame } = await callTool(name, more);
  assert.equal(status, 200);
  assert.equal(frame.result.resultType, 'input_required', JSON.stringify(frame));
  assert.ok(frame.result.requestState.length > 0);
  return frame.result;
}

const question = 'test_input_required_result_tampered_state';
const answered = { confirm: accept({ ok: true }) };

function assertRefused({ status, frame }) {
  assert.equal(status, 200);
  assert.equal(frame.error?.code, -32602, JSON.stringify(frame));
}

test('an answer with its state counts; the request has a new id', async () => {
  const { requestState } = await firstRound(question);
  const { frame } = await callTool(question, { requestState, inputResponses: answered }, { id: 'second' });
  assert.deepEqual([frame.id, frame.result.content[0].text], ['second', 'confirmed']);
});

test('a state that was changed anywhere is refused', async () => {
  const { requestState } = await firstRound(question);
  const last = requestState.length - 1;
  const flip = (at) => requestState.slice(0, at) + (requestState[at] === 'A' ? 'B' : 'A') + requestState.slice(at + 1);
  const wrong = [flip(0), flip(Math.floor(last / 3)), flip(Math.floor(last / 2)), requestState.slice(0, -2), `${requestState}-TAMPERED`, '', 'x'];
  for (const state of wrong) assertRefused(await callTool(question, { requestState: state, inputResponses: answered }));
});

test('a state is good for its own tool and arguments alone', async () => {
  const { requestState } = await firstRound(question);
  assertRefused(await callTool('test_input_required_result_request_state', { requestState, inputResponses: answered }));
  assertRefused(await callTool(question, { requestState, inputResponses: answered, arguments: { more: 1 } }));
  const prompt = { name: 'test_input_required_result_prompt', requestState, inputResponses: { user_context: accept({ context: 'x' }) } };
  assertRefused(await ask(host.url, modern('prompts/get', prompt, { capabilities })));
});

test('a state of another host, with other keys, is refused', async () => {
  other = await ConformanceHost.start();
  const { frame } = await callTool(question, {}, { url: other.url });
  assertRefused(await callTool(question, { requestState: frame.result.requestState, inputResponses: answered }));
});

test('an answer that does not fit is asked for again', async () => {
  const name = 'test_input_required_result_elicitation';
  const { requestState } = await firstRound(name);
  for (const responses of [{}, { wrong_key: accept({ name: 'x' }) }, { user_name: accept({}) }, { user_name: accept({ name: 7 }) }, { user_name: { action: 'perhaps' } }]) {
    const { frame } = await callTool(name, { requestState, inputResponses: responses });
    assert.ok(frame.error?.code === -32602 || frame.result?.resultType === 'input_required', JSON.stringify(frame));
  }
});

test('a person may say no', async () => {
  const { requestState } = await firstRound(question);
  for (const action of ['decline', 'cancel']) {
    const { frame } = await callTool(question, { requestState, inputResponses: { confirm: { action } } });
    assert.equal(frame.result.content[0].text, 'not confirmed', action);
  }
});

test('rounds go on from what is in the state: answers of the first count in the third', async () => {
  const name = 'test_input_required_result_multi_round';
  const first = await firstRound(name);
  const second = (await callTool(name, { requestState: first.requestState, inputResponses: { step1: accept({ name: 'Ada' }) } })).frame.result;
  assert.deepEqual(Object.keys(second.inputRequests), ['step2']);
  assert.notEqual(second.requestState, first.requestState);
  const third = (await callTool(name, { requestState: second.requestState, inputResponses: { step2: accept({ color: 'red' }) } })).frame.result;
  assert.equal(third.content[0].text, 'Ada likes red.');
  // The first round's state does not answer the second question.
  const back = (await callTool(name, { requestState: first.requestState, inputResponses: { step2: accept({ color: 'red' }) } })).frame.result;
  assert.equal(back?.resultType, 'input_required');
});

test('a client that lacks what a tool can’t do without is told which', async () => {
  const { status, frame } = await callTool('test_input_required_result_sampling', {}, { capabilities: { elicitation: {} } });
  assert.deepEqual([status, frame.error.code], [400, -32021]);
  assert.deepEqual(frame.error.data.requiredCapabilities, { sampling: {} });
});

test('the official client goes all rounds by itself', async () => {
  const client = new Client({ name: 'e2e', version: '1' }, { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode: { pin: '2026-07-28' } } });
  const contents = [{ name: 'Ada' }, { color: 'red' }];
  client.setRequestHandler('elicitation/create', async () => accept(contents.shift()));
  await client.connect(new StreamableHTTPClientTransport(new URL(host.url)));
  const { content } = await client.callTool({ name: 'test_input_required_result_multi_round', arguments: {} });
  assert.equal(content[0].text, 'Ada likes red.');
  await client.close();
});

test('every frame was valid by the schema of its revision', () => host.assertFrames());
