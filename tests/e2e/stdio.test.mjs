// The official npm clients over standard input and output, one for each wire.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { Client as ModernClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio';
import { assertNoSecrets, auditPairs } from './canaries.mjs';
import { startSimulator } from './harness.mjs';
import { root } from './program.mjs';
import { defineToolTests } from './tools.mjs';

const info = { name: 'adomcp-e2e', version: '1' };
const folder = mkdtempSync(path.join(tmpdir(), 'adomcp-e2e-'));
const sessions = [];
let simulator;

before(async () => { simulator = await startSimulator(); });
after(async () => {
  for (const { client } of sessions) await client.close();
  await simulator?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A client and the host that it starts; what either finds wrong is kept. */
async function connect(client, Transport, wire) {
  const auditFile = path.join(folder, `${wire}.jsonl`);
  const transport = new Transport({
    command: process.env.ADOMCP_BIN,
    args: ['serve', '--stdio', '--config', 'config/demo.yaml'],
    cwd: root,
    env: {
      PATH: process.env.PATH, ADOMCP_AUDIT_FILE: auditFile,
      SIMULATOR_PORT: simulator.port, ADOMCP_DEMO_TOKEN: simulator.token,
    },
    stderr: 'pipe',
  });
  const session = { client, auditFile, stderr: '', problems: [] };
  sessions.push(session);
  transport.stderr.on('data', (text) => { session.stderr += text; });
  client.onerror = (error) => session.problems.push(String(error));
  await client.connect(transport);
  return client;
}

const legacyCalls = [];
const modernCalls = [];

defineToolTests(test, 'stdio, sdk 1.x, 2025-11-25',
  () => connect(new LegacyClient(info), LegacyTransport, 'legacy'), legacyCalls);

defineToolTests(test, 'stdio, client 2.x, 2026-07-28', async () => {
  const options = { versionNegotiation: { mode: { pin: '2026-07-28' } } };
  const client = await connect(new ModernClient(info, options), ModernTransport, 'modern');
  assert.equal(client.getNegotiatedProtocolVersion(), '2026-07-28');
  return client;
}, modernCalls);

test('a client that tries what there is finds the newest revision', async () => {
  const client = await connect(
    new ModernClient(info, { versionNegotiation: { mode: 'auto' } }), ModernTransport, 'auto');
  assert.equal(client.getNegotiatedProtocolVersion(), '2026-07-28');
  await client.close();
});

test('nothing but messages came, and the audit is whole', () => {
  for (const [index, calls] of [legacyCalls, modernCalls].entries()) {
    const { auditFile, problems, stderr } = sessions[index];
    assert.deepEqual(problems, []);
    const text = readFileSync(auditFile, 'utf8');
    const finished = auditPairs(text.split('\n').filter(Boolean).map((line) => JSON.parse(line)));
    assert.deepEqual(finished.map((record) => record.tool_name), calls);
    assertNoSecrets({ 'audit file': text, stderr });
  }
});
