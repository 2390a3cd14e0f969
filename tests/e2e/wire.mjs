// JSON-RPC over HTTP by hand, for what no client shows.
import assert from 'node:assert/strict';
import { request } from 'node:http';

const prefix = 'io.modelcontextprotocol/';
export const modernRevision = '2026-07-28';
export const legacyRevisions = ['2025-03-26', '2025-06-18', '2025-11-25'];
const names = { 'tools/call': 'name', 'prompts/get': 'name', 'resources/read': 'uri', 'tasks/get': 'taskId', 'tasks/cancel': 'taskId', 'tasks/update': 'taskId' };
const both = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' };
const post = (headers, message) => ({ method: 'POST', headers: { ...both, ...headers }, body: typeof message === 'string' ? message : JSON.stringify(message) });

/** A request of 2026-07-28, for fetch. `id` may be JSON text that a double can't hold, as {text}. */
export function modern(method, params = {}, { id = 1, capabilities = {}, meta = {}, headers = {} } = {}) {
  const _meta = {
    [`${prefix}protocolVersion`]: modernRevision,
    [`${prefix}clientInfo`]: { name: 'e2e', version: '1' },
    [`${prefix}clientCapabilities`]: capabilities,
    ...meta,
  };
  const name = params[names[method]];
  const message = JSON.stringify({ jsonrpc: '2.0', id: id.text ? '@id' : id, method, params: { ...params, _meta } });
  return post({
    'MCP-Protocol-Version': modernRevision, 'Mcp-Method': method, ...(name === undefined ? {} : { 'Mcp-Name': name }), ...headers,
  }, id.text ? message.replace('"@id"', id.text) : message);
}

/** A legacy message, or a batch of them, for fetch; `session` is what startSession() gave. */
export function legacy(message, { session, headers = {} } = {}) {
  const named = (one) => ({ jsonrpc: '2.0', ...one });
  const sessionHeaders = session?.id ? { 'Mcp-Session-Id': session.id } : {};
  const revisionHeader = session && session.revision !== '2025-03-26' ? { 'MCP-Protocol-Version': session.revision } : {};
  return post({ ...sessionHeaders, ...revisionHeader, ...headers }, Array.isArray(message) ? message.map(named) : named(message));
}

/** Reads an answer's frames as they come, whether it is JSON or events. */
export class Frames {
  constructor(answer) {
    this.status = answer.status;
    this.headers = answer.headers;
    this.events = (answer.headers.get('content-type') ?? '').startsWith('text/event-stream');
    this.reader = answer.body?.getReader();
    this.rest = '';
    this.waiting = [];
    this.decoder = new TextDecoder();
  }

  /** The next frame; undefined at the end. With {id}: of the event, where it has one. */
  async next() {
    while (this.waiting.length === 0) {
      const { value, done } = await (this.reader?.read() ?? { done: true });
      if (done) {
        if (!this.events && this.rest) { this.waiting.push({ text: this.rest }); this.rest = ''; continue; }
        return undefined;
      }
      this.rest += this.decoder.decode(value, { stream: true });
      if (this.events) this.#split();
    }
    const { text, id } = this.waiting.shift();
    this.lastId = id ?? this.lastId;
    this.lastText = text;
    return JSON.parse(text);
  }

  /** The first frame that `good` takes; those before it are dropped. */
  async until(good) {
    for (;;) {
      const frame = await this.next();
      if (frame === undefined || good(frame)) return frame;
    }
  }

  async all() {
    const frames = [];
    for (let frame = await this.next(); frame !== undefined; frame = await this.next()) frames.push(frame);
    return frames;
  }

  cancel() { return this.reader?.cancel(); }

  #split() {
    const events = this.rest.split(/\r?\n\r?\n/);
    this.rest = events.pop();
    for (const event of events) {
      const field = (name) => event.split(/\r?\n/).filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).trim()).join('\n');
      if (field('id')) this.lastId = field('id');
      if (field('data')) this.waiting.push({ text: field('data'), id: field('id') || undefined });
    }
  }
}

export const open = async (url, init) => new Frames(await fetch(url, init));

/** {status, headers, frame, text}: the one frame of an answer, or what is left of it. */
export async function ask(url, init) {
  const frames = await open(url, init);
  const all = await frames.all();
  return { status: frames.status, headers: frames.headers, frames: all, frame: all.at(-1), text: frames.lastText ?? '' };
}

/** Begins a legacy session; `id` is missing where the host keeps none. */
export async function startSession(url, revision, capabilities = {}) {
  const initialize = { id: 'init', method: 'initialize', params: { protocolVersion: revision, capabilities, clientInfo: { name: 'e2e', version: '1' } } };
  const { status, headers, frame } = await ask(url, legacy(initialize));
  assert.equal(status, 200, JSON.stringify(frame));
  const session = { id: headers.get('mcp-session-id') ?? undefined, revision: frame.result.protocolVersion, result: frame.result };
  const told = await fetch(url, legacy({ method: 'notifications/initialized' }, { session }));
  assert.deepEqual([told.status, await told.text()], [202, '']);
  return session;
}

/** What fetch would not let through: any method, any header, Host too, any loopback address to come from. {status, headers, text}. */
export function raw(url, { method = 'POST', headers = {}, body = '', localAddress }) {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, localAddress, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (piece) => { text += piece; });
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
    });
    sent.on('error', reject).end(body);
  });
}

/** Asks again and again, until `good` takes what comes. */
export async function eventually(what, good, within = 20_000) {
  const end = Date.now() + within;
  for (;;) {
    const found = await what();
    if (good(found)) return found;
    if (Date.now() > end) assert.fail(`still not so: ${JSON.stringify(found)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
