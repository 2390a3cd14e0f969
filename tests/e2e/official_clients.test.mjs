// The official npm clients, one for each wire, against one host.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { answerTexts, assertNoSecrets, auditPairs, recordAnswers } from './canaries.mjs';
import { startAll } from './harness.mjs';
import { defineToolTests } from './tools.mjs';

const info = { name: 'adomcp-e2e', version: '1' };
const calls = [];
const watched = new Set();
const answers = recordAnswers(watched);
let running;

before(async () => {
  running = await startAll();
  watched.add(running.base);
});
after(async () => { await running?.clean(); });

async function connectLegacy() {
  const client = new LegacyClient(info);
  const transport = new LegacyTransport(new URL(running.url));
  await client.connect(transport);
  assert.equal(transport.protocolVersion, '2025-11-25');
  return client;
}

async function connectModern() {
  const client = new ModernClient(info, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
  await client.connect(new ModernTransport(new URL(running.url)));
  assert.equal(client.getNegotiatedProtocolVersion(), '2026-07-28');
  return client;
}

defineToolTests(test, 'sdk 1.x, 2025-11-25', connectLegacy, calls);
defineToolTests(test, 'client 2.x, 2026-07-28', connectModern, calls);

/** The audit's lines about calls; the file's also say where they stand in its chain. */
const callLines = (records) => records.filter((record) => record.call_id).map(({ seq, chain, ...said }) => said);

test('the host stops when asked, and its audit has one start and one finish for every call', async () => {
  const { code } = await running.stop();
  assert.equal(code, 0);
  const finished = auditPairs(running.audit());
  assert.deepEqual(finished.map((record) => record.tool_name), calls);
  assert.deepEqual(callLines(running.auditFile()), callLines(running.audit()));
  const statuses = new Set(finished.map((record) => record.status));
  assert.deepEqual([...statuses].sort(), ['denied', 'invalid', 'success']);
});

test('neither an answer nor an output of the host holds a secret', async () => {
  assertNoSecrets({ ...running.outputs(), ...answerTexts(await answers()) });
});
