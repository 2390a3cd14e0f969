"""Plugins that crash and hang, through the whole host: their breakers open and the rest serves on."""

import json
import unittest

from harness import BASE_PLUGINS, BUILD, Host, Simulator

ZOO = BUILD / "zoo"
BAD_CALLS_TO_OPEN = 5

# A short timeout, so that a call is soon given up.
IMPATIENT = f"""plugins:
  - {{ id: hangs-for-good, library: {ZOO / "hangs_for_good.so"}, tools: [hangs_for_good], timeout: 1s }}
"""


class Containment(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.simulator = Simulator()
        cls.host = Host(
            cls.simulator.url,
            [("throws", ZOO / "throws.so", ["throws"]), *BASE_PLUGINS],
            {"plugins.d/hangs.yaml": IMPATIENT},
        )

    @classmethod
    def tearDownClass(cls):
        cls.host.stop()
        cls.simulator.stop()

    def health(self):
        status, text = self.host.request("GET", "/api/health")
        self.assertEqual(status, 200)
        return json.loads(text)

    def expect_opens(self, tool, outcome):
        self.assertEqual(self.health()["tools"][tool], "closed")
        for _ in range(BAD_CALLS_TO_OPEN):
            self.assertTrue(self.host.call(tool)["isError"])
            self.assertEqual(self.host.audit()[-1]["status"], outcome)
        self.assertEqual(self.health()["tools"][tool], "open")
        refused = self.host.call(tool)
        self.assertTrue(refused["isError"])
        self.assertRegex(refused["content"][0]["text"], rf"'{tool}' is not called .* retry in \d+ s")
        self.assertEqual(self.host.audit()[-1]["error_type"], "breaker_open")
        metrics = self.host.request("GET", "/metrics")[1].decode()
        self.assertIn(f'adomcp_breaker_state{{tool="{tool}"}} 2', metrics)
        self.assertIn('adomcp_breaker_state{tool="list_pipeline_runs"} 0', metrics)

    def expect_the_rest_serves(self):
        self.assertFalse(self.host.call("list_pipeline_runs", {"project": "Payments"}).get("isError"))
        self.assertEqual(self.health()["status"], "healthy")
        self.assertEqual(self.health()["tools"]["list_pipeline_runs"], "closed")

    def test_a_tool_that_crashes(self):
        self.expect_opens("throws", "crashed")
        self.expect_the_rest_serves()

    def test_a_tool_that_hangs_for_good(self):
        self.expect_opens("hangs_for_good", "timeout")
        self.expect_the_rest_serves()
        metrics = self.host.request("GET", "/metrics")[1].decode()
        self.assertIn(f'adomcp_tool_calls_hung{{tool="hangs_for_good"}} {BAD_CALLS_TO_OPEN}', metrics)


class HangingStart(unittest.TestCase):
    def test_the_host_serves_without_the_plugin(self):
        simulator = Simulator()
        self.addCleanup(simulator.stop)
        host = Host(
            simulator.url,
            [("hangs-in-start", ZOO / "hangs_in_start.so", ["hangs_in_start"]), *BASE_PLUGINS],
        )
        self.addCleanup(host.stop)
        self.assertIn("did not return within 10 s", "\n".join(host.lines["stderr"]))
        self.assertEqual(len(host.tools()), 4)


if __name__ == "__main__":
    unittest.main(verbosity=2)
