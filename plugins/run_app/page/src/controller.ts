// What happens: answers that come, calls that the person asks for, looking again while the run is in progress.
import { keepingFuller, readRunAnswer, record, texts, withStage } from './answers.ts';
import type { RunAnswer, Stage } from './answers.ts';
import { mergeLines, readFailureAnswer, readLogAnswer, readTestAnswer } from './failures.ts';
import type { FailureAnswer } from './failures.ts';
import { confirmTimeout, errorOf, Host, structureOf } from './host.ts';
import { isRunning, runLook, wentWrong } from './outcome.ts';
import { lookingAt } from './question.ts';
import { nextPause } from './refresh.ts';
import { openAtFirst, pageOfRows } from './rows.ts';
import { emptyState } from './state.ts';
import type { LogView, State } from './state.ts';
import { naming, readTarget, webLink } from './target.ts';
import { clean, cut } from './text.ts';

/** Lines above and below the one asked about, and each time more are asked for. */
export const linesAround = 15;
/** Lines of one log kept open; beyond it the far end goes. */
const mostLines = 2000;
/** Time in which further changes join one note to the model, in milliseconds. */
const tellAfter = 800;

/** Where the button that was pressed has gone: the focus goes to what stands for it, once that is drawn. */
function focusOn(id: string): void {
  window.setTimeout(() => document.getElementById(id)?.focus(), 50);
}

export class Controller {
  readonly host = new Host();
  state: State = emptyState();
  #heard: () => void = () => {};
  #dress: (context: State['context']) => void = () => {};
  #opened: string[] = [];
  #told = '';
  #tellTimer: number | undefined;
  #timer: number | undefined;
  #pause: number | undefined;
  #watchedSince: number | undefined;
  /** Grows with each reading, so that an answer that comes too late is known as such. */
  #reading = 0;
  #known = false;

  onChange(heard: () => void): void {
    this.#heard = heard;
  }

  /** `dress` is told how the client wants the page to look, at first and with each change. */
  onDress(dress: (context: State['context']) => void): void {
    this.#dress = dress;
  }

