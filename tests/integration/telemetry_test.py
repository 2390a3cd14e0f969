"""Traces by OTLP, metrics by the conventions' names and logs with trace ids, of one host with a real caller."""

import json
import re
import unittest

from harness import MODERN, HostCase
from trace_receiver import TraceReceiver, flat

TRACE = "0af7651916cd43dd8448eb211c80319c"
OTHER = "1bf7651916cd43dd8448eb211c80319c"
CALLER = "00f067aa0ba902b7"
SERVER, CLIENT, INTERNAL = 2, 3, 1


class TelemetryTest(HostCase):
    @classmethod
    def setUpClass(cls):
        cls.receiver = TraceReceiver()
        cls.EDIT = staticmethod(
            lambda text: (
                f'{text}\nlog_format: json\nlog_level: debug\ntelemetry: {{ traces: {{ endpoint: "{cls.receiver.endpoint}", '
                'headers: ["x-receiver=one"], service_name: adomcp-test } }\n'
            )
        )
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.receiver.close()

    def call(self, tool, arguments, traceparent=None, header=None):
        meta = {
            "io.modelcontextprotocol/protocolVersion": MODERN,
            "io.modelcontextprotocol/clientInfo": {"name": "integration", "version": "1"},
            "io.modelcontextprotocol/clientCapabilities": {},
        }
        if traceparent:
            meta["traceparent"] = traceparent
        params = {"name": tool, "arguments": arguments, "_meta": meta}
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": MODERN,
            "Mcp-Method": "tools/call",
            "Mcp-Name": tool,
        }
        if header:
            headers["traceparent"] = header
        body = {"jsonrpc": "2.0", "id": "a-1", "method": "tools/call", "params": params}
        status, answer = self.host.request("POST", "/mcp", json.dumps(body), headers)
        return status, json.loads(answer)

    def trace(self, trace_id):
        """Once its server span is there."""
        mine = lambda spans: [each for each in spans if each["traceId"] == trace_id]  # noqa: E731
        return mine(self.receiver.wait_for(lambda spans: any(each["kind"] == SERVER for each in mine(spans))))

    def test_one_trace_from_the_client_to_azure_devops(self):
        self.call("get_run_failure_logs", {"run_id": 4711}, f"00-{TRACE}-{CALLER}-01", f"00-{OTHER}-{CALLER}-01")
        spans = self.trace(TRACE)
        server = next(each for each in spans if each["kind"] == SERVER)
        self.assertEqual("tools/call get_run_failure_logs", server["name"])
        self.assertEqual(CALLER, server["parentSpanId"])
        self.assertEqual([{"traceId": OTHER, "spanId": CALLER}], server["links"])
        self.assertEqual("adomcp-test", server["resource"]["service.name"])
        attributes = flat(server["attributes"])
        expected = {
            "mcp.method.name": "tools/call",
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": "get_run_failure_logs",
            "mcp.protocol.version": MODERN,
            "jsonrpc.request.id": '"a-1"',
            "network.transport": "tcp",
            "client.address": "127.0.0.1",
            "adomcp.project": "Payments",
            "adomcp.status": "success",
            "adomcp.run_id": "4711",
        }
        self.assertEqual(expected, {key: attributes.get(key) for key in expected})
        self.assertNotIn("mcp.session.id", attributes)
        self.assertNotIn("error.type", attributes)
        names = {each["spanId"]: each["name"] for each in spans}
        policy = [each for each in spans if each["name"] == "policy"]
        self.assertTrue(policy)
        plugin = next(each for each in spans if each["name"] == "plugin")
        for each in (*policy, plugin):
            self.assertEqual((INTERNAL, server["spanId"]), (each["kind"], each["parentSpanId"]))
        requests = [each for each in spans if each["kind"] == CLIENT]
        self.assertEqual(len(requests), len(self.simulator.requests()))
        for each in requests:
            self.assertEqual("plugin", names[each["parentSpanId"]])
            self.assertGreaterEqual(int(each["startTimeUnixNano"]), int(server["startTimeUnixNano"]))
            self.assertLessEqual(int(each["endTimeUnixNano"]), int(server["endTimeUnixNano"]))
            shown = flat(each["attributes"])
            self.assertEqual("200", shown["http.response.status_code"])
            self.assertRegex(shown["url.full"], r"^http://127\.0\.0\.1:\d+/[^?]*contoso/[^?]+$")
        self.assertEqual(TRACE, self.host.audit()[-1]["trace_id"])

    def test_a_trace_that_begins_here_is_in_the_audit_and_the_receiver(self):
        self.call("list_pipeline_runs", {})
        trace = self.host.audit()[-1]["trace_id"]
        self.assertRegex(trace, r"^[0-9a-f]{32}$")
        server = next(each for each in self.trace(trace) if each["kind"] == SERVER)
        self.assertNotIn("parentSpanId", server)

    def test_what_the_client_does_not_record_is_not_sent(self):
        quiet, loud = "2" * 32, "3" * 32
        self.call("list_pipeline_runs", {}, f"00-{quiet}-{CALLER}-00")
        self.assertEqual(quiet, self.host.audit()[-1]["trace_id"])
        self.call("list_pipeline_runs", {}, f"00-{loud}-{CALLER}-01")
        self.assertTrue(self.trace(loud))
        self.assertFalse([each for each in self.receiver.spans() if each["traceId"] == quiet])

    def test_failures_say_what_kind_they_are(self):
        cases = (
            ("list_pipeline_runs", {"project": "Nowhere"}, "tool_error"),
            ("get_run_failure_logs", {"run_id": 1}, "tool_error"),
            ("no_such_tool", {}, "-32602"),
        )
        for number, (tool, arguments, error) in enumerate(cases):
            with self.subTest(tool=tool):
                trace = f"{number + 4:032x}"
                self.call(tool, arguments, f"00-{trace}-{CALLER}-01")
                server = next(each for each in self.trace(trace) if each["kind"] == SERVER)
                self.assertEqual(error, flat(server["attributes"])["error.type"])
                self.assertEqual(2, server["status"]["code"])

    def test_names_that_clients_make_up_are_no_names_of_spans(self):
        trace = "b" * 32
        self.call("x" * 2000, {}, f"00-{trace}-{CALLER}-01")
        server = next(each for each in self.trace(trace) if each["kind"] == SERVER)
        self.assertEqual("tools/call", server["name"])
        self.assertLess(len(json.dumps(server)), 4096)

    def test_a_refused_request_of_azure_devops_is_in_its_span(self):
        trace = "7" * 32
        self.simulator.fault(match="build/builds", kind="status", status=404, times=10)
        self.call("list_pipeline_runs", {}, f"00-{trace}-{CALLER}-01")
        requests = [flat(each["attributes"]) for each in self.trace(trace) if each["kind"] == CLIENT]
        self.assertIn(("404", "404"), [(each["http.response.status_code"], each.get("error.type")) for each in requests])

    def test_nothing_that_goes_out_holds_a_secret(self):
        self.call("list_pipeline_runs", {"branch": "main"}, f"00-{'8' * 32}-{CALLER}-01")
        self.trace("8" * 32)
        for headers, body in self.receiver.bodies:
            self.assertEqual("one", headers["x-receiver"])
            for canary in self.host.canaries:
                self.assertNotIn(canary, body)

    def test_metrics_have_the_conventions_names(self):
        self.call("list_pipeline_runs", {})
        self.call("list_pipeline_runs", {"project": "Nowhere"})
        self.call("a_tool_that_nobody_has", {})
        status, text = self.host.request("GET", "/metrics")
        self.assertEqual(200, status)
        text = text.decode()
        name = "mcp_server_operation_duration_seconds"
        self.assertIn(f"# TYPE {name} histogram", text)
        series = set(re.findall(rf"^{name}_count{{(.*)}} \d+$", text, re.MULTILINE))
        tool = 'mcp_method_name="tools/call"'
        self.assertIn(f'error_type="",gen_ai_tool_name="list_pipeline_runs",{tool}', series)
        self.assertIn(f'error_type="tool_error",gen_ai_tool_name="list_pipeline_runs",{tool}', series)
        self.assertNotIn("a_tool_that_nobody_has", text)
        buckets = re.findall(rf'^{name}_bucket{{error_type="",gen_ai_tool_name="list_pipeline_runs",.*le="(.*?)"', text, re.MULTILINE)
        self.assertEqual([".01", "300"], [buckets[0].lstrip("0"), buckets[-2]])

    def test_log_lines_are_objects(self):
        self.simulator.fault(match="build/builds", kind="status", status=503, times=1)
        self.call("list_pipeline_runs", {}, f"00-{'9' * 32}-{CALLER}-01")
        lines = [json.loads(line) for line in list(self.host.lines["stderr"]) if "adomcp ready on" not in line]
        self.assertTrue(lines)
        for line in lines:
            self.assertLessEqual({"time", "level", "message"}, line.keys())
        retries = [line for line in lines if "retry in" in line["message"]]
        self.assertEqual(["9" * 32], [line.get("trace_id") for line in retries])
        self.assertNotIn("trace_id", retries[0]["message"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
