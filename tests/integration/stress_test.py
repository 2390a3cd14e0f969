"""Everything at once: normal calls, tools that hang, clients that leave, and reloads.

STRESS_SECONDS says for how long (4 unless set; ./dev check --deep takes two minutes). Each answer is
looked at, and at the end the audit: one start and one outcome for each call, and a whole chain.
"""

import collections
import http.client
import json
import os
import pathlib
import random
import socket
import threading
import time
import unittest

from harness import BASE_PLUGINS, BUILD, MODERN, Host, Simulator, run

ZOO = BUILD / "zoo"
SECONDS = float(os.environ.get("STRESS_SECONDS", "4"))
EDITIONS = ("Gives back the text.", "Hands over the text.")
HANGS = f"""plugins:
  - {{ id: hangs-for-good, library: {ZOO / "hangs_for_good.so"}, tools: [hangs_for_good], timeout: 1s }}
"""


def body_of(tool, arguments, number):
    meta = {
        "io.modelcontextprotocol/protocolVersion": MODERN,
        "io.modelcontextprotocol/clientInfo": {"name": "stress", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": "tools/call",
                       "params": {"name": tool, "arguments": arguments, "_meta": meta}})


def headers_of(tool):
    return {"Content-Type": "application/json", "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": MODERN, "Mcp-Method": "tools/call", "Mcp-Name": tool}


class Caller(threading.Thread):
    """Calls a tool on a kept connection until it is told to stop; `right` says what is wrong with an answer."""

    def __init__(self, port, stop, tool, make, right):
        super().__init__(daemon=True)
        self.port, self.stop, self.tool, self.make, self.right = port, stop, tool, make, right
        self.calls, self.wrong = 0, []

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            while not self.stop.is_set():
                self.calls += 1
                arguments = self.make(self.calls)
                connection.request("POST", "/mcp", body_of(self.tool, arguments, self.calls),
                                   headers_of(self.tool))
                answer = json.loads(connection.getresponse().read())
                if answer.get("id") != self.calls:
                    self.wrong.append(f"another call's answer: {answer}")
                elif problem := self.right(arguments, answer):
                    self.wrong.append(problem)
        except (OSError, http.client.HTTPException, ValueError) as problem:
            self.wrong.append(repr(problem))
        finally:
            connection.close()


class Leaver(threading.Thread):
    """Sends calls and hangs up, sooner or later, without waiting for their answers."""

    def __init__(self, port, stop):
        super().__init__(daemon=True)
        self.port, self.stop, self.calls, self.random = port, stop, 0, random.Random(port)

    def run(self):
        tool = "list_pipeline_runs"
        head = "".join(f"{name}: {value}\r\n" for name, value in headers_of(tool).items())
        while not self.stop.is_set():
            self.calls += 1
            body = body_of(tool, {"project": "Payments"}, self.calls)
            with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
                connection.sendall(f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}"
                                   f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
                self.stop.wait(self.random.uniform(0, 0.02))


def echoed(arguments, answer):
    result = answer.get("result", {})
    if result.get("structuredContent") == arguments:
        return None
    text = result.get("content", [{}])[0].get("text", "")
    busy = result.get("isError") and "busy" in text  # while both editions of the plugin are there
    return None if busy else f"asked {arguments}, answered {answer}"


def diagnosed(_, answer):
    cause = answer.get("result", {}).get("structuredContent", {}).get("cause", "")
    return None if "balanse" in cause else f"no cause in {str(answer)[:500]}"


def given_up(_, answer):
    result = answer.get("result", {})
    text = result.get("content", [{}])[0].get("text", "")
    known = ("did not answer in time", "is not called", "waiting for tools that hang", "busy")
    return None if result.get("isError") and any(words in text for words in known) else f"hung: {answer}"


class Stress(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.simulator = Simulator()
        cls.host = Host(cls.simulator.url, BASE_PLUGINS, {"plugins.d/hangs.yaml": HANGS})
        cls.folder = pathlib.Path(cls.host.folder.name)

    @classmethod
    def tearDownClass(cls):
        cls.host.stop()
        cls.simulator.stop()

    def drop_in(self, edition):
        content = (ZOO / "echo.so").read_bytes().replace(EDITIONS[0].encode(), EDITIONS[edition].encode())
        fresh = self.folder / "echo.so.new"
        fresh.write_bytes(content)
        fresh.rename(self.folder / "echo.so")

    def reload(self):
        status, _ = self.host.request("POST", "/ops/reload", headers={"Content-Type": "application/json"})
        self.assertIn(status, (200, 409), "one reload at a time")
        return status == 200

    def test_no_answer_is_wrong(self):
        self.drop_in(0)
        (self.folder / "plugins.d/echo.yaml").write_text(
            f"plugins:\n  - {{ id: echo, library: {self.folder / 'echo.so'}, tools: [echo], max_concurrent: 64 }}\n")
        self.reload()
        self.assertIn("echo", self.host.tools())
        stop = threading.Event()
        port = self.host.port
        workers = [
            *(Caller(port, stop, "echo", lambda n, i=i: {"text": f"{i}-{n}"}, echoed) for i in range(8)),
            *(Caller(port, stop, "get_run_failure_logs", lambda _: {"project": "Payments", "run_id": 4711},
                     diagnosed) for _ in range(2)),
            *(Caller(port, stop, "hangs_for_good", lambda _: {}, given_up) for _ in range(2)),
            *(Leaver(port, stop) for _ in range(4)),
        ]
        for worker in workers:
            worker.start()
        end = time.monotonic() + SECONDS
        reloads = 0
        while time.monotonic() < end:
            self.drop_in(reloads % 2)
            reloads += self.reload()
            stop.wait(0.3)
        stop.set()
        for worker in workers:
            worker.join(60)
            self.assertFalse(worker.is_alive())
            self.assertEqual(getattr(worker, "wrong", [])[:3], [])
            self.assertGreater(worker.calls, 0)
        self.assertGreater(reloads, 1)
        self.expect_good_audit()
        self.assertFalse(self.host.call("list_pipeline_runs", {"project": "Payments"}).get("isError"))
        calls = collections.Counter()
        for worker in workers:
            calls[getattr(worker, "tool", "left")] += worker.calls
        print(f"{SECONDS:g} s, {reloads} reloads, calls: {dict(calls)}")

    def expect_good_audit(self):
        """Calls that were left may end a little later."""
        for _ in range(200):
            events = collections.Counter(
                (record["call_id"], record["event"]) for record in self.host.audit() if "call_id" in record)
            begun = {call for call, event in events if event == "started"}
            ended = {call for call, event in events if event == "finished"}
            if begun == ended:
                break
            threading.Event().wait(0.05)
        self.assertEqual(begun, ended)
        self.assertEqual(set(events.values()), {1})
        code, _, problems = run("audit", "verify", self.host.audit_file)
        self.assertEqual(code, 0, problems)


if __name__ == "__main__":
    unittest.main()
