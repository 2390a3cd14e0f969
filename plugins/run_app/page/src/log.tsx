// Lines of a log, with their numbers; and the panel with the lines around one of them.
import { useEffect, useRef } from 'preact/hooks';
import type { Line } from './failures.ts';
import type { LogView } from './state.ts';
import { Notes, Sentence, Words } from './parts.tsx';
import type { Shown } from './parts.tsx';
import { askLine } from './question.ts';

type Buttons = { around?: (line: number) => void; at?: number; ask?: (line: Line) => void };

export function Lines({ lines, marked, around, at: card, ask, label }: Buttons & { lines: Line[]; marked?: number; label: string }) {
  return (
    <ol class="lines" aria-label={label}>
      {lines.map((each, at) => (
        <li key={each.line} class={each.line === marked ? 'line marked' : 'line'}>
          {around
            ? <button type="button" id={`around-${card}-${each.line}`} class="quiet line-number" aria-label={`${each.line}: lines around it`} title="The lines around it" onClick={() => around(each.line)}>{each.line}</button>
            : <span class="line-number">{each.line}</span>}
          {each.line === marked && <span class="unseen">This line: </span>}
          <code dir="auto">{each.text || ' '}</code>
          {ask && <button type="button" class="quiet" aria-label={`Ask about line ${each.line}`} onClick={() => ask(each)}>Ask</button>}
          {at + 1 < lines.length && lines[at + 1]!.line > each.line + 1 && <span class="gap" aria-hidden="true" />}
        </li>
      ))}
    </ol>
  );
}

/** The lines around one; more above and below as far as the log goes. */
export function Around({ at, log, state, act }: Shown & { at: number; log: LogView }) {
  const first = log.lines[0]?.line;
  const last = log.lines.at(-1)?.line;
  const shown = first !== undefined && last !== undefined;
  const atEnd = log.total !== undefined && last !== undefined && last >= log.total;
  const { run } = state;
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (shown) panel.current?.querySelector('.marked')?.scrollIntoView({ block: 'nearest' });
  }, [shown, log.marked]);
  return (
    <div class="around" ref={panel} role="group" aria-label={`Log ${log.logId} around line ${log.marked}`}>
      <div class="section-head">
        <p class="label">{shown ? `Lines ${first} to ${last}${log.total === undefined ? '' : ` of ${log.total}`}` : `Around line ${log.marked}`}</p>
        <button type="button" class="quiet" onClick={() => act.closeLog(at)}>Close</button>
      </div>
      {log.busy && !shown && <p class="hint">Reading the log{'\u2026'}</p>}
      {shown && first > 1 && <button type="button" class="quiet wide" aria-disabled={log.busy} onClick={() => void act.more(at, 'above')}>More lines above</button>}
      {shown && (
        <Lines lines={log.lines} marked={log.marked} label={`Lines ${first} to ${last}`}
          ask={run && act.host.can('message') ? (line) => void act.ask(askLine(run, line, log.logId)) : undefined} />
      )}
      {shown && !atEnd && <button type="button" class="quiet wide" aria-disabled={log.busy} onClick={() => void act.more(at, 'below')}>More lines below</button>}
      {!shown && !log.busy && !log.wrong && <p class="hint">There are no such lines in this log.</p>}
      <Sentence text={log.wrong} bad />
      <Notes notes={log.notes} />
    </div>
  );
}

/** A text of several lines that others wrote, closed at first where it is long. */
export function Passage({ text, name }: { text: string; name: string }) {
  const lines = text.split('\n');
  if (lines.length <= 3 && text.length <= 400) return <p class="passage"><Words text={text} /></p>;
  return (
    <details>
      <summary>{name}, {lines.length === 1 ? 'one long line' : `${lines.length} lines`}</summary>
      <p class="passage"><Words text={text} /></p>
    </details>
  );
}
