"""`langchain-mcp-adapters`: the tools as LangChain's own, called with ainvoke."""

import contextlib

import job
from langchain_mcp_adapters.sessions import create_session
from langchain_mcp_adapters.tools import load_mcp_tools


class Session:
    def __init__(self, tools, wire):
        self.tools, self.wire = {tool.name: tool for tool in tools}, wire

    async def tool_names(self):
        return self.tools

    async def call(self, tool, arguments):
        message = await self.tools[tool].ainvoke(
            {"type": "tool_call", "id": "1", "name": tool, "args": arguments}
        )
        text = message.content if isinstance(message.content, str) else message.content[0]["text"]
        job.need(message.status == "success", text)
        return job.answer_of(text, message.artifact["structured_content"])


def connections(url):
    @contextlib.asynccontextmanager
    async def connect():
        async with create_session({"transport": "streamable_http", "url": url}) as opened:
            agreed = await opened.initialize()
            yield Session(await load_mcp_tools(opened), agreed.protocolVersion)

    return [("load_mcp_tools", "2025-11-25", connect)]


job.main("langchain-mcp-adapters", connections)
