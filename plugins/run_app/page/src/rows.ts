// The rows of the chart: stages, their jobs, their tasks, what is open of them. Pure.
import { foldedCount } from './answers.ts';
import type { Folded, Job, Run, RunAnswer, Stage, Task } from './answers.ts';
import { endOf } from './critical_path.ts';
import type { Step } from './critical_path.ts';
import { isRunning, wentWrong } from './outcome.ts';
import { count } from './text.ts';

export type Row = {
  id: string; level: 1 | 2 | 3; position: number; siblings: number; label: string;
  kind: 'queue' | 'stage' | 'job' | 'task' | 'more' | 'load'; of?: Stage | Job | Task; stage?: Stage;
  /** Whether its rows are shown; nothing where it has none. */
  open?: boolean; from?: number; to?: number; critical: boolean;
  /** What it waited before it began, or has waited until now. */
  waits?: { from: number; to: number };
};

/** Jobs or tasks shown at once under one row; a further row shows as many again. */
export const pageOfRows = 50;
/** With no more jobs than this all stages are open at first. */
const fewJobs = 25;

export type Opened = { open: Set<string>; more: Map<string, number> };

export const stageId = (at: number) => `s${at}`;
const jobId = (stage: number, at: number) => `s${stage}j${at}`;

/** What is open at first: stages with something to see, jobs that failed, a few. */
export function openAtFirst({ stages }: RunAnswer): Set<string> {
  const open = new Set<string>();
  const jobs = stages.reduce((sum, each) => sum + each.jobs.length, 0);
  let failedJobs = 0;
  stages.forEach((stage, s) => {
    const telling = wentWrong(stage) || Boolean(stage.state && stage.state !== 'pending');
    if (jobs <= fewJobs || (telling && stage.jobs.length <= fewJobs)) open.add(stageId(s));
    stage.jobs.forEach((job, j) => {
      if (wentWrong(job) && job.tasks.length && ++failedJobs <= 3) open.add(jobId(s, j));
    });
  });
  return open;
}

function foldedText(of: Folded, what: string): string {
  const parts = [[of.succeeded, 'succeeded'], [of.skipped, 'skipped'], [of.pending, 'waiting'], [of.others, 'others']] as const;
  const told = parts.filter(([many]) => many > 0).map(([many, word]) => `${many} ${word}`).join(', ');
  return `${count(foldedCount(of), what)} not listed (${told})`;
}

function span(of: Stage | Job | Task, now: number, running: boolean): { from?: number; to?: number } {
  if (of.started === undefined || of.result === 'skipped') return {};
  const to = endOf(of) ?? (running && !of.result ? now : of.started);
  return { from: of.started, to: Math.max(to, of.started) };
}

/** Before which job of the path there was a wait. */
function waitsOf(path: Step[]): Map<Job, { from: number; to: number }> {
  const waits = new Map<Job, { from: number; to: number }>();
  path.forEach((step, at) => {
    const before = path[at - 1];
    if (at > 1 && step.kind === 'job' && before?.kind === 'wait') waits.set(step.job, before);
  });
  return waits;
}

/** From when the run was queued until it began. */
function queueWait({ queued, started }: Run, running: boolean, now: number): { from: number; to: number } | undefined {
  const to = started ?? (running ? now : undefined);
  return queued !== undefined && to !== undefined && to - queued >= 1000 ? { from: queued, to } : undefined;
}

/** Every row to be shown, in order. `path` marks the critical ones. */
export function chartRows(answer: RunAnswer, opened: Opened, path: Step[], now: number): Row[] {
  const rows: Row[] = [];
  const running = isRunning(answer.run);
  const critical = new Set(path.flatMap((each) => (each.kind === 'job' ? [each.job] : [])));
  const waited = waitsOf(path);
  const queue = queueWait(answer.run, running, now);
  const first = queue ? 1 : 0;
  const siblings = answer.stages.length + first;
  const add = (row: Omit<Row, 'from' | 'to' | 'critical'> & { critical?: boolean }) => {
    rows.push({ critical: false, ...row, ...(row.of ? span(row.of, now, running) : {}) });
  };
  const shown = (id: string) => opened.more.get(id) ?? pageOfRows;

  const addTasks = (job: Job, stage: Stage, id: string) => {
    const tasks = job.tasks.slice(0, shown(id));
    const further = job.tasks.length - tasks.length;
    const siblings = tasks.length + (further ? 1 : 0) + (job.folded ? 1 : 0);
    tasks.forEach((task, t) => add({ id: `${id}t${t}`, level: 3, position: t + 1, siblings, label: task.name, kind: 'task', of: task, stage }));
    if (further) add({ id: `${id}more`, level: 3, position: tasks.length + 1, siblings, label: `Show more of ${count(further, 'task')}`, kind: 'more', stage });
    if (job.folded) add({ id: `${id}load`, level: 3, position: siblings, siblings, label: foldedText(job.folded, 'task'), kind: 'load', stage });
  };
  const addJobs = (stage: Stage, s: number) => {
    const jobs = stage.jobs.slice(0, shown(stageId(s)));
    const further = stage.jobs.length - jobs.length;
    const siblings = jobs.length + (further ? 1 : 0) + (stage.folded ? 1 : 0);
    jobs.forEach((job, j) => {
      const id = jobId(s, j);
      const open = job.tasks.length || job.folded ? opened.open.has(id) : undefined;
      const still = running && job.started === undefined && !job.result && stage.started !== undefined ? { from: stage.started, to: now } : undefined;
      add({ id, level: 2, position: j + 1, siblings, label: job.name, kind: 'job', of: job, stage, open, critical: critical.has(job), waits: still ?? waited.get(job) });
      if (open) addTasks(job, stage, id);
    });
    const id = stageId(s);
    if (further) add({ id: `${id}more`, level: 2, position: jobs.length + 1, siblings, label: `Show more of ${count(further, 'job')}`, kind: 'more', stage });
    if (stage.folded) add({ id: `${id}load`, level: 2, position: siblings, siblings, label: foldedText(stage.folded, 'job'), kind: 'load', stage });
  };

  if (queue) add({ id: 'queue', level: 1, position: 1, siblings, label: 'In the queue', kind: 'queue', waits: queue });
  answer.stages.forEach((stage, s) => {
    const id = stageId(s);
    const open = stage.jobs.length || stage.folded ? opened.open.has(id) : undefined;
    add({ id, level: 1, position: s + 1 + first, siblings, label: stage.name, kind: 'stage', of: stage, stage, open, critical: stage.jobs.some((each) => critical.has(each)) });
    if (open) addJobs(stage, s);
  });
  return rows;
}

/** From the first thing that happened to the last one. */
export function timeRange({ run, stages }: RunAnswer, now: number): { from: number; to: number } | undefined {
  const parts = stages.flatMap((stage) => [stage, ...stage.jobs]);
  const begins = [run.queued, run.started, ...parts.map((each) => each.started)].filter((each) => each !== undefined);
  if (!begins.length) return undefined;
  const ends = [run.finished, isRunning(run) ? now : undefined, ...parts.map(endOf)].filter((each) => each !== undefined);
  const from = begins.reduce((a, b) => Math.min(a, b));
  return { from, to: ends.reduce((a, b) => Math.max(a, b), from) };
}
