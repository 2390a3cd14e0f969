// Calls one tool through the official client of a host without sign-in.
// Usage: node call.mjs http://127.0.0.1:7071/mcp TOOL ['{"argument": 1}']
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

const [url, name, given = '{}'] = process.argv.slice(2);
if (!url || !name) {
  console.error("usage: node call.mjs URL TOOL ['{…}']");
  process.exit(2);
}
const client = new Client({ name: 'call', version: '1' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
await client.connect(new StreamableHTTPClientTransport(new URL(url)));
const { isError, content, structuredContent } = await client.callTool({ name, arguments: JSON.parse(given) });
console.log(isError ? content[0].text : JSON.stringify(structuredContent, undefined, 2));
await client.close();
process.exit(isError ? 1 : 0);
