// Reads what the tools answered. Nothing is taken on trust: a part that is missing or of another
// kind is left out, and the page shows the rest.
import { clean, oneLine } from './text.ts';

export type Times = { started?: number; finished?: number; duration?: number };
export type Outcome = { state?: string; result?: string };
export type Folded = { succeeded: number; skipped: number; pending: number; others: number };
export type Task = Times & Outcome & { name: string; attempt?: number; logId?: number };
export type Job = Times & Outcome & { name: string; attempt?: number; agent?: string; tasks: Task[]; folded?: Folded };
export type Stage = Times & Outcome & {
  /** As Azure DevOps has it, to be sent back; `name` is for the eyes. */
  key?: string; name: string; attempt?: number; jobs: Job[]; folded?: Folded; checks: { what: string; result?: string }[];
};
export type Approver = { name: string; status?: string; decidedBy?: string; comment?: string };
export type Waiting = {
  for: string; stage?: string; job?: string; what?: string; since?: number; status?: string; needed?: number;
  approvers: Approver[]; leftOut: number; instructions?: string; pool?: string; position?: number; demands: string[];
};
export type Running = { stage?: string; job?: string; task?: string; agent?: string; since?: number };
export type Run = {
  id: number; number?: string; pipeline: string; status?: string; result?: string; reason?: string; branch?: string;
  commit?: string; requestedFor?: string; queued?: number; started?: number; finished?: number; duration?: number; url?: string;
  pullRequest?: { number?: number; title?: string; url?: string }; deleted?: { on?: number; by?: string; reason?: string };
};
export type RunAnswer = {
  run: Run; stages: Stage[]; waiting: Waiting[]; running: Running[]; approvals: Waiting[];
  jobs?: { all: number; done: number; failed: number }; truncated: boolean; notes: string[];
};

type Record = { [name: string]: unknown };
export const record = (value: unknown): Record => (value && typeof value === 'object' && !Array.isArray(value) ? value as Record : {});
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
export const records = (value: unknown): Record[] => list(value).map(record);
export const number = (value: unknown): number | undefined => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);
export const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? clean(value) : undefined);
export const name = (value: unknown): string | undefined => (typeof value === 'string' ? oneLine(value) || undefined : undefined);
export const texts = (value: unknown): string[] => list(value).map(text).filter((each) => each !== undefined);

/** Milliseconds since 1970; nothing where it is no time. */
export function time(value: unknown): number | undefined {
  const read = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isFinite(read) ? read : undefined;
}

function times(from: Record): Times {
  const started = time(from.started);
  const duration = number(from.duration_seconds);
  const finished = time(from.finished);
  return { started, finished, duration: duration === undefined ? undefined : Math.max(0, duration) };
}

const outcome = (from: Record): Outcome => ({ state: name(from.state), result: name(from.result) });

function folded(value: unknown): Folded | undefined {
  const from = record(value);
  const counts = { succeeded: number(from.succeeded) ?? 0, skipped: number(from.skipped) ?? 0, pending: number(from.pending) ?? 0, others: number(from.others) ?? 0 };
  return Object.values(counts).some((each) => each > 0) ? counts : undefined;
}

/** How many were only counted. */
export const foldedCount = (of: Folded | undefined) => (of ? of.succeeded + of.skipped + of.pending + of.others : 0);

const attempt = (from: Record) => number(from.attempt);

function task(from: Record): Task {
  return { name: name(from.name) ?? 'Task without a name', ...times(from), ...outcome(from), attempt: attempt(from), logId: number(from.log_id) };
}

function job(from: Record): Job {
  return {
    name: name(from.name) ?? 'Job without a name', ...times(from), ...outcome(from), attempt: attempt(from), agent: name(from.agent),
    tasks: records(from.tasks).map(task), folded: folded(from.tasks_folded),
  };
}

