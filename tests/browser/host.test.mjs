// The page before a real adomcp and its simulator: each tool it calls goes through the official client,
// over HTTP. Needs ADOMCP_BIN.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Browser } from './harness.mjs';

const skip = process.env.ADOMCP_BIN ? false : 'ADOMCP_BIN names no host';
const input = { project: 'Payments', run_id: 4711 };
let browser;
let simulator;
let running;
let client;
let asked; // the last question to the person, and what they answer
let answerWith = { action: 'decline' };

before(async () => {
  if (skip) return;
  const { startHost, startSimulator } = await import('../e2e/harness.mjs');
  const { controlPlugin, hostConfig } = await import('../e2e/host_config.mjs');
  browser = await Browser.open();
  simulator = await startSimulator();
  const all = { pipelines: ['*'], branches: ['*'], stages: ['*'] };
  const config = hostConfig({ simulator, auth: { mode: 'none' }, access: {}, control: { retry_stages: all }, more: { plugins: [controlPlugin] } });
  running = await startHost({ config, env: { E2E_ADO_TOKEN: simulator.token } });
  client = new Client({ name: 'browser test', version: '1' }, {
    capabilities: { elicitation: { form: {} }, extensions: { 'io.modelcontextprotocol/ui': { mimeTypes: ['text/html;profile=mcp-app'] } } },
    versionNegotiation: { mode: { pin: '2026-07-28' } },
  });
  client.setRequestHandler('elicitation/create', async ({ params }) => {
    asked = params;
    return answerWith;
  });
  await client.connect(new StreamableHTTPClientTransport(new URL(running.url)));
});
after(async () => {
  await client?.close();
  await browser?.close();
  await running?.clean();
  await simulator?.stop();
});

/** The host's own answers; a result of any tool comes back as it is, errors too. */
const call = (name) => (args) => client.callTool({ name, arguments: args });
const names = ['get_run', 'get_run_failure_logs', 'read_run_log', 'list_failed_tests', 'retry_stage'];
const answers = Object.fromEntries(names.map((name) => [name, call(name)]));
const show = (opener, named = input) => browser.show({ opener, input: named, answers }, { context: { locale: 'en-GB', timeZone: 'UTC' } });

for (const opener of ['get_run', 'get_run_failure_logs']) {
  test(`opened by ${opener}`, { skip }, async () => {
    const shown = await show(opener);
    await shown.sees('Why it failed');
    await shown.sees('Compile');
    await shown.sees('Over time');
    await shown.app.getByRole('row').first().waitFor();
    const line = shown.app.getByRole('button', { name: /^\d+: lines around it/ }).first();
    await line.click();
    await shown.sees(/^Lines \d+ to \d+/);
    await shown.checkAccess(opener);
    await shown.checkWidth();
    await shown.picture(`host-${opener}`);
    await shown.close();
  });
}

test('opened by a link: the calls that follow name its project and organisation', { skip }, async () => {
  const { structuredContent } = await client.callTool({ name: 'get_run', arguments: input });
  const shown = await show('get_run', { run_url: structuredContent.run.url });
  await shown.app.getByRole('button', { name: /^\d+: lines around it/ }).first().click();
  await shown.sees(/^Lines \d+ to \d+/);
  const [organization, project] = new URL(structuredContent.run.url).pathname.split('/').filter(Boolean).map(decodeURIComponent);
  const { args } = shown.calls.at(-1);
  assert.deepEqual([args.organization, args.project], [organization, project]);
  await shown.close();
});

test('the history of failed tests comes', { skip }, async () => {
  const shown = await show('get_run', { project: 'Payments', run_id: 4724 });
  await shown.button('History of these tests').click();
  await shown.until(() => shown.calls.some(({ name }) => name === 'list_failed_tests'), 'the call');
  await shown.sees(/^Failed in 1 of 1 runs, passed in 0/);
  await shown.close();
});

test('the host gives out the page that is checked in', { skip }, async () => {
  const { contents: [{ text, mimeType }] } = await client.readResource({ uri: 'ui://adomcp/run' });
  assert.equal(mimeType, 'text/html;profile=mcp-app');
  assert.equal(text, readFileSync(new URL('../../plugins/run_app/run.html', import.meta.url), 'utf8'));
});

const decisions = { no: { action: 'decline' }, yes: { action: 'accept', content: { confirm: true } } };
for (const [name, decision] of Object.entries(decisions)) {
  test(`a stage is run again, confirmed with ${name}`, { skip }, async () => {
    answerWith = decision;
    asked = undefined;
    const shown = await show('get_run');
    await shown.button('Run again').first().click();
    await shown.until(async () => await shown.app.locator('.outcome.done, .outcome.refused').count() > 0, 'what came of it');
    assert.ok(asked, 'nobody was asked');
    assert.equal(await shown.app.locator(name === 'yes' ? '.outcome.done' : '.outcome.refused').count(), 1);
    await shown.close();
  });
}
