"""`openai-agents`: the tools as function tools in their strict form, called as a model would have
them called. No model is asked."""

import contextlib
import copy
import json

import job
from agents.exceptions import UserError
from agents.mcp import MCPServerStreamableHttp, MCPUtil
from agents.strict_schema import ensure_strict_json_schema
from agents.tool_context import ToolContext

# Maps of names that only the pipeline knows. A strict schema names every member, so it can have none.
OPEN_MAPS = {"trigger_pipeline_run": {"parameters", "variables"}}


def without_strict_form(tool):
    """The arguments that have none, each tried alone; what is left of the tool must have one."""
    schema = tool.input_schema
    refused = set()
    for name, each in schema["properties"].items():
        alone = {"type": "object", "properties": {name: copy.deepcopy(each)}, "additionalProperties": False}
        try:
            ensure_strict_json_schema(alone, _reject_open_objects=True)
        except UserError:
            refused.add(name)
    rest = copy.deepcopy(schema)
    for name in refused:
        del rest["properties"][name]
    try:
        ensure_strict_json_schema(rest, _reject_open_objects=True)
    except UserError as error:
        raise job.Wrong(f"{tool.name} has no strict form: {error}") from None
    return refused


def check_filled(tool, arguments):
    """A strict form requires every argument: the call that calls.json fills so must name them all."""
    job.need(
        set(arguments) == set(tool.params_json_schema["required"]),
        f"a strict {tool.name} requires {tool.params_json_schema['required']}",
    )


class Session:
    def __init__(self, server, tools, wire):
        self.server, self.tools, self.wire = server, tools, wire
        self.functions = {
            tool.name: MCPUtil.to_function_tool(
                tool, server, convert_schemas_to_strict=True, failure_error_function=None
            )
            for tool in tools
        }

    async def tool_names(self):
        return self.functions

    async def call(self, tool, arguments):
        text = json.dumps(arguments)
        context = ToolContext(context=None, tool_name=tool, tool_call_id="1", tool_arguments=text)
        output = await self.functions[tool].on_invoke_tool(context, text)
        try:
            return job.answer_of(output["text"], None)
        except json.JSONDecodeError:
            raise job.Wrong(output["text"]) from None

    async def more(self):
        strict = []
        for tool in self.tools:
            refused = without_strict_form(tool)
            expected = OPEN_MAPS.get(tool.name, set())
            job.need(refused == expected, f"{tool.name}: no strict form for {sorted(refused)}")
            is_strict = self.functions[tool.name].strict_json_schema
            job.need(is_strict == (not refused), f"{tool.name}: strict is {is_strict}")
            strict += [tool.name] if is_strict else []
        for each in job.TABLE["calls"]:
            if each.get("names_all"):
                check_filled(self.functions[each["tool"]], each["arguments"])
        maps = ", ".join(f"{tool} but for {' and '.join(sorted(names))}" for tool, names in OPEN_MAPS.items())
        return f"; strict: {', '.join(sorted(strict))}, {maps}"


def connections(url):
    @contextlib.asynccontextmanager
    async def connect():
        async with MCPServerStreamableHttp({"url": url}, client_session_timeout_seconds=30) as server:
            yield Session(server, await server.list_tools(), server.session.protocol_version)

    return [("function tools", "2026-07-28", connect)]


job.main("openai-agents", connections)
