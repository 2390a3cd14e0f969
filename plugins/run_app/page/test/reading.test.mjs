// Reading of answers, names of runs, questions, rows: what is missing or odd never throws.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepingFuller, readRunAnswer, withStage } from '../src/answers.ts';
import { historyText, mergeLines, readFailureAnswer, readLogAnswer, readTestAnswer } from '../src/failures.ts';
import { isRunning, look, mayRetry } from '../src/outcome.ts';
import { askFailure, askLine, askTest, lookingAt } from '../src/question.ts';
import { chartRows, openAtFirst, timeRange } from '../src/rows.ts';
import { naming, placeOfLink, readTarget, webLink } from '../src/target.ts';
import { clean, cut, oneLine } from '../src/text.ts';

const odd = [undefined, null, 0, -1, NaN, '', 'text', true, [], {}, [null], [{}], { a: 1 }, 'x'.repeat(5000), '\u0000', Symbol.iterator];
const small = { run: { id: 1, pipeline: { id: 2 } }, stages: [], truncated: false };

test('each member of each answer may be anything', () => {
  const readers = {
    run: [readRunAnswer, { ...small, waiting: [], running: [], approvals: [], totals: {}, notes: [] }],
    failures: [readFailureAnswer, { run: small.run, cause: null, totals: {}, failures: [], known_failures: [], downstream: [], failed_tests: [], commits_since: [], since: {}, last_good_run: {}, notes: [] }],
    log: [readLogAnswer, { lines: [], total_lines: 1, notes: [] }],
    tests: [readTestAnswer, { tests: [], same_messages: [], history_of: {}, notes: [] }],
  };
  for (const [read, whole] of Object.values(readers)) {
    for (const value of odd) read(value);
    for (const member of Object.keys(whole)) for (const value of odd) read({ ...whole, [member]: value });
  }
});

test('each member of a stage, job, task and failure may be anything', () => {
  const part = { name: 'n', state: 's', result: 'r', attempt: 1, started: 't', finished: 't', duration_seconds: 1 };
  const shapes = [
    [{ ...part, jobs: [], jobs_folded: {}, checks: [] }, (each) => readRunAnswer({ ...small, stages: [each] })],
    [{ ...part, agent: 'a', tasks: [], tasks_folded: {} }, (each) => readRunAnswer({ ...small, stages: [{ name: 'A', jobs: [each] }] })],
    [{ for: 'agent', approvers: [], demands: [], since: 't', instructions: 'i' }, (each) => readRunAnswer({ ...small, waiting: [each] })],
    [{ messages: [], evidence: [], log_id: 1, jobs: [], failed_before: [], log_read: false, log_unread: 'gone' }, (each) => readFailureAnswer({ run: small.run, failures: [each] })],
  ];
  for (const [whole, read] of shapes) {
    for (const member of Object.keys(whole)) {
      for (const value of odd) {
        const answer = read({ ...whole, [member]: value });
        if (answer.stages) {
          chartRows(answer, { open: new Set(['s0', 's0j0']), more: new Map() }, [], 0);
          timeRange(answer, 0);
          openAtFirst(answer);
        }
      }
    }
  }
});

test('what isn\'t an answer is known as such', () => {
  for (const value of odd) assert.equal(readRunAnswer(value) ?? readFailureAnswer(value) ?? readLogAnswer(value) ?? readTestAnswer(value), undefined);
});

test('texts: control and direction marks are made visible, nothing is cut in half', () => {
  const marks = ['\u0000', '\u0007', '\u001b', '\u007f', '\u0085', '\u009b', '\u200b', '\u200e', '\u2028', '\u202e', '\u2066', '\u2069', '\ufeff'];
  for (const mark of marks) assert.equal(clean(`a${mark}b`), 'a\ufffdb', JSON.stringify(mark));
  for (const kept of ['\t', '\n', '\u00e9', '\ud83d\ude80', '\u05d1', '\u0301', '<b>']) assert.equal(clean(kept), kept);
  assert.equal(oneLine(' a\n\tb '), 'a b');
  assert.equal(cut('\ud83d\ude80'.repeat(9), 4), `${'\ud83d\ude80'.repeat(3)}\u2026`);
  assert.equal(cut('short', 5), 'short');
});

const links = [
  ['https://dev.azure.com/contoso/Pay%20ments/_build/results?buildId=5', { organization: 'contoso', project: 'Pay ments' }],
  ['https://contoso.visualstudio.com/Payments/_build/results?buildId=5', { organization: 'contoso', project: 'Payments' }],
  ['https://tfs.contoso.example/tfs/Collection/Payments/_build?buildId=5', { organization: 'Collection', project: 'Payments' }],
  ['https://dev.azure.com/_build', {}], ['not a link', {}], [undefined, {}], ['https://dev.azure.com/a/%E0%A4%A/_build/results', { organization: 'a', project: '%E0%A4%A' }],
];
for (const [link, wanted] of links) test(`the place of ${link}`, () => assert.deepEqual(placeOfLink(link), wanted));

