// Why it failed: causes with the lines that tell them, what came of them, failed tests with their history.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Failure, FailureAnswer, TestFailure } from './failures.ts';
import { historyText, unreadText } from './failures.ts';
import { Around, Lines, Passage } from './log.tsx';
import { isRunning, wentWrong } from './outcome.ts';
import { Ask, Notes, Section, Sentence, Words } from './parts.tsx';
import type { Shown } from './parts.tsx';
import { askFailure, askLine, askTest } from './question.ts';
import { webLink } from './target.ts';
import { count, cut } from './text.ts';

const kinds: { [kind: string]: string } = { error: 'Error', timeout: 'Timed out', canceled: 'Canceled', infrastructure: 'Agent or machine' };

/** Cards shown at first, and lines of evidence in each; a button shows the rest. */
const cardsAtFirst = 5;
const linesAtFirst = 20;

/** The first of many, and a button for more of them. */
function useSome<T>(all: T[], first: number, what: string): [T[], VNode | null] {
  const [most, setMost] = useState(first);
  const left = all.length - most;
  return [all.slice(0, most), left > 0 ? <button type="button" class="quiet wide" onClick={() => setMost(most + first * 4)}>Show more, {count(left, what)} left</button> : null];
}

function FailureCard({ failure, at, state, act }: Shown & { failure: Failure; at: number }) {
  const log = state.logs.get(at);
  const { logId } = failure;
  const run = state.run!;
  const title = failure.task ?? failure.job ?? failure.stage ?? 'A part of the run';
  const within = [failure.stage, failure.job].filter((each) => each !== undefined && each !== title).join(' / ');
  const [evidence, further] = useSome(failure.evidence, linesAtFirst, 'line');
  const canRead = logId !== undefined && act.host.can('serverTools');
  return (
    <li class="card">
      <div class="section-head">
        <h3><span aria-hidden="true" class="sign bad">{'\u2715'}</span> <Words text={title} /></h3>
        <Ask act={act} question={() => askFailure(run, failure)} about={`the failure of ${cut(title)}`} />
      </div>
      <p class="hint">
        {kinds[failure.kind] ?? failure.kind}{within && <> in <Words text={within} /></>}
        {(failure.attempt ?? 1) > 1 && `, attempt ${failure.attempt}`}
        {failure.count > 1 && `, ${failure.count} times the same`}
        {failure.before > 0 && `, failed in ${count(failure.before, 'earlier run')} too`}
      </p>
      {failure.messages.map((each, m) => <Passage key={m} text={each} name="Message" />)}
      {failure.evidence.length > 0 && (
        <>
          <p class="label">{failure.sure ? 'The lines that say why' : 'Lines that may matter, and the end of the output'}</p>
          <Lines lines={evidence} at={at} label={`Lines of the log of ${cut(title)}`}
            around={canRead ? (line) => void act.around(at, logId, line) : undefined}
            ask={logId !== undefined && act.host.can('message') ? (line) => void act.ask(askLine(run, line, logId)) : undefined} />
          {further}
        </>
      )}
      {failure.unread && <p class="hint">{unreadText(failure.unread)}</p>}
      {failure.evidence.length === 0 && canRead && !log && (
        <button type="button" aria-label={`Read its log: ${cut(title)}`} onClick={() => void act.around(at, logId, failure.logLines ?? 1)}>Read its log</button>
      )}
      {failure.truncated && <p class="hint">Something was left out for length.</p>}
      {log && <Around at={at} log={log} state={state} act={act} />}
    </li>
  );
}

function Context({ failures, act }: { failures: FailureAnswer; act: Shown['act'] }) {
  const { known, downstream, commits, since, lastGood } = failures;
  return (
    <>
      {known.map((each, at) => (
        <p key={at} class="known">
          <span class="label">Known: </span><Words text={each.note} />{each.retryHelps && ' Running it again often helps.'}
          {webLink(each.link) && act.host.can('openLinks') && <> <button type="button" class="quiet" onClick={() => void act.open(each.link)}>Open the page about it</button></>}
        </p>
      ))}
      {(since || lastGood) && <p class="hint">{since && <Words text={since} />} {lastGood && <>Last good run: <Words text={lastGood} />.</>}</p>}
      {commits.length > 0 && (
        <details>
          <summary>{count(commits.length, 'commit')} since the last good run</summary>
          <ul class="plain">{commits.slice(0, 50).map((each, at) => <li key={at}><code>{each.id?.slice(0, 8)}</code> <Words text={each.message ?? ''} />{each.author && <span class="hint"> by <Words text={each.author} /></span>}</li>)}</ul>
        </details>
      )}
      {downstream.length > 0 && (
        <details>
          <summary>{count(downstream.reduce((sum, each) => sum + each.count, 0), 'part')} failed or did not run because of it</summary>
          <ul class="plain">{downstream.slice(0, 100).map((each, at) => <li key={at}><Words text={each.where} />{each.count > 1 && ` (${each.count})`}{each.reason && <span class="hint"> <Words text={each.reason} /></span>}</li>)}</ul>
        </details>
      )}
    </>
  );
}

