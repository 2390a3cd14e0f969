// The npm SDK's server with the same echo tool, in its documented stateless form: a server and a
// transport for each request, JSON answers. Usage: node sdk_server.mjs PORT
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { echoServer } from './echo_tool.mjs';

// The packages are those of tests/e2e.
const require = createRequire(new URL('../e2e/package.json', import.meta.url));
const load = (name) => import(pathToFileURL(require.resolve(name)).href.replace('/dist/cjs/', '/dist/esm/'));
const { McpServer } = await load('@modelcontextprotocol/sdk/server/mcp.js');
const { StreamableHTTPServerTransport } = await load('@modelcontextprotocol/sdk/server/streamableHttp.js');
const { z } = await load('zod');

const shape = { text: z.string() };

async function body(request) {
  let text = '';
  for await (const part of request) text += part;
  return JSON.parse(text);
}

createServer(async (request, response) => {
  const server = echoServer(McpServer, shape);
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true });
  response.on('close', () => {
    transport.close();
    server.close();
  });
  await server.connect(transport);
  await transport.handleRequest(request, response, await body(request));
}).listen(Number(process.argv[2]), '127.0.0.1');
