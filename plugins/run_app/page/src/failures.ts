// Reads what get_run_failure_logs, read_run_log and list_failed_tests answered, by the rules of answers.ts.
import { name, number, readRun, record, records, text, texts } from './answers.ts';
import type { Run } from './answers.ts';

export type Line = { line: number; text: string };
export type Failure = {
  stage?: string; job?: string; task?: string; attempt?: number; kind: string; messages: string[]; count: number; jobs: string[];
  logId?: number; logLines?: number; unread?: string; evidence: Line[]; sure: boolean; before: number; truncated: boolean;
};
export type Known = { note: string; link?: string; retryHelps: boolean; cause: number };
export type TestFailure = { name: string; message?: string; stack?: string; where?: string; history?: TestHistory; first?: string; passed?: string; since?: string };
export type TestHistory = { runs: number; failed: number; passed: number; notRun: number; mixed: number; changes: number };
export type FailureAnswer = {
  run: Run; cause?: string; failures: Failure[]; failed: number; known: Known[]; downstream: { where: string; reason?: string; count: number }[];
  tests: TestFailure[]; testCount: number; since?: string; lastGood?: string; commits: { id?: string; author?: string; message?: string }[];
  truncated: boolean; notes: string[];
};

/** Lines of a log, by number; what has no number is no line. */
export function readLines(value: unknown): Line[] {
  return records(value).flatMap((from) => {
    const line = number(from.line);
    return line === undefined ? [] : [{ line, text: text(from.text) ?? '' }];
  });
}

function failure(from: { [name: string]: unknown }): Failure {
  return {
    stage: name(from.stage), job: name(from.job), task: name(from.task), attempt: number(from.attempt), kind: name(from.kind) ?? 'error',
    messages: texts(from.messages), count: number(from.count) ?? 1, jobs: texts(from.jobs), logId: number(from.log_id),
    logLines: number(from.log_lines), unread: from.log_read === false ? name(from.log_unread) ?? 'not_asked' : undefined,
    evidence: readLines(from.evidence), sure: from.sure === true, before: Array.isArray(from.failed_before) ? from.failed_before.length : 0,
    truncated: from.truncated === true,
  };
}

/** "number 20260102.3" of a run that another answer names; its id where it has no number. */
function runName(value: unknown): string | undefined {
  const from = record(value);
  const id = number(from.id) ?? number(from.run_id);
  return name(from.number) ?? (id === undefined ? undefined : `run ${id}`);
}

function where(from: { [name: string]: unknown }): string {
  return [name(from.stage), name(from.job), name(from.task)].filter(Boolean).join(' / ') || 'A part of the run';
}

function sinceText(value: unknown): string | undefined {
  const from = record(value);
  const run = runName(value);
  const many = number(from.failed_runs);
  if (!run || many === undefined || many < 2) return undefined;
  return `The branch fails since ${run}, ${many} failed runs in a row${from.certain === false ? ', or for longer' : ''}.`;
}

/** What `get_run_failure_logs` answered; nothing where it is none of its answers. */
export function readFailureAnswer(value: unknown): FailureAnswer | undefined {
  const from = record(value);
  const run = readRun(from.run);
  if (!run || !Array.isArray(from.failures)) return undefined;
  const tests = records(from.failed_tests).map((each) => ({ name: name(each.name) ?? 'Test without a name', message: text(each.message), stack: text(each.stack) }));
  const failures = records(from.failures).map(failure);
  return {
    run, cause: text(from.cause), failures, failed: number(record(from.totals).failed) ?? failures.length, tests,
    known: records(from.known_failures).flatMap((each) => {
      const note = text(each.note);
      return note ? [{ note, link: typeof each.link === 'string' ? each.link : undefined, retryHelps: each.retry_helps === true, cause: number(each.cause) ?? 0 }] : [];
    }),
    downstream: records(from.downstream).map((each) => ({ where: where(each), reason: text(each.reason), count: number(each.count) ?? 1 })),
    testCount: number(from.failed_tests_count) ?? tests.length, since: sinceText(from.since), lastGood: runName(from.last_good_run),
    commits: records(from.commits_since).map((each) => ({ id: name(each.id), author: name(each.author), message: name(each.message) })),
    truncated: from.truncated === true, notes: texts(from.notes),
  };
}

export type LogAnswer = { lines: Line[]; total?: number; truncated: boolean; notes: string[] };

export function readLogAnswer(value: unknown): LogAnswer | undefined {
  const from = record(value);
  if (!Array.isArray(from.lines)) return undefined;
  return { lines: readLines(from.lines), total: number(from.total_lines), truncated: from.truncated === true, notes: texts(from.notes) };
}

export type TestAnswer = { tests: TestFailure[]; total: number; runs?: number; notes: string[] };

function history(value: unknown): TestHistory | undefined {
  const from = record(value);
  const runs = number(from.runs);
  if (runs === undefined) return undefined;
  const of = (each: string) => number(from[each]) ?? 0;
  return { runs, failed: of('failed'), passed: of('passed'), notRun: of('not_run'), mixed: of('mixed'), changes: of('changes') };
}

function testFailure(from: { [name: string]: unknown }, messages: Map<number, string>): TestFailure {
  return {
    name: name(from.name) ?? 'Test without a name', where: [name(from.stage), name(from.job)].filter(Boolean).join(' / ') || undefined,
    message: text(from.message) ?? messages.get(number(from.same_message) ?? 0), stack: texts(from.stack).join('\n') || undefined,
    history: history(from.history), first: runName(from.first_seen), passed: runName(from.last_passed), since: runName(from.broken_since),
  };
}

/** What `list_failed_tests` answered. */
export function readTestAnswer(value: unknown): TestAnswer | undefined {
  const from = record(value);
  if (!Array.isArray(from.tests)) return undefined;
  const messages = new Map(records(from.same_messages).map((each) => [number(each.same_message) ?? 0, text(each.message) ?? '']));
  const tests = records(from.tests).map((each) => testFailure(each, messages));
  return { tests, total: number(from.failed_total) ?? tests.length, runs: number(record(from.history_of).runs), notes: texts(from.notes) };
}

/** Lines of both, each number once, in order. */
export function mergeLines(first: Line[], second: Line[]): Line[] {
  const all = new Map([...first, ...second].map((each) => [each.line, each]));
  return [...all.values()].sort((a, b) => a.line - b.line);
}

/** One sentence about a test's past runs. */
export function historyText({ history: of, first, passed, since }: TestFailure): string {
  if (!of) return 'No history of it was found.';
  const parts = [`Failed in ${of.failed} of ${of.runs} runs, passed in ${of.passed}`];
  if (of.notRun) parts.push(`did not run in ${of.notRun}`);
  const sentences = [`${parts.join(', ')}.`];
  if (since) sentences.push(`Broken since ${since}.`);
  else if (of.mixed > 0 || of.changes > 1) sentences.push('It fails now and then.');
  if (!since && first) sentences.push(`First failure seen: ${first}.`);
  if (passed) sentences.push(`Last passed: ${passed}.`);
  return sentences.join(' ');
}

export const unreadText = (why: string): string => (why === 'gone' ? 'Its log is no longer kept.'
  : why === 'failed' ? 'Its log could not be read.' : 'Its log was not read: the answer had room for others first.');

