// The official conformance suite against tests/conformance_plugin, so through the SDK. CONFORMANCE_RUN names one run; without
// it there are all of them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ConformanceHost } from './conformance_host.mjs';
import { runs, runSuite } from './conformance_suite.mjs';

const only = process.env.CONFORMANCE_RUN;
const chosen = only ? { [only]: runs[only] } : runs;
let host;
before(async () => { host = await ConformanceHost.start(); });
after(async () => { await host?.stop(); });

for (const [name, commands] of Object.entries(chosen)) {
  for (const args of commands) {
    test(`suite ${name}: ${args.join(' ')}`, async (context) => {
      const { counts, wrong, scenarios } = await runSuite(host.url, args);
      console.log(`conformance ${args.slice(-2).join(' ')}: ${scenarios} scenarios, ${counts.SUCCESS} checks passed, `
        + `${counts.SKIPPED} skipped, ${counts.INFO} info, ${counts.WARNING} warnings, ${counts.FAILURE} failures`);
      context.diagnostic(JSON.stringify(counts));
      assert.equal(wrong.length, 0, wrong.join('\n'));
      assert.ok(scenarios > 0 && counts.SUCCESS + counts.SKIPPED > 0, 'nothing was checked');
    });
  }
}

test('every frame was valid by the schema of its revision', () => host.assertFrames());

test('every call has one start and one finish in the audit', async () => {
  await host.host.stop();
  const calls = host.host.audit().filter((record) => record.call_id !== undefined);
  const started = calls.filter((record) => record.event === 'started').map((record) => record.call_id);
  const finished = calls.filter((record) => record.event === 'finished').map((record) => record.call_id);
  assert.ok(started.length > 0);
  assert.deepEqual(finished.toSorted(), started.toSorted());
});
