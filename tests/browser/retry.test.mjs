// Running a stage again: the server asks through the client, the page only waits and tells what came of it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser } from './harness.mjs';
import { failedRun, good, refused, run } from './scenarios.mjs';

let browser;
before(async () => { browser = await Browser.open(); });
after(() => browser?.close());

const again = 'Run again: the stage Test';

/** A promise, and what ends it: the person who hasn't answered yet. */
function decision() {
  let decide;
  const promise = new Promise((resolve) => { decide = resolve; });
  return { promise, decide };
}

const outcomes = {
  yes: [good({ run: { id: 4711, pipeline: { id: 20 } }, stage: { name: 'Test', identifier: 'Test', attempt: 3 }, notes: ['Its good jobs stay as they are.'] }), 'The stage Test runs again. Its good jobs stay as they are.'],
  no: [refused('You declined: the stage was not started again.'), 'You declined: the stage was not started again.'],
  'a client that can\'t ask': [refused('A person must confirm this, and this client can\'t ask one. Use one that supports elicitation.'), 'can\'t ask one'],
  'the tool isn\'t there': [undefined, 'There is no tool retry_stage'],
};

for (const [name, [answer, text]] of Object.entries(outcomes)) {
  test(`confirmed with: ${name}`, async () => {
    const { promise, decide } = decision();
    const shown = await browser.show('failed', { answers: { retry_stage: answer && (async () => { await promise; return answer; }) } });
    await shown.button(again).click();
    if (answer) {
      await shown.sees('Waiting for your confirmation in the client.');
      await shown.button(again).click({ force: true }); // it says that it is disabled
      decide();
    }
    await shown.sees(text);
    const calls = shown.calls.filter((each) => each.name === 'retry_stage');
    assert.deepEqual(calls.map(({ args }) => args), [{ project: 'Payments', run_id: 4711, stage: 'Test' }], 'asked more than once, or otherwise');
    if (name === 'yes') await shown.until(() => shown.calls.some((each) => each.name === 'get_run'), 'a look at the run');
    await shown.checkAccess(name);
    await shown.close();
  });
}

test('only stages that ended badly can be run again', async () => {
  const words = { failed: 1, canceled: 1, partiallySucceeded: 1, succeeded: 0, skipped: 0, succeededWithIssues: 0 };
  const stages = Object.keys(words).map((result) => ({ name: result, result, jobs: [] }));
  stages.push({ name: 'running', state: 'inProgress', jobs: [] }, { result: 'failed', jobs: [] });
  const shown = await browser.show('failed', { answers: { get_run: () => good(failedRun({ run: run(), stages })) } });
  await shown.sees('Run a stage again');
  for (const [result, many] of Object.entries(words)) {
    assert.equal(await shown.app.getByRole('button', { name: `Run again: the stage ${result}`, exact: true }).count(), many, result);
  }
  assert.equal(await shown.button('Run again').count(), 3);
  await shown.close();
});
