"""`fastmcp`'s Client, on both wires."""

import contextlib

import job
from fastmcp import Client


class Session:
    def __init__(self, client, wire):
        self.client, self.wire = client, wire

    async def tool_names(self):
        return [tool.name for tool in await self.client.list_tools()]

    async def call(self, tool, arguments):
        result = await self.client.call_tool(tool, arguments)
        return job.answer_of(result.content[0].text, result.structured_content)


def client(url, mode):
    @contextlib.asynccontextmanager
    async def connect():
        async with Client(url, mode=mode) as opened:
            yield Session(opened, opened.session.protocol_version)

    return connect


def connections(url):
    return [("Client", "2026-07-28", client(url, "auto")), ("Client", "2025-11-25", client(url, "legacy"))]


job.main("fastmcp", connections)