function stage(from: Record): Stage {
  return {
    key: typeof from.name === 'string' ? from.name : undefined, name: name(from.name) ?? 'Stage without a name', ...times(from), ...outcome(from),
    attempt: attempt(from), jobs: records(from.jobs).map(job), folded: folded(from.jobs_folded),
    checks: records(from.checks).map((each) => ({ what: name(each.what) ?? 'A check', result: name(each.result) })),
  };
}

function approver(from: Record): Approver {
  return { name: name(from.name) ?? 'Somebody', status: name(from.status), decidedBy: name(from.decided_by), comment: text(from.comment) };
}

function waiting(from: Record): Waiting {
  return {
    for: name(from.for) ?? 'check', stage: name(from.stage), job: name(from.job), what: name(from.what), since: time(from.since),
    status: name(from.status), needed: number(from.approvals_needed), approvers: records(from.approvers).map(approver),
    leftOut: number(from.approvers_left_out) ?? 0, instructions: text(from.instructions), pool: name(from.pool),
    position: number(from.queue_position), demands: texts(from.demands),
  };
}

function running(from: Record): Running {
  return { stage: name(from.stage), job: name(from.job), task: name(from.task), agent: name(from.agent), since: time(from.since) };
}

/** The run of any answer; nothing where it has no id. */
export function readRun(value: unknown): Run | undefined {
  const from = record(value);
  const id = number(from.id);
  if (id === undefined) return undefined;
  const pipeline = record(from.pipeline);
  const request = record(from.pull_request);
  const gone = record(from.deleted);
  return {
    id, number: name(from.number), pipeline: name(pipeline.name) ?? (number(pipeline.id) === undefined ? 'Pipeline' : `Pipeline ${pipeline.id}`),
    status: name(from.status), result: name(from.result), reason: name(from.reason), branch: name(from.branch), commit: name(from.commit),
    requestedFor: name(from.requested_for), queued: time(from.queued), started: time(from.started), finished: time(from.finished),
    duration: number(from.duration_seconds), url: typeof from.url === 'string' ? from.url : undefined,
    pullRequest: from.pull_request ? { number: number(request.number), title: name(request.title), url: typeof request.url === 'string' ? request.url : undefined } : undefined,
    deleted: from.deleted ? { on: time(gone.on), by: name(gone.by), reason: text(gone.reason) } : undefined,
  };
}

/** What `get_run` answered; nothing where it is none of its answers. */
export function readRunAnswer(value: unknown): RunAnswer | undefined {
  const from = record(value);
  const run = readRun(from.run);
  if (!run || !Array.isArray(from.stages)) return undefined;
  const totals = record(from.totals);
  const all = number(totals.jobs);
  return {
    run, stages: records(from.stages).map(stage), waiting: records(from.waiting).map(waiting), running: records(from.running).map(running),
    approvals: records(from.approvals).map(waiting),
    jobs: all === undefined ? undefined : { all, done: number(totals.jobs_done) ?? 0, failed: number(totals.jobs_failed) ?? 0 },
    truncated: from.truncated === true, notes: texts(from.notes),
  };
}

/** One stage, asked for by itself, in the place of what was folded. */
export function withStage(answer: RunAnswer, key: string, fuller: RunAnswer): RunAnswer {
  const found = fuller.stages.find((each) => each.key === key);
  return found ? { ...answer, stages: answer.stages.map((each) => (each.key === key ? found : each)) } : answer;
}

/** A later answer, with the parts of finished stages that were read in full before and are only counted in it. */
export function keepingFuller(later: RunAnswer, before: RunAnswer | undefined): RunAnswer {
  if (!before || before.run.id !== later.run.id) return later;
  const full = (of: Stage) => foldedCount(of.folded) + of.jobs.reduce((sum, each) => sum + foldedCount(each.folded), 0);
  const stages = later.stages.map((stage) => {
    const old = before.stages.find((each) => each.key === stage.key);
    const same = old && stage.result && old.result === stage.result && old.finished === stage.finished && old.attempt === stage.attempt;
    return same && full(old) < full(stage) ? old : stage;
  });
  return { ...later, stages };
}
