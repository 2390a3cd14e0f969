"""The watch over the hosts' outputs sees what it is there to see."""

import json
import unittest

import outputs


def record(call, event):
    return json.dumps({"event": event, "call_id": call})


class Outputs(unittest.TestCase):
    def test_a_leak_is_found(self):
        self.assertEqual(outputs.leaks(["fine", "also fine"], ["planted"]), [])
        self.assertEqual(len(outputs.leaks(["fine", "x planted y"], ["planted"])), 1)

    def test_only_whole_pairs_are_good(self):
        good = [record("a", "started"), record("b", "started"), record("b", "finished"),
                record("a", "finished")]
        self.assertEqual(outputs.unpaired(outputs.records(good)), [])
        for broken in (good[:3], good[1:], [*good, record("a", "finished")],
                       [*good, record("c", "finished")], [*good, record("b", "started")]):
            self.assertEqual(len(outputs.unpaired(outputs.records(broken))), 1)

    def test_other_lines_are_passed_over(self):
        self.assertEqual(outputs.records(["adomcp ready", "", '{"event":"x"}']), [{"event": "x"}])


if __name__ == "__main__":
    unittest.main()
