"""A failed run beside the pipeline's earlier ones, through the whole host."""

import json
import unittest

from harness import FailureCase


class EarlierRuns(FailureCase):
    def paths(self):
        return [request["path"].lower() for request in self.simulator.requests()]

    def test_since_when_and_what_failed_before(self):
        answer = self.ask(4711)
        self.assertEqual(4711, answer["since"]["id"])
        self.assertEqual(1, answer["since"]["failed_runs"])
        self.assertTrue(answer["since"]["certain"])
        self.assertEqual(2, len(answer["previous_failures"]))
        self.assertTrue(all(each["id"] < 4711 for each in answer["previous_failures"]))

    def test_the_log_of_the_good_run_is_read_beside(self):
        answer = self.ask(4690)
        good = answer["last_good_run"]["id"]
        self.assertTrue(any(f"/builds/{good}/logs/" in path for path in self.paths()))
        self.assertNotIn("was not compared", json.dumps(answer.get("notes", [])))

    def test_the_same_failure_is_known_again(self):
        first = self.ask(4709)
        second = self.ask(4707)
        self.assertEqual(16, len(first["fingerprint"]))
        self.assertEqual(first["fingerprint"], second["fingerprint"])
        self.assertNotEqual(first["fingerprint"], self.ask(4711)["fingerprint"])
        self.assertEqual([4707, 4705], first["failures"][0]["failed_before"])

    def test_the_run_with_48_logs_needs_few_requests(self):
        answer = self.ask(4800)
        self.assertLessEqual(len(self.paths()), 16)
        self.assertLessEqual(len(json.dumps(answer, separators=(",", ":"), ensure_ascii=False).encode()), 16384)
        self.assertIn("no matching function for call", answer["cause"])

    def test_no_section_no_request(self):
        answer = self.ask(4711, include=["logs"])
        self.assertEqual(3, len(self.paths()))
        for key in ("since", "previous_failures", "last_good_run"):
            self.assertNotIn(key, answer)


if __name__ == "__main__":
    unittest.main()
