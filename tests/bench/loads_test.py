"""What is read of wrk and of open_loop, and what open_loop counts. Usage: loads_test.py OPEN_LOOP"""

import collections
import http.server
import json
import os
import subprocess
import sys
import threading
import types
import unittest

import overload
import wrk

OPEN_LOOP = sys.argv.pop() if len(sys.argv) > 1 else None

WRK = """\
Running 1s test @ http://127.0.0.1:1/mcp
  Requests/sec:    804.00

BENCH {"requests":804,"duration":1000000,"p50":4778,"p99":28138,"bytes":3,"wrong":1,"connect":0,"read":2,\
"write":0,"status":5,"timeout":0}
"""


class Wrk(unittest.TestCase):
    def test_numbers(self):
        numbers = wrk.parse(WRK)
        self.assertEqual(wrk.errors_of(numbers), {"read": 2, "status": 5, "wrong": 1})
        self.assertEqual(wrk.rates(numbers), {"requests_per_second": 804, "p50_ms": 4.778, "p99_ms": 28.138})

    def test_output_without_numbers(self):
        self.assertIsNone(wrk.parse("unable to connect to 127.0.0.1:1 Connection refused\n"))

    def test_errors_and_silence_end_a_strict_bench(self):
        good = wrk.parse(WRK) | {"wrong": 0, "read": 0, "status": 0}
        self.assertEqual(wrk.strictly(good, "a", 1), good)
        for bad in ({"status": 1}, {"timeout": 1}, {"wrong": 1}, {"requests": 0}):
            with self.subTest(bad), self.assertRaises(SystemExit):
                wrk.strictly(good | bad, "a", 1)

    def test_what_is_sent(self):
        server = types.SimpleNamespace(body="{}", headers={"A": "b", "C": "d"})
        sent = {key: value for key, value in wrk.environment(server, "x").items() if key.startswith("BENCH_")}
        self.assertEqual(sent, {"BENCH_BODY": "{}", "BENCH_HEADERS": "A: b\nC: d", "BENCH_EXPECT": "x"})


def times(count, p50=0, p99=0):
    return {"count": count, "p50": p50, "p99": p99}


NUMBERS = {"planned": 100, "seconds": 4, "taken": times(50, 1000, 2000), "refused": times(30, 100, 200),
           "other": times(10), "held_up": times(100, 1, 3), "wrong": 4, "broken": 6, "unanswered": 4,
           "connections": 9, "statuses": {"200": 54, "503": 32, "429": 4}}


class Overload(unittest.TestCase):
    def test_figures(self):
        self.assertEqual(overload.figures_of(NUMBERS, 2), {
            "arrived": 50, "taken": 12.5, "taken p50": 1, "taken p99": 2, "refused": 30, "refused p99": 0.2,
            "others": 20, "held up p99": 0.003})
        self.assertEqual(set(overload.figures_of(NUMBERS, 2)), set(overload.FIGURES))

    def test_nothing_refused_has_no_time(self):
        none = NUMBERS | {"refused": times(0)}
        made = overload.figures([5, 6], {0.5: [none, none], 2.0: [none, NUMBERS]}, 2)
        self.assertNotIn("0.5 times: refused p99", made)
        self.assertIn("2 times: refused p99", made)

    def test_others_in_words(self):
        self.assertEqual(overload.others_in_words([NUMBERS, NUMBERS]),
                         "status 503 4, status 429 8, wrong 8, broken 12, unanswered 8")


class Stub(http.server.BaseHTTPRequestHandler):
    """Five kinds of answers in turn."""

    protocol_version = "HTTP/1.1"
    turns = collections.Counter()
    lock = threading.Lock()

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        with self.lock:
            turn = self.turns["calls"] % 5
            self.turns["calls"] += 1
        if turn == 4:  # ends without an answer
            self.close_connection = True
            return
        self.send_response({0: 200, 1: 503, 2: 500, 3: 200}[turn])
        if turn == 1:
            self.send_header("Retry-After", "1")
            self.send_header("Connection", "close")
        body = b'{"text":"hi"}' if turn == 0 else b"{}"
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@unittest.skipUnless(OPEN_LOOP, "needs the program's path")
class OpenLoop(unittest.TestCase):
    def drive(self, port):
        environment = os.environ | {"BENCH_BODY": "{}", "BENCH_HEADERS": "A: b", "BENCH_EXPECT": '"text":"hi"'}
        done = subprocess.run([OPEN_LOOP, str(port), "200", "0.5", "50"], env=environment,
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return overload.parse(done.stdout)

    def test_each_call_is_counted_once_and_as_what_it_is(self):
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            numbers = self.drive(server.server_port)
            server.shutdown()
        counts = {key: numbers[key]["count"] for key in ("taken", "refused", "other", "held_up")}
        self.assertEqual(counts, {"taken": 20, "refused": 20, "other": 40, "held_up": 100}, json.dumps(numbers))
        self.assertEqual((numbers["planned"], numbers["wrong"], numbers["broken"], numbers["unanswered"]),
                         (100, 20, 20, 0))
        self.assertEqual(numbers["statuses"], {"200": 40, "500": 20, "503": 20})
        self.assertGreaterEqual(numbers["seconds"], 0.49)

    def test_nobody_there_is_a_broken_call_each(self):
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub) as server:
            port = server.server_port
        numbers = self.drive(port)
        self.assertEqual((numbers["broken"], numbers["taken"]["count"]), (100, 0))

    def test_usage(self):
        for arguments in ([], ["1", "0", "1", "1"], ["1", "x", "1", "1"], ["1", "1", "1", "0"]):
            done = subprocess.run([OPEN_LOOP, *arguments], capture_output=True, text=True)
            self.assertEqual(done.returncode, 2, arguments)


if __name__ == "__main__":
    unittest.main()
