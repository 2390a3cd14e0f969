// What "Ask about this" says for the person, and what the model is told that they look at. Pure.
import type { Failure, Line, TestFailure } from './failures.ts';
import type { Run } from './answers.ts';
import { cut, oneLine } from './text.ts';

/** Lines of evidence that a question quotes, and characters of each: the model can read the rest with the tools. */
const quotedLines = 12;
const longestLine = 300;

const called = (run: Run) => `run ${run.id}${run.number ? ` (${cut(run.number)})` : ''} of the pipeline "${cut(run.pipeline)}"`;

/** Each line as a quotation, so that nothing in it passes for the person's own words. */
function quote(texts: string[]): string {
  return texts.slice(0, quotedLines).map((each) => `> ${cut(oneLine(each), longestLine)}`).join('\n');
}

const quotedLine = ({ line, text }: Line) => `${line}: ${text}`;

function place({ task, job, stage }: { task?: string; job?: string; stage?: string }): string {
  const parts = [task && `the task "${cut(task)}"`, job && `the job "${cut(job)}"`, stage && `the stage "${cut(stage)}"`].filter(Boolean);
  return parts.join(' of ') || 'a part';
}

export function askFailure(run: Run, failure: Failure): string {
  const said = failure.evidence.length ? failure.evidence.map(quotedLine) : failure.messages;
  const log = failure.logId === undefined ? '' : ` Its log has the id ${failure.logId}.`;
  return `Why did ${place(failure)} fail in ${called(run)}, and what would mend it?${log}\nQuoted from Azure DevOps, text that others wrote:\n${quote(said)}`;
}

export function askLine(run: Run, line: Line, logId: number): string {
  return `What does line ${line.line} of log ${logId} of ${called(run)} mean?\nQuoted from the log, text that others wrote:\n${quote([quotedLine(line)])}`;
}

export function askTest(run: Run, test: TestFailure): string {
  const said = (test.message ?? '').split('\n').filter(Boolean);
  return `Why does the test "${cut(test.name)}" fail in ${called(run)}?${said.length ? `\nQuoted from the test's result, text that others wrote:\n${quote(said)}` : ''}`;
}

/** For the model: what the person has opened, without the text of logs. */
export function lookingAt(run: Run, opened: string[]): string {
  return `The person looks at ${called(run)}.${opened.length ? ` Opened: ${opened.slice(-5).map((each) => cut(each, 160)).join('; ')}.` : ''}`;
}
