// The echo tool by the second edition of the TypeScript SDK, as its documentation shows it: a server
// for each request, JSON answers. Usage: node echo.mjs PORT
import { createServer } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

const shape = z.object({ text: z.string() });

function echoServer() {
  const server = new McpServer({ name: 'echo', version: '1' });
  const about = { description: 'Gives back its text', inputSchema: shape, outputSchema: shape };
  server.registerTool('echo', about, ({ text }) => ({
    content: [{ type: 'text', text: JSON.stringify({ text }) }],
    structuredContent: { text },
  }));
  return server;
}

const handler = createMcpHandler(echoServer, { legacy: 'reject', responseMode: 'json' });
createServer(toNodeHandler(handler)).listen(Number(process.argv[2]), '127.0.0.1');
