// The MCP Inspector's command line against a host: it lists and calls tools, reads a resource, gets a prompt.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { ConformanceHost } from './conformance_host.mjs';
import { Program, root } from './program.mjs';

const inspector = path.join(root, 'tests/e2e/node_modules/.bin/mcp-inspector');
const home = mkdtempSync(path.join(tmpdir(), 'adomcp-inspector-')); // it keeps a catalog of servers at home
let host;
before(async () => { host = await ConformanceHost.start(); });
after(async () => {
  await host?.stop();
  rmSync(home, { recursive: true, force: true });
});

/** What the Inspector prints for one method. */
async function inspect(method, ...args) {
  const program = new Program(process.execPath, [inspector, '--cli', host.url, '--transport', 'http', '--method', method, ...args], { HOME: home });
  const { code } = await program.ended;
  const printed = program.lines.stdout.join('\n');
  assert.equal(code, 0, `${method} ended with ${code}:\n${printed}\n${program.lines.stderr.join('\n')}`);
  return JSON.parse(printed);
}

test('tools/list', async () => {
  const { tools } = await inspect('tools/list');
  const names = tools.map(({ name }) => name);
  assert.ok(names.includes('greet') && names.includes('test_simple_text'), names.join(' '));
  for (const { name, inputSchema } of tools) assert.equal(inputSchema.type, 'object', name);
});

test('tools/call', async () => {
  const { content } = await inspect('tools/call', '--tool-name', 'greet', '--tool-arg', 'name=Inspector');
  assert.deepEqual(content, [{ type: 'text', text: 'Hello, Inspector!' }]);
});

test('resources/list and resources/read', async () => {
  const { resources } = await inspect('resources/list');
  assert.ok(resources.some(({ uri }) => uri === 'test://static-text'));
  const { contents } = await inspect('resources/read', '--uri', 'test://static-text');
  assert.equal(contents[0].text, 'This is the content of the static text resource.');
});

test('prompts/list and prompts/get', async () => {
  const { prompts } = await inspect('prompts/list');
  assert.ok(prompts.some(({ name }) => name === 'test_prompt_with_arguments'));
  const { messages } = await inspect('prompts/get', '--prompt-name', 'test_prompt_with_arguments', '--prompt-args', 'arg1=one', 'arg2=two');
  assert.equal(messages[0].content.text, "Prompt with arguments: arg1='one', arg2='two'");
});

test('every frame was valid by the schema of its revision', () => host.assertFrames());
