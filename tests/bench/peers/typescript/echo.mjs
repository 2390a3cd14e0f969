// The echo tool by the second edition of the TypeScript SDK, as its documentation shows it: a server
// for each request, JSON answers. Usage: node echo.mjs PORT
import { createServer } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { echoServer } from '../../echo_tool.mjs';

const shape = z.object({ text: z.string() });

const handler = createMcpHandler(() => echoServer(McpServer, shape), { legacy: 'reject', responseMode: 'json' });
createServer(toNodeHandler(handler)).listen(Number(process.argv[2]), '127.0.0.1');
