// What a state or result means to a person: a sign, a word and a tone. Never the colour alone.
import type { Outcome, Run, Stage } from './answers.ts';

export type Tone = 'good' | 'bad' | 'warn' | 'busy' | 'calm';
export type Look = { sign: string; word: string; tone: Tone };

const looks: { [word: string]: Look } = {
  succeeded: { sign: '\u2713', word: 'Succeeded', tone: 'good' },
  succeededwithissues: { sign: '!', word: 'Succeeded with issues', tone: 'warn' },
  partiallysucceeded: { sign: '!', word: 'Partially succeeded', tone: 'warn' },
  failed: { sign: '\u2715', word: 'Failed', tone: 'bad' },
  canceled: { sign: '\u2298', word: 'Canceled', tone: 'warn' },
  abandoned: { sign: '\u2298', word: 'Abandoned', tone: 'warn' },
  rejected: { sign: '\u2715', word: 'Rejected', tone: 'bad' },
  skipped: { sign: '\u2013', word: 'Skipped', tone: 'calm' },
  inprogress: { sign: '\u25b8', word: 'Running', tone: 'busy' },
  cancelling: { sign: '\u25b8', word: 'Being canceled', tone: 'busy' },
  pending: { sign: '\u25cb', word: 'Waiting', tone: 'calm' },
  notstarted: { sign: '\u25cb', word: 'Not started', tone: 'calm' },
  postponed: { sign: '\u25cb', word: 'Postponed', tone: 'calm' },
  completed: { sign: '\u2022', word: 'Finished', tone: 'calm' },
};

/** Of a stage, job or task; a word that isn't known is shown as it is. */
export function look({ state, result }: Outcome): Look {
  const word = result ?? state;
  if (!word) return { sign: '\u2022', word: 'Unknown', tone: 'calm' };
  return looks[word.toLowerCase()] ?? { sign: '\u2022', word, tone: 'calm' };
}

export const runLook = (run: Run): Look => look({ state: run.status, result: run.result });

/** It may still change. */
export function isRunning(run: Run): boolean {
  return !run.result && run.finished === undefined && run.status?.toLowerCase() !== 'completed' && !run.deleted;
}

const failing = ['failed', 'canceled', 'partiallysucceeded', 'succeededwithissues', 'abandoned', 'rejected'];

export const wentWrong = ({ result }: Outcome): boolean => failing.includes(result?.toLowerCase() ?? '');

/** Azure DevOps runs a stage again that has ended badly; one that was skipped or is running has no retry. */
export function mayRetry(stage: Stage): boolean {
  return stage.key !== undefined && !stage.state && ['failed', 'canceled', 'partiallysucceeded'].includes(stage.result?.toLowerCase() ?? '');
}

/** What a run was started by, in words. */
export function reasonText(reason: string): string {
  const words: { [reason: string]: string } = {
    manual: 'Started by hand', individualci: 'A push', batchedci: 'Pushes, taken together', schedule: 'The schedule', pullrequest: 'A pull request',
    buildcompletion: 'Another build', resourcetrigger: 'Another pipeline or resource', validateshelveset: 'A shelveset', checkinshelveset: 'A gated check-in',
  };
  return words[reason.toLowerCase()] ?? reason;
}