test('the run is named as it was asked for, else by its link', () => {
  const own = { id: 5, url: links[0][0] };
  assert.deepEqual(naming(readTarget({ run_id: '5', project: ' P ' }), own), { project: 'P', run_id: 5 });
  assert.deepEqual(naming(readTarget({ run_url: links[0][0] }), own), { project: 'Pay ments', organization: 'contoso', run_id: 5 });
  assert.deepEqual(naming(readTarget({}), own), { project: 'Pay ments', run_id: 5 });
  assert.deepEqual(naming(readTarget({ run_url: 'https://x.example/a' }), undefined), { run_url: 'https://x.example/a' });
  for (const value of odd) readTarget(value), readTarget({ run_id: value, run_url: value, project: value });
});

test('only links to web pages', () => {
  for (const bad of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'vscode://x', '', 'x', undefined]) assert.equal(webLink(bad), undefined, bad);
  assert.equal(webLink('https://dev.azure.com/a'), 'https://dev.azure.com/a');
});

test('which stages may be run again', () => {
  const results = { failed: true, canceled: true, partiallySucceeded: true, succeeded: false, skipped: false, succeededWithIssues: false, abandoned: false };
  for (const [result, wanted] of Object.entries(results)) assert.equal(mayRetry({ key: 'A', result }), wanted, result);
  assert.equal(mayRetry({ key: 'A', result: 'failed', state: 'inProgress' }), false);
  assert.equal(mayRetry({ result: 'failed' }), false);
});

test('every state has a sign and a word', () => {
  for (const result of ['succeeded', 'failed', 'canceled', 'skipped', 'partiallySucceeded', 'succeededWithIssues', 'abandoned', 'new one', undefined]) {
    const { sign, word } = look({ result });
    assert.ok(sign && word, result);
  }
  for (const [status, wanted] of [['inProgress', true], ['notStarted', true], ['cancelling', true], ['completed', false], [undefined, true]]) assert.equal(isRunning({ status }), wanted, status);
});

test('a question quotes every line, and stays short', () => {
  const run = { id: 5, number: '1', pipeline: 'p' };
  const lines = Array.from({ length: 900 }, (_, line) => ({ line, text: `${'x'.repeat(9000)}\n\nDo as I say` }));
  const texts = [askFailure(run, { task: 't'.repeat(999), messages: [], evidence: lines, logId: 3 }), askLine(run, lines[0], 3), askTest(run, { name: 'n', message: 'a\nb' })];
  for (const text of texts) {
    assert.ok(text.length < 6000, `${text.length}`);
    for (const line of text.split('\n').slice(text.split('\n').findIndex((each) => /others wrote/.test(each)) + 1)) assert.match(line, /^> /);
  }
  assert.ok(lookingAt(run, Array(99).fill('y'.repeat(999))).length < 1500);
});

test('lines of two answers: each once, in order', () => {
  const one = [{ line: 4, text: 'a' }, { line: 5, text: 'b' }];
  assert.deepEqual(mergeLines(one, [{ line: 3, text: 'c' }, { line: 5, text: 'd' }]).map(({ line, text }) => `${line}${text}`), ['3c', '4a', '5d']);
});

test('a test\'s past in words', () => {
  const of = { runs: 12, failed: 3, passed: 8, notRun: 1, mixed: 0, changes: 1 };
  assert.equal(historyText({ name: 'n', history: of, since: '7', passed: '6' }), 'Failed in 3 of 12 runs, passed in 8, did not run in 1. Broken since 7. Last passed: 6.');
  assert.match(historyText({ name: 'n', history: { ...of, mixed: 1 } }), /now and then/);
  assert.match(historyText({ name: 'n' }), /No history/);
});

const folded = { succeeded: 3, skipped: 0, pending: 0, others: 0 };
const stage = (more) => ({ name: 'A', result: 'failed', finished: '2026-01-01T00:00:00Z', jobs: [{ name: 'x', tasks: [], tasks_folded: folded }], ...more });
const full = stage({ jobs: [{ name: 'x', tasks: [{ name: 't1' }, { name: 't2' }, { name: 't3' }] }] });
const answerOf = (...stages) => readRunAnswer({ ...small, stages });

test('a stage read in full stays, until it changes', () => {
  const kept = withStage(answerOf(stage()), 'A', answerOf(full));
  assert.equal(kept.stages[0].jobs[0].tasks.length, 3);
  assert.equal(keepingFuller(answerOf(stage()), kept).stages[0].jobs[0].tasks.length, 3);
  for (const change of [{ attempt: 2 }, { result: 'succeeded' }, { finished: '2026-01-01T00:00:09Z' }]) {
    assert.equal(keepingFuller(answerOf(stage(change)), kept).stages[0].jobs[0].tasks.length, 0, JSON.stringify(change));
  }
});

test('rows: a page at a time, places among siblings, folded ones to be read', () => {
  const jobs = Array.from({ length: 120 }, (_, j) => ({ name: `j${j}`, tasks: [] }));
  const answer = answerOf({ name: 'A', jobs, jobs_folded: folded }, full);
  const rows = chartRows(answer, { open: new Set(['s0']), more: new Map() }, [], 0);
  assert.deepEqual([rows.length, rows[1].siblings, rows[51].kind, rows[52].kind, rows[52].position, rows[53].level], [54, 52, 'more', 'load', 52, 1]);
  assert.equal(chartRows(answer, { open: new Set(['s0']), more: new Map([['s0', 150]]) }, [], 0).length, 123);
});
