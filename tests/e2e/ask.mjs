// Signs in at the issuer of ./dev run --sign-in and asks why a build failed.
// Usage: node ask.mjs http://127.0.0.1:7071/mcp ada|bob|eve
import { people } from './people.mjs';
import { connect, SignIn, wires } from './sign_in_client.mjs';

const [url, person] = process.argv.slice(2);
if (!url || !Object.hasOwn(people, person ?? '')) {
  console.error(`usage: node ask.mjs URL ${Object.keys(people).join('|')}`);
  process.exit(2);
}
const client = await connect(wires.modern, url, new SignIn(person, undefined, { registers: true }));
const { isError, content, structuredContent } = await client.callTool({
  name: 'get_run_failure_logs', arguments: { project: 'Payments', run_id: 4711 },
});
console.log(isError ? content[0].text : JSON.stringify(structuredContent, undefined, 2));
await client.close();
process.exit(isError ? 1 : 0);
