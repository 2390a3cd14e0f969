// Starts the simulator and the host the way a person would, on ports of their own choosing.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { secret } from './canaries.mjs';
import { Program, readyWithin, root } from './program.mjs';

const binary = process.env.ADOMCP_BIN;

/** A port that was free a moment ago, for a host whose public address is written down beforehand. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The Azure DevOps organisation; `token` is what it wants from the host. */
export async function startSimulator() {
  const token = secret(`pat-${randomUUID()}`);
  const program = new Program('python3', ['-u', 'tests/simulator/simulator.py', '--port', '0', '--token', token]);
  const [, base, port] = await program.match(/simulator ready on (http:\/\/[^:]+:(\d+))/);
  const requests = async () => (await fetch(`${base}/_requests`)).json();
  return {
    token, port, base, requests,
    /** The runs that were really started, as they were asked for. */
    started: async () => (await requests()).filter(({ method, path: where, body }) =>
      method === 'POST' && /\/runs$/.test(where) && !JSON.parse(body).previewRun),
    stop: () => program.stop(),
  };
}

/** A host on `config`: a path, or settings to write down (JSON is YAML too) beside the usual plugins. */
export async function startHost({ config = 'config/demo.yaml', port = 0, env = {}, ready = true }) {
  if (!binary) throw new Error('ADOMCP_BIN must name the host binary; ctest sets it');
  const folder = mkdtempSync(path.join(tmpdir(), 'adomcp-e2e-'));
  const auditFile = path.join(folder, 'audit.jsonl');
  const file = typeof config === 'string' ? config : path.join(folder, 'config.yaml');
  if (file !== config) {
    writeFileSync(file, JSON.stringify(config, undefined, 1));
    cpSync(path.join(root, 'config/plugins.d'), path.join(folder, 'plugins.d'), { recursive: true });
  }
  const program = new Program(binary, ['serve', '--config', file, '--port', String(port)], { ADOMCP_AUDIT_FILE: auditFile, ...env });
  const stop = () => program.stop();
  const clean = async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const [, base] = await program.match(/adomcp ready on (http:\/\/127\.0\.0\.1:\d+)\/mcp/);
    if (ready) await waitForReadiness(base);
    return {
      base,
      url: `${base}/mcp`,
      /** Where its plugins.d lies, unless `config` was a path. */
      folder,
      /** Everything the host wrote on standard output: JSON lines of the audit and nothing else. */
      audit: () => program.lines.stdout.map((line) => JSON.parse(line)),
      /** What the file beside it was given. */
      auditFile: () => readFileSync(auditFile, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line)),
      /** Every output by name, for `assertNoSecrets`. */
      outputs: () => ({
        stdout: program.lines.stdout.join('\n'),
        stderr: program.lines.stderr.join('\n'),
        'audit file': readFileSync(auditFile, 'utf8'),
      }),
      stop,
      clean,
      /** Ends it at once, as the machine's end would. */
      kill: () => {
        program.child.kill('SIGKILL');
        return program.ended;
      },
    };
  } catch (error) {
    await clean();
    throw error;
  }
}

/** Both programs, running. `stop` gives what the host ended with; after it the audit is complete. */
export async function startAll() {
  const simulator = await startSimulator();
  try {
    const host = await startHost({ env: { SIMULATOR_PORT: simulator.port, ADOMCP_DEMO_TOKEN: simulator.token } });
    const both = (stopHost) => async () => {
      const ended = await stopHost();
      await simulator.stop();
      return ended;
    };
    return { ...host, simulator, stop: both(host.stop), clean: both(host.clean) };
  } catch (error) {
    await simulator.stop();
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
