// Starts the simulator and the host the way a person would, on ports of their own choosing.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = fileURLToPath(new URL('../..', import.meta.url));
const binary = process.env.ADOMCP_BIN;
const readyWithin = 60_000;

/** A child process whose lines are kept, and can be waited for. */
class Program {
  constructor(command, args, env) {
    this.name = path.basename(args[0]?.endsWith?.('.py') ? args[0] : command);
    this.lines = { stdout: [], stderr: [] };
    this.child = spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.ended = new Promise((resolve) => {
      this.child.once('error', (error) => resolve({ error: String(error) }));
      this.child.once('close', (code, signal) => resolve({ code, signal }));
    });
    this.waiting = [];
    for (const stream of ['stdout', 'stderr']) this.#keepLines(stream);
  }

  #keepLines(stream) {
    let rest = '';
    this.child[stream].setEncoding('utf8').on('data', (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      for (const line of lines) {
        this.lines[stream].push(line);
        for (const each of this.waiting) each(line);
      }
    });
  }

  /** The first match in any line, past or to come; throws with the output when the program ends. */
  async match(pattern) {
    const past = [...this.lines.stdout, ...this.lines.stderr].find((line) => pattern.test(line));
    if (past) return pattern.exec(past);
    let timer;
    const come = new Promise((resolve) => this.waiting.push((line) => pattern.test(line) && resolve(pattern.exec(line))));
    const late = new Promise((resolve) => { timer = setTimeout(resolve, readyWithin, undefined); });
    const found = await Promise.race([come, late, this.ended]);
    clearTimeout(timer);
    if (Array.isArray(found)) return found;
    await this.stop();
    const why = found ? `ended with ${JSON.stringify(found)}` : `printed no ${pattern} in ${readyWithin} ms`;
    throw new Error(`${this.name} ${why}\n${this.lines.stdout.join('\n')}\n${this.lines.stderr.join('\n')}`);
  }

  /** Asks it to stop, makes it stop when it does not; {code, signal} it ended with. */
  async stop() {
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 20_000);
    const ended = await this.ended;
    clearTimeout(timer);
    return ended;
  }
}

/** Both programs, running. `stop` gives what the host ended with; after it the audit is complete. */
export async function startAll() {
  if (!binary) throw new Error('ADOMCP_BIN must name the host binary; ctest sets it');
  const simulator = new Program('python3', ['-u', 'tests/simulator/simulator.py', '--port', '0']);
  const folder = mkdtempSync(path.join(tmpdir(), 'adomcp-e2e-'));
  const auditFile = path.join(folder, 'audit.jsonl');
  const [, simulatorPort] = await simulator.match(/simulator ready on http:\/\/[^:]+:(\d+)/);
  const host = new Program(binary, ['serve', '--config', 'config/demo.yaml', '--port', '0'], {
    SIMULATOR_PORT: simulatorPort,
    ADOMCP_DEMO_TOKEN: 'simulator-token',
    ADOMCP_AUDIT_FILE: auditFile,
  });
  const stop = async () => {
    const ended = await host.stop();
    await simulator.stop();
    return ended;
  };
  try {
    const [, base] = await host.match(/adomcp ready on (http:\/\/127\.0\.0\.1:\d+)\/mcp/);
    await waitForReadiness(base);
    return {
      base,
      url: `${base}/mcp`,
      /** Everything the host wrote on standard output: JSON lines of the audit and nothing else. */
      audit: () => host.lines.stdout.map((line) => JSON.parse(line)),
      /** What the file beside it was given. */
      auditFile: () => readFileSync(auditFile, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line)),
      stop,
      clean: async () => {
        await stop();
        rmSync(folder, { recursive: true });
      },
    };
  } catch (error) {
    await stop();
    rmSync(folder, { recursive: true });
    throw error;
  }
}

/** The projects are resolved after the port is open; a call before that is refused. */
async function waitForReadiness(base) {
  const end = Date.now() + readyWithin;
  for (;;) {
    const answer = await fetch(`${base}/readyz`);
    const text = await answer.text();
    if (answer.ok) return;
    if (Date.now() > end) throw new Error(`/readyz still says ${answer.status}: ${text}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A request of the 2026-07-28 wire, with what each test wants otherwise. */
export function modernRequest(method, { params = {}, headers = {}, name } = {}) {
  const version = '2026-07-28';
  const meta = {
    'io.modelcontextprotocol/protocolVersion': version,
    'io.modelcontextprotocol/clientInfo': { name: 'e2e', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  return {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      'MCP-Protocol-Version': version,
      'Mcp-Method': method,
      ...(name ? { 'Mcp-Name': name } : {}),
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { _meta: meta, ...params } }),
  };
}
