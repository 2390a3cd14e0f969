// The head of the page: which run, how it stands, what can be done with the page.
import type { ComponentChildren } from 'preact';
import type { Run } from './answers.ts';
import { dateAndTime, duration } from './clock.ts';
import { isRunning, reasonText, runLook } from './outcome.ts';
import { Mark, Words } from './parts.tsx';
import type { Shown } from './parts.tsx';
import { webLink } from './target.ts';

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return <div class="fact"><dt>{name}</dt><dd>{children}</dd></div>;
}

function took(run: Run, now: number): string | undefined {
  if (run.duration !== undefined && run.finished !== undefined) return duration(run.duration * 1000);
  if (run.started === undefined) return undefined;
  return duration((run.finished ?? now) - run.started);
}

function Facts({ run, state }: { run: Run; state: Shown['state'] }) {
  const style = state.context;
  const time = took(run, state.now);
  const waited = run.queued !== undefined && run.started !== undefined && run.started - run.queued >= 1000 ? duration(run.started - run.queued) : undefined;
  return (
    <dl class="facts">
      {run.branch && <Fact name="Branch"><Words text={run.branch.replace(/^refs\/heads\//, '')} /></Fact>}
      {run.commit && <Fact name="Commit"><code>{run.commit.slice(0, 10)}</code></Fact>}
      {run.pullRequest && <Fact name="Pull request"><Words text={[run.pullRequest.number, run.pullRequest.title].filter(Boolean).join(' ')} /></Fact>}
      {run.reason && <Fact name="Reason">{reasonText(run.reason)}{run.requestedFor && <>, for <Words text={run.requestedFor} /></>}</Fact>}
      {run.started !== undefined && <Fact name="Started">{dateAndTime(run.started, style)}</Fact>}
      {run.started === undefined && run.queued !== undefined && <Fact name="Queued">{dateAndTime(run.queued, style)}</Fact>}
      {run.finished !== undefined && <Fact name="Finished">{dateAndTime(run.finished, style)}</Fact>}
      {time && <Fact name={isRunning(run) ? 'Running for' : 'Took'}>{time}{waited && `, ${waited} in the queue before`}</Fact>}
      {state.answer?.jobs && <Fact name="Jobs">{`${state.answer.jobs.done} of ${state.answer.jobs.all} done${state.answer.jobs.failed ? `, ${state.answer.jobs.failed} failed` : ''}`}</Fact>}
    </dl>
  );
}

function Deleted({ run, state }: { run: Run; state: Shown['state'] }) {
  if (!run.deleted) return null;
  const { on, by, reason } = run.deleted;
  return <p class="sentence">This run was deleted{on !== undefined && ` on ${dateAndTime(on, state.context)}`}{by && <> by <Words text={by} /></>}.{reason && <> <Words text={reason} /></>}</p>;
}

function watchingText(state: Shown['state']): string | undefined {
  if (state.watching === 'yes') return 'Looks again by itself while the run is in progress.';
  return state.watching === 'ended' ? 'Stopped looking by itself after an hour.' : undefined;
}

export function Head({ state, act }: Shown) {
  const { run, context } = state;
  const modes = context.availableDisplayModes ?? [];
  const full = context.displayMode === 'fullscreen';
  const link = webLink(run?.url);
  const watching = watchingText(state);
  return (
    <header>
      <div class="title">
        <h1>{run ? <Words text={run.pipeline} /> : 'Pipeline run'}</h1>
        {run && <span class="number"><Words text={run.number ?? `run ${run.id}`} /></span>}
        {run && <Mark look={runLook(run)} />}
        <div class="actions">
          {link && act.host.can('openLinks') && <button type="button" onClick={() => void act.open(link)}>Open in Azure DevOps</button>}
          {modes.includes(full ? 'inline' : 'fullscreen') && <button type="button" onClick={() => void act.display()}>{full ? 'Leave full screen' : 'Full screen'}</button>}
          {act.host.can('serverTools') && (run || state.target.run_id !== undefined || state.target.run_url) &&
            <button type="button" class="main" aria-disabled={state.busy.run} onClick={() => { if (!state.busy.run) void act.refresh(); }}>{state.busy.run ? 'Reading\u2026' : 'Refresh'}</button>}
        </div>
      </div>
      {run && <Facts run={run} state={state} />}
      {run && <Deleted run={run} state={state} />}
      {watching && <p class="hint">{watching}</p>}
    </header>
  );
}
