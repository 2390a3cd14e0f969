// What every official client must see and get, whatever wire it speaks.
import assert from 'node:assert/strict';

/** What the default toolset shows. */
const readers = ['get_run', 'get_run_failure_logs', 'list_deployments', 'list_pipeline_runs', 'read_run_log', 'search_run_logs'];
const toolNames = [...readers, 'trigger_pipeline_run'];
/** And what else there is. */
const others = ['compare_runs', 'get_pipeline_yaml', 'list_approvals', 'list_environment_deployments', 'list_failed_tests',
  'list_pipelines', 'list_run_artifacts', 'read_artifact_text', 'wait_for_run'];
export const allReaders = [...readers, ...others].sort();
export const allTools = [...allReaders, 'trigger_pipeline_run'].sort();

/** A result that succeeded, its text the same as its structure; gives the structure. */
function good(result) {
  const text = result.content?.[0]?.text;
  assert.notEqual(result.isError, true, text);
  assert.equal(result.content[0].type, 'text');
  assert.deepEqual(JSON.parse(text), result.structuredContent);
  return result.structuredContent;
}

function checkTools(tools) {
  assert.deepEqual(tools.map((tool) => tool.name).sort(), toolNames);
  for (const tool of tools) {
    assert.equal(tool.inputSchema.type, 'object', tool.name);
    assert.equal(tool.outputSchema?.type, 'object', tool.name);
    assert.ok(tool.description.length > 20, tool.name);
    assert.equal(tool.annotations?.readOnlyHint, readers.includes(tool.name), tool.name);
  }
  const trigger = tools.find((tool) => tool.name === 'trigger_pipeline_run');
  assert.equal(typeof trigger.annotations.destructiveHint, 'boolean');
  assert.equal(trigger.annotations.idempotentHint, false);
}

function checkFailure(answer) {
  assert.equal(answer.run.id, 4711);
  assert.equal(answer.run.result, 'failed');
  assert.ok(answer.failures.length > 0, 'no failure found');
  const [failure] = answer.failures;
  assert.equal(failure.task, 'Compile');
  const lines = answer.failures.flatMap((each) => each.evidence);
  assert.ok(lines.some((line) => /error:/.test(line.text)), `no compiler error in ${JSON.stringify(lines)}`);
  for (const line of lines) assert.ok(Number.isInteger(line.line) && line.line > 0);
}

/**
 * Defines the same tests for one client. `connect` gives {client, protocolVersion}; `calls`
 * counts what was sent, for the audit to be held against.
 */
export function defineToolTests(test, label, connect, calls) {
  let client;
  const call = (name, args) => {
    calls.push(name);
    return client.callTool({ name, arguments: { project: 'Payments', ...args } });
  };

  test(`${label}: connects`, async () => {
    client = await connect();
    assert.equal(client.getServerVersion()?.name, 'adomcp');
  });

  test(`${label}: lists the tools of the default toolset`, async () => checkTools((await client.listTools()).tools));

  test(`${label}: list_pipeline_runs, and its next page`, async () => {
    const first = good(await call('list_pipeline_runs', { top: 5 }));
    assert.equal(first.runs.length, 5);
    for (const run of first.runs) assert.ok(Number.isInteger(run.id) && run.pipeline.name && run.status);
    assert.equal(typeof first.continuation_token, 'string');
    const { continuation_token } = first;
    const second = good(await call('list_pipeline_runs', { top: 5, continuation_token }));
    assert.ok(second.runs.length > 0);
    const seen = new Set(first.runs.map((run) => run.id));
    assert.ok(second.runs.every((run) => !seen.has(run.id)), 'the second page repeats the first');
  });

  test(`${label}: get_run_failure_logs by run_id and by run_url`, async () => {
    const byId = good(await call('get_run_failure_logs', { run_id: 4711 }));
    checkFailure(byId);
    const byUrl = good(await call('get_run_failure_logs', { run_url: byId.run.url }));
    assert.deepEqual(byUrl.failures, byId.failures);
  });

  test(`${label}: a run's id is taken as text too`, async () => {
    const asNumber = good(await call('get_run_failure_logs', { run_id: 4711 }));
    const asText = good(await call('get_run_failure_logs', { run_id: '4711' }));
    checkFailure(asText);
    for (const part of ['run', 'cause', 'failures']) assert.deepEqual(asText[part], asNumber[part], part);
  });

  test(`${label}: a number as text, and null or nothing for what is optional`, async () => {
    const wanted = good(await call('list_pipeline_runs', { top: 5 })).runs;
    for (const args of [{ top: '5' }, { top: '5', branch: null }, { top: 5, branch: '', pipeline_id: null }]) {
      assert.deepEqual(good(await call('list_pipeline_runs', args)).runs, wanted, JSON.stringify(args));
    }
    checkFailure(good(await call('get_run_failure_logs', { run_id: '4711', run_url: '', max_bytes: null })));
  });

  test(`${label}: a link is taken as it was pasted, whatever stands after it`, async () => {
    const { run, failures } = good(await call('get_run_failure_logs', { run_id: 4711 }));
    for (const after of [' ', '\n', '.', ')', ').\r\n']) {
      const pasted = good(await call('get_run_failure_logs', { run_url: `${run.url}${after}` }));
      assert.deepEqual(pasted.failures, failures, JSON.stringify(after));
    }
  });

  test(`${label}: a dry run asked for all as text starts nothing`, async () => {
    const what = { pipeline_id: '20', branch: 'release/1.0', dry_run: 'true' };
    const dry = good(await call('trigger_pipeline_run', what));
    assert.equal(dry.run, undefined, 'a dry run started a run');
    assert.match(dry.final_yaml, /^(steps|jobs|stages):/m);
  });

  test(`${label}: list_deployments`, async () => {
    const { deployments } = good(await call('list_deployments', {}));
    assert.ok(deployments.length > 0);
    for (const each of deployments) assert.ok(each.environment && each.status, JSON.stringify(each));
  });

  test(`${label}: trigger_pipeline_run, first dry, then truly`, async () => {
    const what = { pipeline_id: 20, branch: 'release/1.0' };
    const dry = good(await call('trigger_pipeline_run', { ...what, dry_run: true }));
    assert.equal(dry.run, undefined, 'a dry run started a run');
    assert.match(dry.final_yaml, /^(steps|jobs|stages):/m);
    const real = good(await call('trigger_pipeline_run', what));
    assert.ok(real.run.id > 0);
    assert.equal(real.run.branch, 'release/1.0');
    const seen = good(await call('list_pipeline_runs', { pipeline_id: 20, top: 1 }));
    assert.equal(seen.runs[0].id, real.run.id, 'the simulator has no such run');
  });

  test(`${label}: a project off the list is refused by name`, async () => {
    const refused = await call('list_pipeline_runs', { project: 'Secret' });
    assert.equal(refused.isError, true);
    assert.match(refused.content[0].text, /Payments/);
  });

  test(`${label}: arguments that do not fit are refused, and say which`, async () => {
    const refused = await call('list_pipeline_runs', { top: 'many' });
    assert.equal(refused.isError, true);
    assert.match(refused.content[0].text, /top/);
  });

  test(`${label}: closes`, async () => client.close());
}
