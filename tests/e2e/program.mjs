// A child process of a test: its lines are kept, and can be waited for.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const readyWithin = 60_000;

export class Program {
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
