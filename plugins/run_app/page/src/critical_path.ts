// The chain of jobs and waits that determined when the run ended. Pure.
//
// Azure DevOps tells no dependencies with a run's times, so the chain is read from the times: from the job
// that ended last back to the one that ended last before it began, and so on to when the run was queued.
import type { Job, RunAnswer, Stage } from './answers.ts';

export type Step =
  | { kind: 'job'; stage: Stage; job: Job; from: number; to: number }
  | { kind: 'wait'; why: string; from: number; to: number };

/** Two parts this close follow each other without a wait, in milliseconds: the service's own pace. */
const closeTogether = 2000;

type Span = { stage: Stage; job: Job; from: number; to: number; runs: boolean };

/** When it ended: as told, else begin and duration; nothing while it runs. */
export function endOf({ started, finished, duration }: { started?: number; finished?: number; duration?: number }): number | undefined {
  return finished ?? (started !== undefined && duration !== undefined ? started + duration * 1000 : undefined);
}

function spans({ stages }: RunAnswer, now: number): Span[] {
  return stages.flatMap((stage) => stage.jobs.flatMap((job) => {
    if (job.started === undefined || job.result === 'skipped') return [];
    const runs = !job.result && job.finished === undefined;
    const to = Math.max(job.started, runs ? now : endOf(job) ?? job.started);
    return [{ stage, job, from: job.started, to, runs }];
  }));
}

/** Which of two is nearer the end: what still runs, then the later end, then the longer. */
function later(one: Span, other: Span): Span {
  if (one.runs !== other.runs) return one.runs ? one : other;
  if (one.to !== other.to) return one.to > other.to ? one : other;
  return one.from <= other.from ? one : other;
}

const latest = (among: Span[]) => (among.length ? among.reduce(later) : undefined);

function wait(from: number, to: number, why: string): Step[] {
  return to - from > closeTogether ? [{ kind: 'wait', why, from, to }] : [];
}

function whyBefore(span: Span, before: Span | undefined): string {
  if (!before) return 'until the first job began';
  return before.stage === span.stage ? 'for an agent or another job of the stage' : 'for checks, approvals or an agent before the stage';
}

/** From the last job to the end of the run; or, while no job of it runs, what it waits for. */
function lastWait(answer: RunAnswer, from: number, now: number): Step[] {
  const { finished, status } = answer.run;
  if (finished !== undefined) return wait(from, finished, 'until the run ended');
  if (status === 'completed') return [];
  const first = answer.waiting[0];
  return wait(from, now, first ? `for ${first.for === 'queue' ? 'its turn' : first.for}` : 'for what comes next');
}

/** The chain in order of time, empty when no job has begun. `now` ends what still runs. */
export function criticalPath(answer: RunAnswer, now: number): Step[] {
  const all = spans(answer, now);
  const chain: Step[] = [];
  let span = latest(all);
  if (!span) return [];
  const tail = span.runs ? [] : lastWait(answer, span.to, now);
  // Each step begins before the one after it, so the loop ends.
  while (span) {
    const { from, to, stage, job }: Span = span;
    chain.unshift({ kind: 'job', stage, job, from, to });
    const before: Span | undefined = latest(all.filter((each) => !each.runs && each.from < from && each.to <= from + closeTogether && each.job !== job));
    const begin: number | undefined = before?.to ?? answer.run.queued ?? answer.run.started;
    if (begin !== undefined) chain.unshift(...wait(begin, from, whyBefore(span, before)));
    span = before;
  }
  return [...chain, ...tail];
}