function missing({ run, answer, busy, failures }: Shown['state']): string | undefined {
  if (busy.failures && !failures) return 'Reading the logs of what failed\u2026';
  const bad = run && (wentWrong(run) || answer?.stages.some((each) => wentWrong(each)));
  if (!bad || failures) return failures && !failures.failures.length ? 'Nothing was found that explains it.' : undefined;
  return 'Why it failed was not read.';
}

export function Failed({ state, act }: Shown) {
  const { failures, wrong, run } = state;
  const text = missing(state);
  const [cards, further] = useSome(failures?.failures ?? [], cardsAtFirst, 'cause');
  if (!run || (!failures && !text && !wrong.failures)) return null;
  if (failures && !failures.failures.length && !failures.cause && !wentWrong(run)) return null;
  return (
    <Section title="Why it failed" id="why">
      {wrong.failures ? <Sentence text={wrong.failures} bad retry={act.host.can('serverTools') ? () => void act.readFailures() : undefined} busy={state.busy.failures} /> : <Sentence text={text} />}
      {failures?.cause && <p class="cause"><Words text={failures.cause} /></p>}
      {failures && <Context failures={failures} act={act} />}
      {cards.length > 0 && <ul class="cards">{cards.map((each, at) => <FailureCard key={at} failure={each} at={at} state={state} act={act} />)}</ul>}
      {further}
      {failures && failures.failed > failures.failures.reduce((sum, each) => sum + each.count, 0) && <p class="hint">{failures.failed} causes were found in all; the others are not in this answer.</p>}
      {failures && <Notes notes={failures.notes} />}
      {failures?.truncated && <p class="hint">Some of it was left out for length.</p>}
      {isRunning(run) && failures && <p class="hint">The run goes on; there may be more.</p>}
    </Section>
  );
}

function TestCard({ test, state, act }: Shown & { test: TestFailure }) {
  return (
    <li class="card">
      <div class="section-head">
        <h3><span aria-hidden="true" class="sign bad">{'\u2715'}</span> <Words text={test.name} /></h3>
        <Ask act={act} question={() => askTest(state.run!, test)} about={`the test ${cut(test.name)}`} />
      </div>
      {test.where && <p class="hint"><Words text={test.where} /></p>}
      {test.message && <Passage text={test.message} name="Message" />}
      {state.tests && <p>{historyText(test)}</p>}
      {test.stack && <Passage text={test.stack} name="Stack" />}
    </li>
  );
}

/** Those of the failure's answer at first, those with their history once asked for. */
export function FailedTests({ state, act }: Shown) {
  const { failures, tests, wrong } = state;
  const all = tests?.tests ?? failures?.tests ?? [];
  const [shown, further] = useSome(all, cardsAtFirst * 2, 'test');
  const total = tests?.total ?? failures?.testCount ?? 0;
  if (!all.length && !tests && !wrong.tests) return null;
  return (
    <Section title={`Failed tests${total ? ` (${total})` : ''}`} id="tests" aside={act.host.can('serverTools') && !tests
      ? <button type="button" aria-disabled={state.busy.tests} onClick={() => { if (!state.busy.tests) void act.readTests(); }}>{state.busy.tests ? 'Reading\u2026' : 'History of these tests'}</button> : undefined}>
      <Sentence text={wrong.tests} bad />
      {tests && !tests.tests.length && <p class="sentence">No failed tests were found.</p>}
      <ul class="cards">{shown.map((each, at) => <TestCard key={at} test={each} state={state} act={act} />)}</ul>
      {further}
      {total > all.length && <p class="hint">{total - all.length} more are not listed.</p>}
      {tests && <Notes notes={tests.notes} />}
    </Section>
  );
}
