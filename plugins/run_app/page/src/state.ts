// What the page knows and shows.
import type { McpUiHostContext } from '@modelcontextprotocol/ext-apps';
import type { Run, RunAnswer } from './answers.ts';
import type { FailureAnswer, Line, TestAnswer } from './failures.ts';
import type { Opened } from './rows.ts';
import type { Target } from './target.ts';

/** Lines of a log that are open, beside the line that was asked about. */
export type LogView = { logId: number; marked: number; lines: Line[]; total?: number; busy: boolean; wrong?: string; notes: string[] };
export type Retry = { phase: 'waiting' | 'done' | 'refused'; text: string };

export type State = {
  /** `waiting`: nothing has come yet; `closed`: the client has taken the page down. */
  phase: 'connecting' | 'waiting' | 'ready' | 'closed';
  target: Target;
  run?: Run;
  answer?: RunAnswer;
  failures?: FailureAnswer;
  tests?: TestAnswer;
  /** What could not be had, a sentence each. */
  wrong: { start?: string; run?: string; failures?: string; tests?: string; action?: string };
  busy: { run: boolean; failures: boolean; tests: boolean };
  /** By the failure's place in the list. */
  logs: Map<number, LogView>;
  /** By the stage's name as Azure DevOps has it. */
  retries: Map<string, Retry>;
  opened: Opened;
  /** Stages whose folded parts are being read. */
  loading: Set<string>;
  /** Said to screen readers. */
  said: string;
  /** When the answer came: what still runs ends here in the chart. */
  now: number;
  watching: 'no' | 'yes' | 'ended';
  context: McpUiHostContext;
};

export function emptyState(): State {
  return {
    phase: 'connecting', target: {}, wrong: {}, busy: { run: false, failures: false, tests: false }, logs: new Map(), retries: new Map(),
    opened: { open: new Set(), more: new Map() }, loading: new Set(), said: '', now: Date.now(), watching: 'no', context: {},
  };
}
