// Everything that a test with sign-in needs, started together and searched for secrets at the end.
import assert from 'node:assert/strict';
import { answerTexts, assertNoSecrets, auditPairs, recordAnswers } from './canaries.mjs';
import { freePort, modernRequest, startHost, startSimulator } from './harness.mjs';
import { hostConfig } from './host_config.mjs';
import { Issuer } from './issuer.mjs';

export class Scene {
  #ends = [];
  #hosts = [];
  #watched = new Set();
  #recorded = recordAnswers(this.#watched);

  static async open(issuerOptions) {
    const scene = new Scene();
    try {
      scene.simulator = await scene.owns(await startSimulator());
      scene.issuer = await scene.owns(await Issuer.start(issuerOptions));
      return scene;
    } catch (error) {
      await scene.close();
      throw error;
    }
  }

  /** Stops it when the scene closes, last come first. */
  owns(part) {
    this.#ends.unshift(() => (part.clean ?? part.stop).call(part));
    return part;
  }

  /**
   * A host of its own. `auth` is given the public addresses to accept; `at` chooses them when they
   * must be known beforehand, `publicUrl` when it lies behind something else. `dies`: the test kills it, and
   * checks its records by itself.
   */
  async host({ auth, port, publicUrl, ready = true, dies = false, env, ...settings }) {
    const at = port ?? await freePort();
    const own = publicUrl ?? `http://127.0.0.1:${at}`;
    const config = hostConfig({ simulator: this.simulator, publicUrl: own, auth: auth([own]), ...settings });
    this.#watched.add(`http://127.0.0.1:${at}`).add(own);
    const host = this.owns(await startHost({ config, port: at, ready, env: { E2E_ADO_TOKEN: this.simulator.token, ...env } }));
    if (!dies) this.#hosts.push(host);
    return host;
  }

  /** What all hosts have answered so far: {path, status, headers, text} each. */
  answers() { return this.#recorded(); }

  /** Ends the hosts, whose outputs then hold no secret, and whose calls each began and ended once. */
  async checkOutputs() {
    for (const host of this.#hosts) assert.equal((await host.stop()).code, 0);
    this.checkRecords();
    assertNoSecrets(answerTexts(await this.answers()));
  }

  /** The same without the answers, which may show what they gave. The hosts have ended. */
  checkRecords() {
    const ids = (records) => auditPairs(records).map((record) => record.call_id).sort();
    for (const host of this.#hosts) assert.deepEqual(ids(host.auditFile()), ids(host.audit()));
    const all = this.#hosts.map((host) => Object.entries(host.outputs())).flat();
    const byName = Map.groupBy(all, ([name]) => name);
    assertNoSecrets(Object.fromEntries([...byName].map(([name, texts]) => [name, texts.map(([, text]) => text).join('\n')])));
  }

  async close() {
    for (const end of this.#ends) await end();
  }
}

/** One request of the 2026-07-28 wire by hand: {status, headers, body}. */
export async function ask(url, method, { token, ...init } = {}) {
  const headers = { ...(token ? { Authorization: `Bearer ${token}` } : {}), ...init.headers };
  const answer = await fetch(url, modernRequest(method, { ...init, headers }));
  const text = await answer.text();
  const json = answer.headers.get('content-type')?.startsWith('application/json');
  return { status: answer.status, headers: answer.headers, body: json ? JSON.parse(text) : text };
}

/** One tool call by hand; gives the result. */
export async function callTool(url, name, args, init = {}) {
  const answer = await ask(url, 'tools/call', { ...init, name, params: { name, arguments: args } });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body.result ?? answer.body;
}
