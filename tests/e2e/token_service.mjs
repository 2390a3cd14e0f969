// Gives tokens as Azure does, and tells the simulator whose they are.
import { secret } from './canaries.mjs';
import { Program } from './program.mjs';

export async function startTokenService(simulator) {
  const program = new Program('python3', ['-u', 'tests/integration/token_service_program.py', simulator.base]);
  const [, url, header] = await program.match(/token service ready on (http:\S+) with (\S+)/);
  const state = async () => (await fetch(`${url}/_state`)).json();
  return {
    url,
    /** What an app on Azure finds in its environment. */
    environment: { IDENTITY_ENDPOINT: `${url}/msi/token`, IDENTITY_HEADER: secret(header) },
    /** [who, resource] of each token that was given. */
    asked: async () => (await state()).asked,
    /** From now on. `refused`: object id → [OAuth error, description]; `mayQueue`: name → false. */
    people: ({ refused = {}, mayQueue = {} }) =>
      fetch(`${url}/_people`, { method: 'POST', body: JSON.stringify({ refused, may_queue: mayQueue }) }),
    /** Registers every token that was given so far. */
    keepSecrets: async () => (await state()).given.forEach(secret),
    stop: () => program.stop(),
  };
}
