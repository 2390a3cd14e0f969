// Debian's Chromium, a client's page on a port of its own, and the App's page in a sandboxed iframe under
// the policy that a client gives to a page without `csp`.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { refused, scenarios } from './scenarios.mjs';

const folder = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(folder, '..', '..');
export const screenshots = path.join(root, 'build', 'screenshots');
const policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:";
/** Milliseconds in which anything that is waited for must come. */
const patience = 15_000;

async function clientScript() {
  const { outputFiles } = await build({ absWorkingDir: folder, entryPoints: ['client_page.mjs'], bundle: true, write: false, format: 'iife', target: 'es2022' });
  return outputFiles[0].text;
}

async function serve() {
  const script = await clientScript();
  const page = '<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Client</title><body style="margin:0"><style>iframe{width:100%;height:600px;border:0;display:block}</style><script src="/client.js"></script></body></html>';
  const files = {
    '/': ['text/html', () => page],
    '/client.js': ['text/javascript', () => script],
    '/app': ['text/html', () => readFileSync(path.join(root, 'plugins/run_app/run.html'))],
  };
  const server = createServer((request, response) => {
    const file = files[request.url];
    if (!file) return void response.writeHead(404).end();
    response.writeHead(200, { 'Content-Type': `${file[0]}; charset=utf-8`, ...(request.url === '/app' ? { 'Content-Security-Policy': policy } : {}) }).end(file[1]());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, base: `http://127.0.0.1:${server.address().port}` };
}

function executable() {
  const found = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((each) => each && existsSync(each));
  if (!found) throw new Error('no Chromium here; apt-get install chromium, or name one in CHROMIUM');
  return found;
}

export class Browser {
  static async open() {
    mkdirSync(screenshots, { recursive: true });
    const own = new Browser();
    own.served = await serve();
    own.browser = await chromium.launch({ executablePath: executable(), args: ['--no-sandbox', '--disable-gpu'] });
    return own;
  }

  async close() {
    await this.browser?.close();
    this.served?.server.close();
  }

  /**
   * The page as a client shows it in `scenario`, a name or one made up. `options`: viewport width, colour scheme,
   * capabilities, context, refuse, `answers` that replace the scenario's.
   */
  async show(scenario, options = {}) {
    const shown = new Shown(typeof scenario === 'string' ? scenarios[scenario] : scenario, options);
    await shown.open(this);
    return shown;
  }
}

class Shown {
  calls = [];
  faults = [];

  constructor(scenario, options) {
    this.scenario = scenario;
    this.options = options;
    this.answers = { ...scenario.answers, ...options.answers };
  }

  async open({ browser, served }) {
    const { width = 1000, height = 900, scheme = 'light', capabilities, context, refuse, reducedMotion = 'reduce', opens = true } = this.options;
    this.browserContext = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, reducedMotion });
    this.page = await this.browserContext.newPage();
    this.page.setDefaultTimeout(patience);
    this.#watch(served.base);
    await this.page.exposeFunction('callTool', (name, args) => this.#call(name, args));
    await this.page.exposeFunction('violated', (what) => this.faults.push(`policy: ${what}`));
    await this.page.addInitScript(() => document.addEventListener('securitypolicyviolation', (event) => window.violated?.(`${event.violatedDirective} ${event.blockedURI}`)));
    if (this.options.clock) await this.page.clock.install(this.options.clock);
    await this.page.goto(served.base);
    await this.page.evaluate((how) => window.show(how), { capabilities, context, refuse });
    this.app = this.page.frames().find((each) => each.url().endsWith('/app'));
    assert.ok(this.app, 'the page is not there');
    if (opens) await this.give();
  }

  /** What a client sends when the tool that opened the page has answered. */
  async give() {
    const { opener, input } = this.scenario;
    await this.tell('sendToolInput', { arguments: input });
    const result = await this.answers[opener](input);
    if (result) await this.tell('sendToolResult', result);
  }

  tell(what, params) {
    return this.page.evaluate(([name, given]) => window.tell(name, given), [what, params]);
  }

  said() {
    return this.page.evaluate(() => window.said);
  }

  async #call(name, args) {
    this.calls.push({ name, args });
    const answer = this.answers[name];
    if (!answer) return { result: refused(`There is no tool ${name}, or you may not call it.`) };
    try {
      return { result: await answer(args) };
    } catch (error) {
      return { error: String(error.message) };
    }
  }

  #watch(base) {
    this.page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.faults.push(`console: ${message.text()}`);
    });
    this.page.on('pageerror', (error) => this.faults.push(`error: ${error.message}`));
    this.page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(base) && url !== 'about:blank') this.faults.push(`request to ${url}`);
    });
    this.page.on('dialog', (dialog) => {
      this.faults.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
  }

  /** Waits for a text, anywhere on the page. */
  async sees(text) {
    await this.app.getByText(text).first().waitFor({ state: 'attached' });
  }

  async gone(text) {
    await this.app.getByText(text).first().waitFor({ state: 'detached' });
  }

  button(name) {
    return this.app.getByRole('button', { name });
  }

  /** Waits until `condition` of what was recorded here holds. */
  async until(condition, what) {
    const end = Date.now() + patience;
    while (!(await condition())) {
      if (Date.now() > end) throw new Error(`not within ${patience} ms: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** No violation of WCAG 2.2 A and AA, by axe. The engine goes in through the debugger, not the page's policy. */
  async checkAccess(label) {
    await this.app.evaluate(axe.source);
    const { violations } = await this.app.evaluate(() => window.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      rules: { region: { enabled: false } },
    }));
    const told = violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.slice(0, 4).map(({ html, failureSummary }) => `  ${html.slice(0, 200)}\n    ${failureSummary.split('\n').slice(1, 3).join(' ')}`).join('\n')}`);
    assert.equal(violations.length, 0, `${label}:\n${told.join('\n')}`);
  }

  /** Nothing lies beside the viewport: no scrolling sideways. */
  async checkWidth() {
    const { wide, width } = await this.app.evaluate(() => ({ wide: document.documentElement.scrollWidth, width: document.documentElement.clientWidth }));
    assert.ok(wide <= width, `the page is ${wide} pixels wide in ${width}`);
  }

  /** The page's first 4000 pixels, also what lies below the window, which Chromium doesn't paint inside a frame. */
  async picture(name) {
    const height = await this.page.evaluate(() => {
      window.scrollTo(0, 0);
      return document.documentElement.scrollHeight;
    });
    await this.page.setViewportSize({ width: this.options.width ?? 1000, height: Math.min(height, 4000) });
    await this.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    await this.page.screenshot({ path: path.join(screenshots, `${name}.png`) });
  }

  /** Ends it; nothing may have gone wrong meanwhile. */
  async close() {
    await this.browserContext.close();
    assert.deepEqual(this.faults, []);
  }
}
