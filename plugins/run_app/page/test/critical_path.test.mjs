// The chain of jobs that determined the end, from tables of made-up runs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRunAnswer } from '../src/answers.ts';
import { criticalPath } from '../src/critical_path.ts';

const begin = Date.parse('2026-01-02T03:00:00Z');
const at = (minutes) => new Date(begin + minutes * 60_000).toISOString();

/** "A/x 0-5" is the job x of stage A from minute 0 to 5; without an end it runs, with ~ it never began. */
function runOf(jobs, change = {}) {
  const stages = new Map();
  for (const each of jobs) {
    const [, stage, name, from, to] = /^(\w+)\/(\w+) (~|[\d.]+)(?:-([\d.]+)?)?$/.exec(each);
    const job = { name, ...(from === '~' ? { state: 'pending' } : { started: at(from) }), ...(to ? { finished: at(to), result: 'succeeded' } : { state: 'inProgress' }), tasks: [] };
    stages.set(stage, [...(stages.get(stage) ?? []), job]);
  }
  const run = { id: 1, pipeline: { id: 1 }, status: 'completed', queued: at(0), started: at(0), ...change };
  return readRunAnswer({ run, stages: [...stages].map(([name, list]) => ({ name, jobs: list })), truncated: false });
}

const told = (path) => path.map((step) => (step.kind === 'job' ? `${step.stage.name}/${step.job.name}` : `wait ${(step.to - step.from) / 60_000}`));

const cases = {
  'no job': [[], []],
  'one job': [['A/x 0-5'], ['A/x']],
  'one job after a wait in the queue': [['A/x 3-5'], ['wait 3', 'A/x']],
  'one after the other': [['A/x 0-5', 'A/y 5-9'], ['A/x', 'A/y']],
  'the longer of two side by side': [['A/x 0-5', 'A/y 0-8', 'B/z 8-9'], ['A/y', 'B/z']],
  'a gap before a stage': [['A/x 0-5', 'B/y 12-15'], ['A/x', 'wait 7', 'B/y']],
  'a second between jobs is no wait': [['A/x 0-5', 'A/y 5.02-9'], ['A/x', 'A/y']],
  'the last to end, not the last to begin': [['A/x 0-30', 'A/y 20-25'], ['A/x']],
  'several waits': [['A/x 1-5', 'B/y 8-10', 'C/z 20-21'], ['wait 1', 'A/x', 'wait 3', 'B/y', 'wait 10', 'C/z']],
  'jobs of no length': [['A/x 0-0', 'A/y 0-0'], ['A/x']],
  'jobs that never began are not in it': [['A/x 0-5', 'B/y ~'], ['A/x']],
};
for (const [name, [jobs, wanted]] of Object.entries(cases)) {
  test(`critical path: ${name}`, () => assert.deepEqual(told(criticalPath(runOf(jobs), begin + 3_600_000)), wanted));
}

const inProgress = { status: 'inProgress', finished: undefined };
test('a run in progress: the job that has run longest is last', () => {
  assert.deepEqual(told(criticalPath(runOf(['A/x 0-5', 'B/y 5-', 'B/z 8-'], inProgress), begin + 600_000)), ['A/x', 'B/y']);
});
test('a run in progress that waits: the wait is last', () => {
  assert.deepEqual(told(criticalPath(runOf(['A/x 0-5', 'B/y ~'], inProgress), begin + 600_000)), ['A/x', 'wait 5']);
});

test('the last job ended long before the run: that wait is last', () => {
  assert.deepEqual(told(criticalPath(runOf(['A/x 0-5'], { finished: at(9) }), begin)), ['A/x', 'wait 4']);
});

test('many jobs are done soon, and the chain is in order', () => {
  const jobs = Array.from({ length: 400 }, (_, j) => `S${j % 20}/j${j} ${j}-${j + 1 + (j % 3)}`);
  const path = criticalPath(runOf(jobs), begin);
  path.slice(1).forEach((step, i) => assert.ok(step.from >= path[i].from));
});

test('times that make no sense end too', () => {
  for (const jobs of [['A/x 9-2'], ['A/x 5-1', 'A/y 4-1', 'A/z 3-9'], ['A/x 0-0', 'A/y 0-0', 'A/z 0-0', 'B/q 0-0']]) criticalPath(runOf(jobs), 0);
});
