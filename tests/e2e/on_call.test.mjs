// An hour on call, through both official clients: a run fails, another waits for an approval, a test comes and goes, two
// runs are compared, logs searched, a running run is waited for, what it published read. All of it stands in the audit.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { answerTexts, assertNoSecrets, auditPairs, recordAnswers } from './canaries.mjs';
import { startAll } from './harness.mjs';
import { allTools } from './tools.mjs';

const info = { name: 'on-call', version: '1' };
const headers = { 'X-MCP-Toolsets': 'all' };
const wires = {
  'sdk 1.x, 2025-11-25': async () => {
    const client = new LegacyClient(info);
    await client.connect(new LegacyTransport(new URL(running.url), { requestInit: { headers } }));
    return client;
  },
  'client 2.x, 2026-07-28': async () => {
    const client = new ModernClient(info, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
    await client.connect(new ModernTransport(new URL(running.url), { requestInit: { headers } }));
    return client;
  },
};
const watched = new Set();
const answers = recordAnswers(watched);
const called = [];
let running;

before(async () => {
  running = await startAll();
  watched.add(running.base);
});
after(async () => { await running?.clean(); });

/** `tell` gives the structure of a good answer, `refuse` the sentence of one that isn't. */
function asking(client) {
  const call = async (name, args) => {
    called.push(name);
    const result = await client.callTool({ name, arguments: { project: 'Payments', ...args } });
    const [{ text }] = result.content;
    return { ...result, text };
  };
  return {
    tell: async (name, args) => {
      const result = await call(name, args);
      assert.notEqual(result.isError, true, `${name}: ${result.text}`);
      assert.deepEqual(JSON.parse(result.text), result.structuredContent, name);
      return result.structuredContent;
    },
    refuse: async (name, args) => {
      const result = await call(name, args);
      assert.equal(result.isError, true, `${name}: ${result.text}`);
      return result.text;
    },
  };
}

for (const [wire, connect] of Object.entries(wires)) {
  test(`an hour on call: ${wire}`, async (t) => {
    const client = await connect();
    const { tell, refuse } = asking(client);

    await t.test('all tools and both prompts are there', async () => {
      assert.deepEqual((await client.listTools()).tools.map(({ name }) => name).sort(), allTools);
      assert.deepEqual((await client.listPrompts()).prompts.map(({ name }) => name).sort(), ['release_check', 'triage_run']);
      const { messages } = await client.getPrompt({ name: 'triage_run', arguments: { run: '4711' } });
      assert.match(messages[0].content.text, /get_run_failure_logs/);
    });

    await t.test('a run failed: why, since when, and what stands around it in the log', async () => {
      const why = await tell('get_run_failure_logs', { run_id: 4711 });
      assert.match(why.cause, /balanse/);
      const tree = await tell('get_run', { run_id: 4711 });
      assert.equal(tree.run.result, 'failed');
      assert.ok(tree.stages.length > 0);
      const found = await tell('search_run_logs', { run_id: 4711, pattern: 'balanse' });
      const [log] = found.logs;
      const match = log.lines.find((line) => line.match);
      const read = await tell('read_run_log', { run_id: 4711, log_id: log.log_id, from_line: match.line - 2, to_line: match.line + 2 });
      assert.ok(read.lines.some((line) => line.line === match.line && /balanse/.test(line.text)));
      const [{ uri }] = (await client.listResourceTemplates()).resourceTemplates.map(({ uriTemplate }) => ({ uri: uriTemplate }));
      const filled = uri.replace('{organization}', 'contoso').replace('{project}', 'Payments').replace('{run_id}', '4711').replace('{log_id}', log.log_id);
      assert.match((await client.readResource({ uri: filled })).contents[0].text, /balanse/);
      const { completion } = await client.complete({
        ref: { type: 'ref/resource', uri }, argument: { name: 'log_id', value: '' },
        context: { arguments: { organization: 'contoso', project: 'Payments', run_id: '4711' } },
      });
      assert.ok(completion.values.includes(String(log.log_id)), completion.values.join());
    });

    await t.test('what waits for somebody', async () => {
      const run = await tell('get_run', { run_id: 4921 });
      assert.ok(run.waiting[0].approvers.some(({ name }) => name === 'Sasha Example'));
      const { approvals } = await tell('list_approvals', {});
      assert.ok(approvals.some((each) => JSON.stringify(each).includes('4921')), 'the same among all that waits');
    });

    await t.test('a test that comes and goes, and one that is broken', async () => {
      const { tests } = await tell('list_failed_tests', { run_id: 4524 });
      const of = (part) => tests.find(({ name }) => name.includes(part));
      assert.ok(of('retriesAfterTimeout').history.changes > 2);
      assert.equal(of('retriesAfterTimeout').broken_since, undefined);
      assert.equal(of('roundsHalfEven').broken_since.run_id, 4519);
    });

    await t.test('two runs are compared, and a running one waited for', async () => {
      const compared = await tell('compare_runs', { run_id: 4933 });
      assert.equal(compared.other.id, 4931);
      await fetch(`${running.simulator.base}/_reset`, { method: 'POST' });
      await fetch(`${running.simulator.base}/_runs`, { method: 'POST', body: JSON.stringify({ id: 4924, becomes: 'succeeded', reads: 2 }) });
      const ended = await tell('wait_for_run', { run_id: 4924, wait_seconds: 20 });
      assert.deepEqual([ended.finished, ended.run.result], [true, 'succeeded']);
    });

    await t.test('the pipeline, its YAML, what it published and where it went', async () => {
      const { pipelines } = await tell('list_pipelines', { name: 'checkout*' });
      assert.equal(pipelines[0].name, 'checkout-tests');
      assert.match((await tell('get_pipeline_yaml', { run_id: 4524 })).yaml, /steps:|jobs:|stages:/);
      const { artifacts } = await tell('list_run_artifacts', { run_id: 4524 });
      assert.ok(artifacts.some(({ name }) => name === 'drop'));
      const { files } = await tell('read_artifact_text', { run_id: 4524, artifact: 'drop' });
      assert.ok(files.length > 0);
      const environments = await tell('list_environment_deployments', { environment: 'Production' });
      assert.ok(environments.deployments.length > 0);
      assert.ok((await tell('list_deployments', { top: 1 })).deployments.length > 0);
      assert.ok((await tell('list_pipeline_runs', { top: 1 })).runs.length > 0);
    });

    await t.test('what may not be seen and what is gone are said in a sentence', async () => {
      for (const name of allTools.filter((each) => each !== 'trigger_pipeline_run')) {
        const needs = { search_run_logs: { pattern: 'x' }, read_run_log: { log_id: 3 }, read_artifact_text: { artifact: 'drop' } }[name] ?? {};
        const run = /^list_(pipelines|approvals|environment|deployments|pipeline_runs)/.test(name) ? {} : { run_id: 4711 };
        assert.match(await refuse(name, { project: 'Secret', ...run, ...needs }), /Payments/, name);
      }
      for (const name of ['get_run', 'compare_runs', 'wait_for_run', 'search_run_logs', 'read_run_log', 'list_failed_tests', 'list_run_artifacts']) {
        const needs = { search_run_logs: { pattern: 'x' }, read_run_log: { log_id: 3 } }[name] ?? {};
        assert.match(await refuse(name, { run_id: 9001, ...needs }), /9001/, `${name}: another project's run`);
      }
    });

    await client.close();
  });
}

test('all of it stands in the audit, and no output holds a secret', async () => {
  assert.equal((await running.stop()).code, 0);
  const finished = auditPairs(running.audit()).filter((record) => record.kind === 'tool');
  assert.deepEqual(finished.map((record) => record.tool_name), called);
  for (const record of finished) assert.ok(record.rule, JSON.stringify(record));
  assertNoSecrets({ ...running.outputs(), ...answerTexts(await answers()) });
});
