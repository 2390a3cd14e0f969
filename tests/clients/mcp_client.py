"""`mcp` 2.x: its Client on both wires, and the ClientSession below it."""

import contextlib

import job
from mcp import Client, ClientSession
from mcp.client.streamable_http import streamable_http_client

MODERN, LEGACY = "2026-07-28", "2025-11-25"


class Session:
    def __init__(self, client, wire):
        self.client, self.wire = client, wire

    async def tool_names(self):
        return [tool.name for tool in (await self.client.list_tools()).tools]

    async def call(self, tool, arguments):
        result = await self.client.call_tool(tool, arguments)
        job.need(not result.is_error, result.content[0].text)
        return job.answer_of(result.content[0].text, result.structured_content)


def client(url, mode):
    @contextlib.asynccontextmanager
    async def connect():
        async with Client(url, mode=mode) as opened:
            yield Session(opened, opened.protocol_version)

    return connect


def client_session(url):
    @contextlib.asynccontextmanager
    async def connect():
        async with streamable_http_client(url) as (read, write), ClientSession(read, write) as opened:
            await opened.initialize()
            yield Session(opened, opened.protocol_version)

    return connect


def connections(url):
    return [
        ("Client", MODERN, client(url, "auto")),
        ("Client", LEGACY, client(url, "legacy")),
        ("ClientSession", LEGACY, client_session(url)),
    ]


job.main("mcp", connections)
