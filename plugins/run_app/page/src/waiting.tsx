// What the run waits for and who may decide; what runs now; the stages that can be run again.
import type { Stage, Waiting as Wait } from './answers.ts';
import { timeOfDay } from './clock.ts';
import { isRunning, look, mayRetry } from './outcome.ts';
import { Mark, Section, Words } from './parts.tsx';
import type { Shown } from './parts.tsx';
import { count, cut } from './text.ts';

const kinds: { [kind: string]: string } = {
  approval: 'An approval', permission: 'A permission to use a resource', validation: 'A manual validation', check: 'A check', agent: 'An agent', queue: 'Its turn in the queue',
};

function Approvers({ wait }: { wait: Wait }) {
  if (!wait.approvers.length) return null;
  return (
    <ul class="approvers">
      {wait.approvers.map((each, at) => (
        <li key={at}>
          <Words text={each.name} />{each.status && `: ${each.status}`}{each.decidedBy && <> by <Words text={each.decidedBy} /></>}
          {each.comment && <> (<Words text={each.comment} />)</>}
        </li>
      ))}
      {wait.leftOut > 0 && <li>and {wait.leftOut} more</li>}
    </ul>
  );
}

function One({ wait, state }: { wait: Wait; state: Shown['state'] }) {
  const where = [wait.stage, wait.job].filter((each) => each !== undefined).join(' / ');
  return (
    <li class="card">
      <p class="card-title"><span aria-hidden="true" class="sign">{'\u25cb'}</span> {kinds[wait.for] ?? wait.for}{where && <> for <Words text={where} /></>}</p>
      {wait.what && wait.what !== where && <p><Words text={wait.what} /></p>}
      <p class="hint">
        {wait.since !== undefined && `Since ${timeOfDay(wait.since, state.context)}. `}
        {wait.needed !== undefined && `${count(wait.needed, 'approval')} needed. `}
        {wait.pool && <>Pool <Words text={wait.pool} />. </>}
        {wait.position !== undefined && `Place ${wait.position} in the queue. `}
        {wait.demands.length > 0 && <>Demands: <Words text={wait.demands.join(', ')} />.</>}
      </p>
      {wait.instructions && <blockquote><Words text={wait.instructions} /></blockquote>}
      {wait.approvers.length > 0 && <p class="label">Who may decide</p>}
      <Approvers wait={wait} />
    </li>
  );
}

export function WaitingFor({ state }: Shown) {
  const waits = state.answer?.waiting ?? [];
  if (!waits.length) return null;
  return <Section title="Waits for" id="waiting"><ul class="cards">{waits.map((each, at) => <One key={at} wait={each} state={state} />)}</ul></Section>;
}

export function RunsNow({ state }: Shown) {
  const now = state.answer?.running ?? [];
  if (!now.length) return null;
  return (
    <Section title="Runs now" id="now">
      <ul class="plain">
        {now.slice(0, 20).map((each, at) => (
          <li key={at}>
            <Words text={[each.stage, each.job, each.task].filter((part) => part !== undefined).join(' / ') || 'A job'} />
            <span class="hint">{each.since !== undefined && ` since ${timeOfDay(each.since, state.context)}`}{each.agent && <> on <Words text={each.agent} /></>}</span>
          </li>
        ))}
        {now.length > 20 && <li class="hint">and {now.length - 20} more</li>}
      </ul>
    </Section>
  );
}

function Again({ stage, state, act }: Shown & { stage: Stage }) {
  const retry = state.retries.get(stage.key ?? '');
  const waits = retry?.phase === 'waiting';
  return (
    <li class="card row-card">
      <span class="stage-name"><Mark look={look(stage)} only="sign" /> <Words text={stage.name} /></span>
      {mayRetry(stage) && <button type="button" aria-disabled={waits} aria-label={`Run again: the stage ${cut(stage.name)}`} onClick={() => { if (!waits) void act.retry(stage); }}>Run again</button>}
      {retry && <p class={`outcome ${retry.phase}`}><span aria-hidden="true" class="sign">{waits ? '\u2026' : retry.phase === 'done' ? '\u2713' : '!'}</span> <Words text={retry.text} /></p>}
    </li>
  );
}

/** Only where the client lets the page call tools, and the stage or the run has ended badly. */
export function RunAgain({ state, act }: Shown) {
  const { answer } = state;
  if (!answer || !act.host.can('serverTools') || answer.run.deleted) return null;
  const stages = answer.stages.filter((each) => mayRetry(each) || state.retries.has(each.key ?? ''));
  if (!stages.length) return null;
  return (
    <Section title="Run a stage again" id="again">
      <p class="hint">{isRunning(answer.run) ? 'These stages have ended while the run goes on. ' : ''}Its failed jobs run again. The client asks you to confirm first.</p>
      <ul class="cards">{stages.map((each, at) => <Again key={each.key ?? at} stage={each} state={state} act={act} />)}</ul>
    </Section>
  );
}
