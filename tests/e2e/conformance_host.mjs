// A host that serves tests/conformance_plugin, with the proxy before it that checks each frame it sends.
import assert from 'node:assert/strict';
import { startHost, startSimulator } from './harness.mjs';
import { missingSchemas } from './frame_check.mjs';
import { RecordingProxy } from './recording_proxy.mjs';

const shown = 5; // of invalid frames

export class ConformanceHost {
  static async start(options = {}) {
    const all = new ConformanceHost();
    try {
      all.simulator = await startSimulator();
      all.host = await startHost({
        config: 'tests/e2e/conformance.yaml',
        env: { SIMULATOR_PORT: all.simulator.port, ADOMCP_DEMO_TOKEN: all.simulator.token },
        ...options,
      });
      all.proxy = await RecordingProxy.start(all.host.base);
      return all;
    } catch (error) {
      await all.stop();
      throw error;
    }
  }

  /** Where clients go: through the proxy. */
  get url() { return this.proxy.url; }
  get base() { return this.proxy.base; }

  /** Fails unless every frame that passed was valid; says so where none could be checked. */
  assertFrames(say = console.log) {
    if (missingSchemas) return say(missingSchemas);
    const { frames, invalid } = this.proxy;
    assert.ok(frames > 0, 'no frame passed the proxy');
    assert.deepEqual(invalid.slice(0, shown), [], `${invalid.length} of ${frames} frames are not valid`);
    return say(`${frames} frames are valid by the schemas of their revisions`);
  }

  async stop() {
    await this.proxy?.stop();
    await this.host?.clean();
    await this.simulator?.stop();
  }
}
