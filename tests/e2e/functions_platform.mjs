// Plays the Azure Functions host for a custom handler: reads host.json, starts what it names, waits until
// anything answers, and passes every request on. What it knows of the platform is from the sources of
// azure-functions-host: host configuration profile, WorkerProcess, RpcWorkerProcess, YARP as its proxy.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from './harness.mjs';
import { Program, root } from './program.mjs';

const pollEvery = 25;
const initializationTimeout = 30_000;
/** Where every request seems to come from. */
export const seenFrom = '203.0.113.9';

const unpackModes = `
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    for entry in archive.infolist():
        os.chmod(archive.extract(entry, sys.argv[2]), entry.external_attr >> 16 & 0o777)
`;

/**
 * Packs the build under test and unpacks it as the platform does. It waits for that, so nothing in this
 * process answers meanwhile: call it before anything is started. `app` gives the folder of one more copy.
 */
export function unpackPackage() {
  const folder = mkdtempSync(path.join(tmpdir(), 'adomcp-functions-'));
  const [pristine, out] = [path.join(folder, 'pristine'), path.join(folder, 'package')];
  const build = path.resolve(path.dirname(process.env.ADOMCP_BIN), '..');
  execFileSync('python3', [path.join(root, 'infra/package/package.py'), '--build', build, '--out', out, '--only', 'zip'],
    { stdio: ['ignore', 'inherit', 'inherit'], env: { SOURCE_DATE_EPOCH: '1700000000', ...process.env } });
  execFileSync('python3', ['-c', unpackModes, path.join(out, 'adomcp-functions.zip'), pristine]);
  return {
    app: async () => {
      const app = path.join(folder, randomUUID());
      await cp(pristine, app, { recursive: true });
      return app;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Sets `edits`, [pattern, text] each, in a file of the app; each must be in it exactly once. */
export function edit(file, edits) {
  let text = readFileSync(file, 'utf8');
  for (const [pattern, replacement] of edits) {
    if (text.split(pattern).length !== 2) throw new Error(`${file} has '${pattern}' not exactly once`);
    text = text.replace(pattern, () => replacement);
  }
  writeFileSync(file, text);
}

/** How the platform rates a line on standard error. */
export function severity(line) {
  if (/warn/i.test(line)) return 'Warning';
  return /error|fail|severe|unhandled exception/i.test(line) ? 'Error' : 'Information';
}

export class FunctionsPlatform {
  #server;

  /** The front of an app before it is started; its address goes into the app's settings. */
  static async open(app) {
    const platform = new FunctionsPlatform();
    platform.app = app;
    platform.hostJson = JSON.parse(readFileSync(path.join(app, 'host.json'), 'utf8'));
    platform.#server = createServer((request, response) => platform.#pass(request, response)).listen(0, '127.0.0.1');
    await once(platform.#server, 'listening');
    platform.url = `http://127.0.0.1:${platform.#server.address().port}`;
    return platform;
  }

  /** Starts the handler with the app's settings and waits as the platform does; gives the first answer. */
  async start(settings) {
    const { defaultExecutablePath, arguments: args } = this.hostJson.customHandler.description;
    accessSync(path.join(this.app, defaultExecutablePath), constants.X_OK);
    this.port = await freePort();
    const environment = { ...this.#environment(), ...settings };
    const assignments = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    // Nothing of this shell's environment reaches the app.
    this.handler = new Program('env', ['-i', '-C', this.app, ...assignments, defaultExecutablePath, ...args]);
    return this.#ready();
  }

  #environment() {
    return {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: '/home',
      FUNCTIONS_CUSTOMHANDLER_PORT: this.port,
      FUNCTIONS_HTTPWORKER_PORT: this.port,
      FUNCTIONS_CUSTOMHANDLER_WORKER_ID: randomUUID(),
      FUNCTIONS_APP_ROOT_PATH: this.app,
      FUNCTIONS_EXTENSION_VERSION: '~4',
      FUNCTIONS_WORKER_RUNTIME: 'custom',
      AzureWebJobsFeatureFlags: 'EnableMcpCustomHandlerPreview',
      AzureWebJobsScriptRoot: this.app,
      AzureWebJobsStorage__accountName: 'account',
      AzureWebJobsStorage__credential: 'managedidentity',
      WEBSITE_SITE_NAME: 'adomcp-test',
      WEBSITE_HOSTNAME: new URL(this.url).host,
      WEBSITE_INSTANCE_ID: randomUUID(),
      WEBSITE_SKU: 'FlexConsumption',
      WEBSITE_POD_NAME: 'pod-1',
      PORT: '1', // what the platform itself listens on: the handler's variable wins
    };
  }

  async #ready() {
    const begun = Date.now();
    for (;;) {
      try {
        const answer = await fetch(`http://127.0.0.1:${this.port}/`, { signal: AbortSignal.timeout(1000) });
        return { status: answer.status, text: await answer.text(), after: Date.now() - begun };
      } catch (error) {
        const ended = await Promise.race([this.handler.ended, new Promise((resolve) => { setTimeout(resolve, pollEvery); })]);
        if (ended || Date.now() - begun > initializationTimeout) {
          throw new Error(`not ready: ${JSON.stringify(ended)} ${error}\n${this.handler.lines.stderr.join('\n')}`, { cause: error });
        }
      }
    }
  }

  /** Ends the handler as the platform does when it takes an instance away; {code, signal}. */
  stopHandler() { return this.handler?.stop(); }

  async stop() {
    await this.stopHandler();
    this.#server.closeAllConnections();
    await new Promise((resolve) => { this.#server.close(resolve); });
  }

  /** Both directions are passed on as they come, nothing is collected. */
  #pass(request, response) {
    const { method, url, headers } = request;
    if (/^\/(admin|runtime)(\/|$)/.test(url)) return response.writeHead(404).end(); // the platform's own
    const onward = httpRequest({
      host: '127.0.0.1', port: this.port, method, path: url,
      headers: {
        ...headers,
        'x-forwarded-for': [headers['x-forwarded-for'], `${seenFrom}:50123`].filter(Boolean).join(', '),
        'x-forwarded-proto': 'https',
        'x-forwarded-host': headers.host,
        'x-original-url': url,
        'x-arr-log-id': randomUUID(),
        'x-arr-ssl': '2048|256|CN=test|CN=*.azurewebsites.net',
        'x-site-deployment-id': 'adomcp-test',
        'x-azure-functions-invocationid': randomUUID(),
        'x-azure-functions-hostversion': '4.0.0.0',
      },
    }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
    });
    onward.on('error', () => { if (response.headersSent) response.destroy(); else response.writeHead(502).end(); });
    response.on('close', () => onward.destroy());
    return request.pipe(onward);
  }
}
