// The page itself: sections in order of what a person wants to know.
import { applyDocumentTheme, applyHostStyleVariables } from '@modelcontextprotocol/ext-apps';
import type { McpUiHostContext } from '@modelcontextprotocol/ext-apps';
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Chart } from './chart.tsx';
import { Controller } from './controller.ts';
import { Failed, FailedTests } from './failed.tsx';
import { Head } from './head.tsx';
import { Sentence } from './parts.tsx';
import { RunAgain, RunsNow, WaitingFor } from './waiting.tsx';

function sentenceOf({ state: { phase, wrong, target } }: Controller): string | undefined {
  if (wrong.start) return wrong.start;
  if (phase === 'connecting') return 'Connecting to the client\u2026';
  if (phase === 'waiting') return `Reading ${target.run_id === undefined ? 'the run' : `run ${target.run_id}`}\u2026`;
  return undefined;
}

function Page({ act }: { act: Controller }) {
  const [, redraw] = useState(0);
  useEffect(() => {
    act.onChange(() => redraw((times) => times + 1));
    redraw((times) => times + 1);
  }, [act]);
  const { state } = act;
  const shown = { state, act };
  if (state.phase === 'closed') return <main><p class="sentence">This page was closed by the client.</p></main>;
  return (
    <main>
      <Head {...shown} />
      <Sentence text={sentenceOf(act)} bad={Boolean(state.wrong.start)} />
      <Sentence text={state.wrong.action} bad />
      {state.run && !act.host.can('serverTools') && <p class="sentence">This client doesn{'\u2019'}t let the page ask for more, so it shows what came with the answer.</p>}
      <WaitingFor {...shown} />
      <RunsNow {...shown} />
      <Failed {...shown} />
      <FailedTests {...shown} />
      <Chart {...shown} />
      <RunAgain {...shown} />
      <p role="status" class="unseen">{state.said}</p>
    </main>
  );
}

/** Theme, variables and insets of the client; whatever it doesn't say stays the page's own. Its fonts are web addresses, which a page
 * without a `csp` can't load. */
function dress({ theme, styles, safeAreaInsets: insets, containerDimensions: size }: McpUiHostContext): void {
  const root = document.documentElement;
  if (theme === 'light' || theme === 'dark') applyDocumentTheme(theme);
  if (styles?.variables) applyHostStyleVariables(styles.variables);
  for (const side of ['top', 'right', 'bottom', 'left'] as const) root.style.setProperty(`--inset-${side}`, `${Math.max(0, Number(insets?.[side]) || 0)}px`);
  const height = size && ('height' in size ? size.height : size.maxHeight);
  if (height) root.style.setProperty('--container-height', `${height}px`);
}

const act = new Controller();
render(<Page act={act} />, document.body);
act.onDress(dress);
void act.start();
