// The chart: stages, jobs and tasks over time, a tree whose rows open. One row takes part in the tab order;
// arrows move from row to row, as in any treegrid.
import { useRef, useState } from 'preact/hooks';
import { axis, duration, place, timeOfDay } from './clock.ts';
import type { Axis } from './clock.ts';
import { criticalPath } from './critical_path.ts';
import type { Step } from './critical_path.ts';
import { look } from './outcome.ts';
import { Mark, Notes, Section, Sentence, Words } from './parts.tsx';
import type { Shown } from './parts.tsx';
import { chartRows, timeRange } from './rows.ts';
import type { Row } from './rows.ts';

const percent = ({ left, width }: { left: number; width: number }) => ({ left: `${left}%`, width: `${width}%` });

function Waits({ waits: { from, to }, scale, style }: { waits: { from: number; to: number }; scale: Axis; style: Shown['state']['context'] }) {
  return (
    <>
      <span class="bar waits" aria-hidden="true" style={percent(place(scale, from, to))} />
      <span class="unseen">waited from {timeOfDay(from, style)} to {timeOfDay(to, style)}; </span>
    </>
  );
}

function Bar({ row: { from, to, waits, of, level, critical }, scale, style }: { row: Row; scale: Axis; style: Shown['state']['context'] }) {
  const runs = of?.finished === undefined && !of?.result;
  return (
    <>
      {waits && <Waits waits={waits} scale={scale} style={style} />}
      {from !== undefined && to !== undefined && (
        <>
          <span class={`bar ${look(of ?? {}).tone} level-${level}${critical ? ' critical' : ''}`} aria-hidden="true" style={percent(place(scale, from, to))} />
          <span class="unseen">from {timeOfDay(from, style)} to {runs ? 'now' : timeOfDay(to, style)}{critical ? ', on the critical path' : ''}</span>
        </>
      )}
    </>
  );
}

function Name({ row, loading }: { row: Row; loading: boolean }) {
  const { of } = row;
  const attempt = of?.attempt ?? 1;
  const agent = of && 'agent' in of ? of.agent : undefined;
  return (
    <>
      <span class="twist" aria-hidden="true">{row.open === undefined ? '' : row.open ? '\u25be' : '\u25b8'}</span>
      {of && <Mark look={look(of)} only="sign" />}
      <span class="row-name">
        {of ? <Words text={row.label} /> : loading && row.kind === 'load' ? 'Reading\u2026' : row.label}
        {row.critical && row.level > 1 && <span class="tag" title="On the critical path"><span aria-hidden="true">{'\u25c6'}</span><span class="unseen"> on the critical path</span></span>}
        {attempt > 1 && <span class="tag">attempt {attempt}</span>}
        {agent && row.open && <span class="tag">on <Words text={agent} /></span>}
      </span>
    </>
  );
}

type Moves = { rows: Row[]; at: number; act: Shown['act']; focus: (at: number) => void; canLoad: boolean };

/** Opens, closes, shows more or reads what was only counted. */
function activate({ rows, at, act, canLoad }: Moves): void {
  const row = rows[at]!;
  if (row.kind === 'more') act.showMore(row.id.slice(0, -'more'.length));
  else if (row.kind === 'load') {
    if (canLoad && row.stage) void act.loadStage(row.stage);
  } else if (row.open !== undefined) act.toggle(row.id, !row.open, row.label);
}

function parentOf(rows: Row[], at: number): number {
  const { level } = rows[at]!;
  for (let i = at - 1; i >= 0; --i) if (rows[i]!.level < level) return i;
  return at;
}

/** Whether the key was for the tree. */
function move(key: string, moves: Moves): boolean {
  const { rows, at, act, focus } = moves;
  const row = rows[at]!;
  if (key === 'ArrowDown') focus(Math.min(at + 1, rows.length - 1));
  else if (key === 'ArrowUp') focus(Math.max(at - 1, 0));
  else if (key === 'Home') focus(0);
  else if (key === 'End') focus(rows.length - 1);
  else if (key === 'ArrowRight') {
    if (row.open === false) act.toggle(row.id, true, row.label);
    else if (row.open) focus(Math.min(at + 1, rows.length - 1));
  } else if (key === 'ArrowLeft') {
    if (row.open) act.toggle(row.id, false, row.label);
    else focus(parentOf(rows, at));
  } else if (key === 'Enter' || key === ' ') activate(moves);
  else return false;
  return true;
}

function Head({ scale }: { scale: Axis }) {
  return (
    <div role="row" class="row head">
      <span role="columnheader" class="cell-name">Part</span>
      <span role="columnheader" class="cell-time">Time</span>
      <span role="columnheader" class="cell-bar">
        <span class="unseen">When</span>
        {scale.ticks.map(({ at, label }) => {
          const { left } = place(scale, at, at, 0);
          return <span key={at} aria-hidden="true" class={`tick${left < 4 ? ' first' : left > 90 ? ' last' : ''}`} style={{ left: `${left}%` }}>{label}</span>;
        })}
      </span>
    </div>
  );
}

