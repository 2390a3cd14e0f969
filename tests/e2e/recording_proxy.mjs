// Stands between clients and a host on loopback, passes everything on as it comes, and checks every JSON-RPC frame that
// the host sends by the schema of its revision.
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { faults, missingSchemas, revisions } from './frame_check.mjs';

const claim = 'io.modelcontextprotocol/protocolVersion';

export class RecordingProxy {
  frames = 0;
  /** What was wrong: {revision, method, faults, frame}. */
  invalid = [];
  #host;
  #server;
  #sessions = new Map(); // the revision of each

  /** In front of the host at `base`. */
  static async start(base) {
    const proxy = new RecordingProxy();
    proxy.#host = new URL(base);
    proxy.#server = createServer((from, to) => proxy.#pass(from, to));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    proxy.base = `http://127.0.0.1:${proxy.#server.address().port}`;
    proxy.url = `${proxy.base}/mcp`;
    return proxy;
  }

  async stop() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #pass(from, to) {
    const sent = [];
    const onward = request({
      host: this.#host.hostname, port: this.#host.port, method: from.method, path: from.url,
      headers: without(from.rawHeaders, 'connection'), setHost: false, agent: false,
    });
    from.on('data', (piece) => { sent.push(piece); onward.write(piece); });
    from.on('end', () => onward.end());
    to.on('close', () => onward.destroy()); // the client left: so does the proxy
    onward.on('error', () => to.destroy());
    onward.on('response', (answer) => {
      to.writeHead(answer.statusCode, answer.statusMessage, without(answer.rawHeaders, 'connection'));
      to.flushHeaders();
      const reader = this.#reader(from, Buffer.concat(sent).toString(), answer);
      answer.on('data', (piece) => { to.write(piece); reader.take(piece); });
      answer.on('end', () => { to.end(); reader.end(); });
      answer.on('error', () => to.destroy());
    });
  }

  /** Takes an answer's pieces and looks at each frame in them as soon as it is there. */
  #reader(from, body, answer) {
    const asked = parsed(body);
    const look = (text) => this.#look(from, asked, answer, text);
    const type = answer.headers['content-type'] ?? '';
    let rest = '';
    const decoder = new TextDecoder();
    if (type.startsWith('application/json')) {
      return { take: (piece) => { rest += decoder.decode(piece, { stream: true }); }, end: () => { look(rest); } };
    }
    if (!type.startsWith('text/event-stream')) return { take() {}, end() {} };
    return {
      take: (piece) => {
        const events = (rest + decoder.decode(piece, { stream: true })).split(/\r?\n\r?\n/);
        rest = events.pop();
        for (const event of events) {
          const data = event.split(/\r?\n/).filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trim()).join('\n');
          if (data) look(data);
        }
      },
      end() {},
    };
  }

  #look(from, asked, answer, text) {
    const sent = parsed(text);
    if (from.url !== '/mcp' && from.url !== '/runtime/webhooks/mcp') return;
    if (text === '') return; // the answer to HEAD
    const revision = this.#revision(from, asked, answer, sent);
    for (const frame of Array.isArray(sent) ? sent : [sent]) {
      this.frames += 1;
      if (missingSchemas) continue;
      const method = methodOf(asked, frame?.id);
      const wrong = faults(revision, withId(frame, answer), method);
      if (wrong.length > 0) this.invalid.push({ revision, method, faults: wrong, frame: frame ?? text });
    }
  }

  #revision(from, asked, answer, sent) {
    const header = from.headers['mcp-protocol-version'];
    if (asked?.params?._meta?.[claim] !== undefined) return '2026-07-28';
    if (asked?.method === 'initialize' && sent?.result) {
      const session = answer.headers['mcp-session-id'];
      if (session) this.#sessions.set(session, sent.result.protocolVersion);
      return sent.result.protocolVersion;
    }
    const session = this.#sessions.get(from.headers['mcp-session-id']);
    if (header === '2026-07-28') return header;
    return session ?? (revisions.includes(header) ? header : asked?.method === 'initialize' ? '2025-11-25' : '2025-03-26');
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The transport lets an HTTP error say why in a JSON-RPC error without an id, which the schemas don't have. */
function withId(frame, answer) {
  return answer.statusCode >= 400 && frame?.error && !('id' in frame) ? { ...frame, id: 0 } : frame;
}

/** The method that a frame with this id answers. */
function methodOf(asked, id) {
  return (Array.isArray(asked) ? asked : [asked]).find((one) => one?.id === id)?.method;
}

function without(rawHeaders, name) {
  return rawHeaders.filter((_, at) => rawHeaders[at - (at % 2)].toLowerCase() !== name);
}