  #takeContext(change: Partial<State> = {}): void {
    const context = { ...this.host.context() };
    this.#dress(context);
    this.set({ ...change, context });
  }

  set(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    this.#heard();
  }

  wrong(change: State['wrong']): void {
    this.set({ wrong: { ...this.state.wrong, ...change } });
  }

  #busy(change: Partial<State['busy']>): void {
    this.set({ busy: { ...this.state.busy, ...change } });
  }

  async start(): Promise<void> {
    const { app } = this.host;
    app.ontoolinputpartial = ({ arguments: input }) => this.#input(input);
    app.ontoolinput = ({ arguments: input }) => this.#input(input);
    app.ontoolresult = (result) => this.#result(result);
    app.ontoolcancelled = ({ reason }) => this.wrong({ start: `The call was given up${reason ? `: ${clean(reason)}` : '.'}` });
    app.onhostcontextchanged = () => this.#takeContext();
    app.onteardown = () => {
      this.#close();
      return {};
    };
    document.addEventListener('visibilitychange', () => this.#seenOrHidden());
    try {
      await this.host.connect();
    } catch {
      this.set({ phase: 'waiting', wrong: { start: 'No MCP client answered. This page works inside a client that shows MCP Apps.' } });
      return;
    }
    const phase = this.state.phase === 'connecting' ? 'waiting' : this.state.phase;
    this.#takeContext({ phase });
  }

  #input(input: unknown): void {
    this.set({ target: { ...this.state.target, ...readTarget(input) } });
  }

  /** What the tool that opened the page answered: of either tool. The other one is then asked. */
  #result(result: unknown): void {
    const wrong = errorOf(result);
    const structure = structureOf(result);
    const answer = readRunAnswer(structure);
    const failures = answer ? undefined : readFailureAnswer(structure);
    this.#known = false;
    if (wrong !== undefined || (!answer && !failures)) {
      this.set({ phase: 'ready', wrong: { start: wrong ?? 'The answer says nothing about a run.' } });
      return;
    }
    this.set({ phase: 'ready', wrong: {} });
    if (answer) this.#tookRun(answer);
    if (failures) this.#tookFailures(failures);
    if (!this.host.can('serverTools')) return;
    const part = this.state.target.stage !== undefined;
    if (failures || part) void this.readRun();
    if (!failures) this.#readFailuresIfAny();
  }

  #tookRun(read: RunAnswer): void {
    const answer = keepingFuller(read, this.state.answer);
    const opened = this.#known ? this.state.opened : { open: openAtFirst(answer), more: new Map() };
    this.#known = true;
    this.set({ answer, run: answer.run, opened, now: Date.now() });
    this.#tellSoon();
    this.#watch();
  }

  #tookFailures(failures: FailureAnswer): void {
    const changed = JSON.stringify(failures.failures) !== JSON.stringify(this.state.failures?.failures);
    this.set({ failures, run: this.state.answer?.run ?? failures.run, ...(changed ? { logs: new Map() } : {}) });
    this.#tellSoon();
  }

  #arguments(): { [name: string]: unknown } {
    return naming(this.state.target, this.state.run);
  }

  /** Reads the run anew, and its failures where there may be any. */
  async refresh(): Promise<void> {
    await this.readRun();
    this.#readFailuresIfAny();
    if (!this.state.wrong.run) this.set({ said: `Read again. ${this.state.run ? runLook(this.state.run).word : ''}` });
  }

  async readRun(): Promise<void> {
    const mine = ++this.#reading;
    this.#busy({ run: true });
    const called = await this.host.call('get_run', this.#arguments());
    if (mine !== this.#reading || this.state.phase === 'closed') return;
    this.#busy({ run: false });
    const answer = called.good ? readRunAnswer(called.value) : undefined;
    if (!answer) {
      this.wrong({ run: called.good ? 'The answer of get_run could not be read.' : called.text });
      this.#watch();
      return;
    }
    this.set({ phase: 'ready', wrong: { ...this.state.wrong, run: undefined, start: undefined } });
    this.#tookRun(answer);
  }

  #readFailuresIfAny(): void {
    const { run, answer } = this.state;
    if (!run || !(wentWrong(run) || answer?.stages.some((each) => wentWrong(each) || each.jobs.some(wentWrong)))) return;
    void this.readFailures();
  }

  async readFailures(): Promise<void> {
    if (this.state.busy.failures) return;
    this.#busy({ failures: true });
    const called = await this.host.call('get_run_failure_logs', this.#arguments());
    this.#busy({ failures: false });
    const failures = called.good ? readFailureAnswer(called.value) : undefined;
    this.wrong({ failures: failures ? undefined : called.good ? 'The answer of get_run_failure_logs could not be read.' : called.text });
    if (failures) this.#tookFailures(failures);
  }

  async readTests(): Promise<void> {
    this.#busy({ tests: true });
    const called = await this.host.call('list_failed_tests', { ...this.#arguments(), top: 50 });
    const tests = called.good ? readTestAnswer(called.value) : undefined;
    this.wrong({ tests: tests ? undefined : called.good ? 'The answer of list_failed_tests could not be read.' : called.text });
    this.#busy({ tests: false });
    if (!tests) return;
    this.set({ tests, said: `${tests.tests.length} failed tests with their history.` });
    this.#look('the history of the failed tests');
    focusOn('tests');
  }

  /** Fills in what a stage's answer only counted. */
  async loadStage(stage: Stage): Promise<void> {
    const key = stage.key;
    if (key === undefined || this.state.loading.has(key)) return;
    this.set({ loading: new Set([...this.state.loading, key]) });
    const called = await this.host.call('get_run', { ...this.#arguments(), stage: key });
    this.set({ loading: new Set([...this.state.loading].filter((each) => each !== key)) });
    const fuller = called.good ? readRunAnswer(called.value) : undefined;
    if (!fuller) {
      this.wrong({ run: called.good ? 'The answer of get_run could not be read.' : called.text });
      return;
    }
    const answer = this.state.answer && withStage(this.state.answer, key, fuller);
    this.set({ answer, said: `The parts of ${cut(stage.name)} were read.` });
    this.#look(`the stage "${cut(stage.name)}"`);
  }

  /** Opens the lines around one of a failure's log. */
  async around(failure: number, logId: number, line: number): Promise<void> {
    this.#log(failure, { logId, marked: line, lines: [], busy: true, notes: [] });
    this.#look(`log ${logId} around line ${line}`);
    await this.#readLines(failure, Math.max(1, line - linesAround), line + linesAround);
  }

  async more(failure: number, where: 'above' | 'below'): Promise<void> {
    const log = this.state.logs.get(failure);
    const first = log?.lines[0]?.line;
    const last = log?.lines.at(-1)?.line;
    if (!log || log.busy || first === undefined || last === undefined) return;
    const many = linesAround * 4;
    if (where === 'above') await this.#readLines(failure, Math.max(1, first - many), first - 1);
    else await this.#readLines(failure, last + 1, last + many);
  }

  closeLog(failure: number): void {
    const logs = new Map(this.state.logs);
    const line = logs.get(failure)?.marked;
    logs.delete(failure);
    this.set({ logs });
    focusOn(`around-${failure}-${line}`);
  }

  #log(failure: number, log: LogView): void {
    this.set({ logs: new Map([...this.state.logs, [failure, log]]) });
  }

  async #readLines(failure: number, from: number, to: number): Promise<void> {
    const begun = this.state.logs.get(failure);
    if (!begun) return;
    const asked = { ...begun, busy: true, wrong: undefined };
    this.#log(failure, asked);
    const called = await this.host.call('read_run_log', { ...this.#arguments(), log_id: begun.logId, from_line: from, to_line: to });
    if (this.state.logs.get(failure) !== asked) return;
    const read = called.good ? readLogAnswer(called.value) : undefined;
    if (!read) {
      this.#log(failure, { ...asked, busy: false, wrong: called.good ? 'The answer of read_run_log could not be read.' : called.text });
      return;
    }
    const all = mergeLines(asked.lines, read.lines);
    const below = from > (asked.lines.at(-1)?.line ?? 0);
    const lines = below ? all.slice(-mostLines) : all.slice(0, mostLines);
    this.#log(failure, { ...asked, busy: false, lines, total: read.total ?? asked.total, notes: read.notes });
    this.set({ said: read.lines.length ? `Lines ${read.lines[0]!.line} to ${read.lines.at(-1)!.line} are shown.` : 'There are no such lines.' });
  }

  /** The server asks the person through the client; the page only waits for what comes of it. */
  async retry(stage: Stage): Promise<void> {
    const key = stage.key;
    if (key === undefined || this.state.retries.get(key)?.phase === 'waiting') return;
    const say = (phase: 'waiting' | 'done' | 'refused', text: string) => {
      this.set({ retries: new Map([...this.state.retries, [key, { phase, text }]]), said: text });
    };
    say('waiting', 'Waiting for your confirmation in the client.');
    const { run_url: _, ...place } = this.#arguments();
    const called = await this.host.call('retry_stage', { ...place, stage: key }, confirmTimeout);
    if (this.state.phase === 'closed') return;
    if (!called.good) {
      say('refused', called.text);
      return;
    }
    say('done', [`The stage ${cut(stage.name)} runs again.`, ...texts(record(called.value).notes)].join(' '));
    focusOn('again');
    this.#pause = undefined;
    this.#watchedSince = undefined;
    await this.readRun();
  }

  async ask(question: string): Promise<void> {
    const wrong = await this.host.ask(question);
    this.set({ wrong: { ...this.state.wrong, action: wrong }, said: wrong ?? 'The question is in the conversation.' });
  }

  async open(link: string | undefined): Promise<void> {
    const url = webLink(link);
    const wrong = url ? await this.host.open(url) : 'This is no link to a web page.';
    this.wrong({ action: wrong });
  }

  async display(): Promise<void> {
    const mode = this.state.context.displayMode === 'fullscreen' ? 'inline' : 'fullscreen';
    this.wrong({ action: await this.host.display(mode) });
  }

  toggle(id: string, open: boolean, label: string): void {
    const set = new Set(this.state.opened.open);
    if (open) set.add(id);
    else set.delete(id);
    this.set({ opened: { ...this.state.opened, open: set } });
    if (open) this.#look(`"${cut(label)}"`);
  }

  /** A further page of rows under one. */
  showMore(id: string): void {
    const more = new Map(this.state.opened.more);
    more.set(id, (more.get(id) ?? pageOfRows) + pageOfRows);
    this.set({ opened: { ...this.state.opened, more } });
  }

  #look(what: string): void {
    this.#opened = [...this.#opened.filter((each) => each !== what), what].slice(-5);
    this.#tellSoon();
  }

  #tellSoon(): void {
    window.clearTimeout(this.#tellTimer);
    this.#tellTimer = window.setTimeout(() => {
      const { run } = this.state;
      const text = run ? lookingAt(run, this.#opened) : '';
      if (!text || text === this.#told) return;
      this.#told = text;
      void this.host.tell(text);
    }, tellAfter);
  }

  /** Sets the timer for the next look, while the run may still change and somebody can see it. */
  #watch(): void {
    window.clearTimeout(this.#timer);
    const { run, phase } = this.state;
    if (!run || !isRunning(run) || phase === 'closed' || !this.host.can('serverTools')) {
      this.set({ watching: 'no' });
      return;
    }
    this.#watchedSince ??= Date.now();
    this.#pause = nextPause(this.#pause, Date.now() - this.#watchedSince);
    this.set({ watching: this.#pause === undefined ? 'ended' : 'yes' });
    if (this.#pause === undefined || document.hidden) return;
    this.#timer = window.setTimeout(() => void this.#lookAgain(), this.#pause);
  }

  async #lookAgain(): Promise<void> {
    const before = this.state.run && runLook(this.state.run).word;
    await this.readRun();
    const { run } = this.state;
    if (!run || runLook(run).word === before) return;
    this.set({ said: `The run: ${runLook(run).word}.` });
    this.#readFailuresIfAny();
  }

  #seenOrHidden(): void {
    if (document.hidden) window.clearTimeout(this.#timer);
    else if (this.state.watching === 'yes') void this.#lookAgain();
  }

  #close(): void {
    this.set({ phase: 'closed', watching: 'no' });
    window.clearTimeout(this.#timer);
    window.clearTimeout(this.#tellTimer);
  }
}
