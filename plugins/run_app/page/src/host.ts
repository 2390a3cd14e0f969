// The client that shows the page: what it can do, and calls through it.
import { App, PostMessageTransport } from '@modelcontextprotocol/ext-apps';
import type { McpUiHostContext } from '@modelcontextprotocol/ext-apps';
import { record } from './answers.ts';
import { clean } from './text.ts';

/** How long a tool that only reads may take, in milliseconds; the host's own limit is a minute. */
const readTimeout = 90_000;
/** A person has to read and confirm; longer than the ten minutes for which the host keeps a question. */
export const confirmTimeout = 15 * 60_000;
/** A client that answers `ui/` requests at all does so at once. */
const clientTimeout = 20_000;

/** Of a call: what it gave, or why not, in words. */
export type Called = { good: true; value: unknown; text: string } | { good: false; text: string };

const textOf = (content: unknown): string => (Array.isArray(content) ? content : [])
  .map((each) => record(each)).filter((each) => each.type === 'text').map((each) => String(each.text ?? '')).join('\n');

function reason(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  return /timed out|timeout/i.test(said) ? 'It took too long to answer.' : clean(said).slice(0, 2000);
}

/** The structure of a result; of one without a structure, its text as JSON. */
export function structureOf(result: unknown): unknown {
  const { structuredContent, content } = record(result);
  if (structuredContent !== undefined) return structuredContent;
  try {
    return JSON.parse(textOf(content));
  } catch {
    return undefined;
  }
}

/** What a result says went wrong; nothing when it is good. */
export function errorOf(result: unknown): string | undefined {
  const { isError, content } = record(result);
  return isError === true ? clean(textOf(content)) || 'The tool failed and gave no reason.' : undefined;
}

export class Host {
  readonly app: App;

  constructor() {
    this.app = new App({ name: 'adomcp-run', version: '1' }, { availableDisplayModes: ['inline', 'fullscreen'] }, { autoResize: true });
  }

  connect(): Promise<void> {
    return this.app.connect(new PostMessageTransport(window.parent, window.parent));
  }

  context(): McpUiHostContext {
    return this.app.getHostContext() ?? {};
  }

  can(what: 'serverTools' | 'openLinks' | 'message' | 'updateModelContext'): boolean {
    return this.app.getHostCapabilities()?.[what] !== undefined;
  }

  async call(name: string, args: { [name: string]: unknown }, timeout = readTimeout): Promise<Called> {
    if (!this.can('serverTools')) return { good: false, text: 'This client doesn\u2019t let the page call tools.' };
    try {
      const result = await this.app.callServerTool({ name, arguments: args }, { timeout });
      const wrong = errorOf(result);
      return wrong === undefined ? { good: true, value: structureOf(result), text: clean(textOf(result.content)) } : { good: false, text: wrong };
    } catch (error) {
      return { good: false, text: reason(error) };
    }
  }

  /** Nothing when it was done, else why not. */
  async ask(text: string): Promise<string | undefined> {
    return this.#request(() => this.app.sendMessage({ role: 'user', content: [{ type: 'text', text }] }, { timeout: clientTimeout }), 'The client didn\u2019t take the question.');
  }

  async open(url: string): Promise<string | undefined> {
    return this.#request(() => this.app.openLink({ url }, { timeout: clientTimeout }), 'The client didn\u2019t open the link.');
  }

  async tell(text: string): Promise<void> {
    if (!this.can('updateModelContext')) return;
    await this.#request(() => this.app.updateModelContext({ content: [{ type: 'text', text }] }, { timeout: clientTimeout }), '');
  }

  async display(mode: 'inline' | 'fullscreen'): Promise<string | undefined> {
    return this.#request(() => this.app.requestDisplayMode({ mode }, { timeout: clientTimeout }), 'The client kept the size.');
  }

  async #request(send: () => Promise<{ [name: string]: unknown }>, refused: string): Promise<string | undefined> {
    try {
      return (await send()).isError === true ? refused : undefined;
    } catch (error) {
      return `${refused} ${reason(error)}`.trim();
    }
  }
}
