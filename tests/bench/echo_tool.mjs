// The echo tool of both editions of the TypeScript SDK. `shape`: of arguments and answer, as the edition wants it.
export function echoServer(McpServer, shape) {
  const server = new McpServer({ name: 'echo', version: '1' });
  const about = { description: 'Gives back its text', inputSchema: shape, outputSchema: shape };
  server.registerTool('echo', about, ({ text }) => ({
    content: [{ type: 'text', text: JSON.stringify({ text }) }],
    structuredContent: { text },
  }));
  return server;
}
