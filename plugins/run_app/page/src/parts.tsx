// Small parts that several sections use.
import type { ComponentChildren } from 'preact';
import type { Controller } from './controller.ts';
import type { Look } from './outcome.ts';
import type { State } from './state.ts';

/** What every section gets. */
export type Shown = { state: State; act: Controller };

/** Text that others wrote: its own direction, kept apart from what stands beside it. */
export function Words({ text, class: name }: { text: string; class?: string }) {
  return <bdi class={name} dir="auto">{text}</bdi>;
}

/** A state by sign, word and colour. */
export function Mark({ look: { sign, word, tone }, only }: { look: Look; only?: 'sign' }) {
  return (
    <span class={`mark ${tone}`}>
      <span aria-hidden="true" class="sign">{sign}</span>
      <span class={only ? 'unseen' : undefined}>{word}</span>
    </span>
  );
}

export function Section({ title, id, aside, children }: { title: string; id: string; aside?: ComponentChildren; children: ComponentChildren }) {
  return (
    <section aria-labelledby={id}>
      <div class="section-head">
        <h2 id={id} tabIndex={-1}>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** A sentence about what is missing or went wrong. Text of the server as it is. */
export function Sentence({ text, bad, retry, busy }: { text: string | undefined; bad?: boolean; retry?: () => void; busy?: boolean }) {
  if (!text) return null;
  return (
    <div class={bad ? 'sentence bad-sentence' : 'sentence'}>
      {bad && <span aria-hidden="true" class="sign">!</span>}
      <p><Words text={text} /></p>
      {retry && <button type="button" onClick={retry} disabled={busy}>Try again</button>}
    </div>
  );
}

export function Notes({ notes }: { notes: string[] }) {
  if (!notes.length) return null;
  return <ul class="notes">{notes.map((each, at) => <li key={at}><Words text={each} /></li>)}</ul>;
}

/** "Ask about this", where the client takes questions. */
export function Ask({ act, question, about }: { act: Controller; question: () => string; about: string }) {
  if (!act.host.can('message')) return null;
  return <button type="button" class="quiet" aria-label={`Ask about ${about}`} onClick={() => void act.ask(question())}>Ask</button>;
}
