"""The echo tool by FastMCP: no sessions, JSON answers. Usage: fastmcp_echo.py PORT"""

import sys

from fastmcp import FastMCP
from typing_extensions import TypedDict  # pydantic takes that of typing only from Python 3.12 on


class Echoed(TypedDict):
    text: str


server = FastMCP("echo")


@server.tool
def echo(text: str) -> Echoed:
    """Gives back its text."""
    return {"text": text}


server.run(transport="http", host="127.0.0.1", port=int(sys.argv[1]), path="/mcp", stateless_http=True,
           json_response=True, show_banner=False, log_level="warning", uvicorn_config={"access_log": False})