function took({ from, to, kind, waits }: Row): string {
  if (kind === 'queue' && waits) return duration(waits.to - waits.from);
  return from === undefined || to === undefined ? '' : duration(to - from);
}

function Tree({ rows, scale, state, act }: Shown & { rows: Row[]; scale: Axis }) {
  const [active, setActive] = useState('');
  const tree = useRef<HTMLDivElement>(null);
  const found = rows.findIndex((each) => each.id === active);
  const current = Math.max(found, 0);
  const canLoad = act.host.can('serverTools');
  const focus = (at: number) => {
    setActive(rows[at]!.id);
    tree.current?.querySelectorAll<HTMLElement>('[role=row][tabindex]')[at]?.focus();
  };
  return (
    <div role="treegrid" aria-label="Stages, jobs and tasks over time" class="tree" ref={tree}>
      <Head scale={scale} />
      {rows.map((row, at) => {
        const moves = { rows, at, act, focus, canLoad };
        return (
          <div key={row.id} role="row" class={`row level-${row.level} ${row.kind}`} tabIndex={at === current ? 0 : -1} aria-level={row.level} aria-posinset={row.position}
            aria-setsize={row.siblings} aria-expanded={row.open} onFocus={() => setActive(row.id)} onClick={() => { setActive(row.id); activate(moves); }}
            onKeyDown={(event) => { if (!event.altKey && !event.ctrlKey && !event.metaKey && move(event.key, moves)) event.preventDefault(); }}>
            <span role="rowheader" class="cell-name"><Name row={row} loading={state.loading.has(row.stage?.key ?? '')} /></span>
            <span role="gridcell" class="cell-time">{took(row)}</span>
            <span role="gridcell" class="cell-bar"><Bar row={row} scale={scale} style={state.context} /></span>
          </div>
        );
      })}
    </div>
  );
}

function PathList({ path, folded }: { path: Step[]; folded: boolean }) {
  if (!path.length) return null;
  const all = path.at(-1)!.to - path[0]!.from;
  const waits = path.reduce((sum, each) => sum + (each.kind === 'wait' ? each.to - each.from : 0), 0);
  const shown = path.slice(-40);
  return (
    <details class="path">
      <summary><span aria-hidden="true">{'\u25c6'}</span> Critical path: {duration(all)}{waits > 0 && `, of it ${duration(waits)} waiting`}</summary>
      <p class="hint">The chain of jobs that determined the end, read from their times: Azure DevOps doesn{'\u2019'}t tell what depends on what.{folded && ' Jobs that are only counted are not in it.'}</p>
      {shown.length < path.length && <p class="hint">The first {path.length - shown.length} steps are not listed.</p>}
      <ol>
        {shown.map((each, at) => (
          <li key={at} class={each.kind}>
            <span class="step-time">{duration(each.to - each.from)}</span>
            {each.kind === 'job' ? <Words text={`${each.stage.name} / ${each.job.name}`} /> : <span>waited {each.why}</span>}
          </li>
        ))}
      </ol>
    </details>
  );
}

export function Chart({ state, act }: Shown) {
  const { answer, wrong } = state;
  const retry = act.host.can('serverTools') ? () => void act.readRun() : undefined;
  if (!answer) {
    const text = state.busy.run ? 'Reading the stages\u2026' : wrong.run ?? (state.run && 'The stages of this run were not read.');
    return text ? <Section title="Over time" id="time"><Sentence text={text} bad={Boolean(wrong.run) && !state.busy.run} retry={retry} busy={state.busy.run} /></Section> : null;
  }
  const range = timeRange(answer, state.now);
  const path = criticalPath(answer, state.now);
  const rows = chartRows(answer, state.opened, path, state.now);
  const scale = axis(range?.from ?? 0, range?.to ?? 1000);
  const folded = answer.stages.some((each) => each.folded);
  return (
    <Section title="Over time" id="time">
      <Sentence text={wrong.run} bad retry={retry} busy={state.busy.run} />
      {rows.length > 0 && <Tree rows={rows} scale={scale} state={state} act={act} />}
      {!answer.stages.length && <p class="sentence">This run has no stages yet.</p>}
      {path.length > 0 && <p class="hint legend"><span aria-hidden="true"><span class="diamond">{'\u25c6'}</span> framed: on the critical path <span class="bar waits sample" /> waited</span></p>}
      {answer.stages.length > 0 && !range && <p class="hint">Nothing of it has begun.</p>}
      <PathList path={path} folded={folded} />
      {answer.stages.filter((each) => each.checks.length).map((stage, at) => (
        <p key={at} class="hint">Checks before <Words text={stage.name} />: {stage.checks.map((each, c) => <span key={c}>{c > 0 && ', '}<Words text={each.what} />{each.result && ` (${look(each).word})`}</span>)}</p>
      ))}
      {answer.truncated && <p class="hint">Some of this run is only counted; open a row that says so to read it.</p>}
      <Notes notes={answer.notes} />
    </Section>
  );
}
