// Apps with the official clients: who is told of them, and that they are read to the byte.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { startAll } from './harness.mjs';
import { root } from './program.mjs';

const info = { name: 'adomcp-e2e', version: '1' };
const extension = 'io.modelcontextprotocol/ui';
const type = 'text/html;profile=mcp-app';
const uri = 'ui://adomcp/run';
const shows = { extensions: { [extension]: { mimeTypes: [type] } } };
const pointing = ['get_run', 'get_run_failure_logs'];
let running;

before(async () => { running = await startAll(); });
after(async () => { await running?.clean(); });

async function connect(era, capabilities) {
  const legacy = era === 'legacy';
  const client = legacy
    ? new LegacyClient(info, { capabilities })
    : new ModernClient(info, { capabilities, versionNegotiation: { mode: { pin: '2026-07-28' } } });
  await client.connect(new (legacy ? LegacyTransport : ModernTransport)(new URL(running.url)));
  return client;
}

for (const era of ['legacy', 'modern']) {
  test(`a ${era} client lists and reads the page of a run`, async () => {
    const client = await connect(era, {});
    assert.deepEqual(client.getServerCapabilities().extensions[extension], {});
    const { resources } = await client.listResources();
    const listed = resources.find((resource) => resource.uri === uri);
    assert.equal(listed.mimeType, type);
    assert.deepEqual(listed._meta, { ui: { prefersBorder: true } });
    const { contents } = await client.readResource({ uri });
    assert.deepEqual(contents, [{
      uri, mimeType: type, text: readFileSync(path.join(root, 'plugins/run_app/run.html'), 'utf8'), _meta: { ui: { prefersBorder: true } },
    }]);
    await client.close();
  });
}

test('a modern client is told which app shows a tool when it shows apps', async () => {
  for (const [capabilities, told] of [[shows, { ui: { resourceUri: uri, visibility: ['model', 'app'] }, 'ui/resourceUri': uri }], [{}, undefined]]) {
    const client = await connect('modern', capabilities);
    const { tools } = await client.listTools();
    for (const name of pointing) {
      assert.deepEqual(tools.find((tool) => tool.name === name)?._meta, told, name);
    }
    await client.close();
  }
});
