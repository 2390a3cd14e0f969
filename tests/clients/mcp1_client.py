"""`mcp` 1.x, for which many programs are written: ClientSession over streamablehttp_client."""

import contextlib

import job
from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client


class Session:
    def __init__(self, client, wire):
        self.client, self.wire = client, wire

    async def tool_names(self):
        return [tool.name for tool in (await self.client.list_tools()).tools]

    async def call(self, tool, arguments):
        result = await self.client.call_tool(tool, arguments)
        job.need(not result.isError, result.content[0].text)
        return job.answer_of(result.content[0].text, result.structuredContent)


def connections(url):
    @contextlib.asynccontextmanager
    async def connect():
        async with streamablehttp_client(url) as (read, write, _), ClientSession(read, write) as opened:
            agreed = await opened.initialize()
            yield Session(opened, agreed.protocolVersion)

    return [("ClientSession", "2025-11-25", connect)]


job.main("mcp", connections)
