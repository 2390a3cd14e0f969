"""Stages are retried, runs cancelled and approvals decided through the whole host: within the policy, once, or not at all."""

import json
import unittest
import urllib.request

from harness import BASE_PLUGINS, TOKEN, HostCase

CONTROL = ("control", "control.so", ["retry_stage", "cancel_run", "decide_approval"])
PLUGINS = [*BASE_PLUGINS, ("runs", "runs.so", ["get_run"]), CONTROL]
EVERYTHING = """
            retry_stages: { pipelines: ["*"], branches: [main], stages: ["*"] }
            cancel_runs: { pipelines: ["*"], branches: [main] }
            decide_approvals: { pipelines: ["*"], environments: ["*"] }
            confirm: never
"""
# By tool: what is asked, and what must arrive where nothing breaks.
RETRY = {"project": "Payments", "run_id": 4711, "stage": "Build"}
CANCEL = {"project": "Payments", "run_id": 4924}
WRITES = {
    "retry_stage": (RETRY, "/build/builds/4711/stages/Build", {"state": "retry", "forceRetryAllJobs": False}),
    "cancel_run": (CANCEL, "/build/builds/4924", {"status": "cancelling"}),
}


def with_control(block, more=""):
    """Changes the configuration: Payments gets this `control` block."""
    place = "        - name: Platform\n"

    def edit(text):
        assert place in text
        return text.replace(place, f"          control:{block}{place}") + more

    return edit


class ControlCase(HostCase):
    PLUGINS = PLUGINS

    def writes(self):
        """All that could have changed something at Azure DevOps, whatever became of it."""
        return [each for each in self.simulator.requests() if each["method"] not in ("GET", "OPTIONS")]

    def refused(self, tool, arguments, *words):
        """An error that says so; nothing may have been sent."""
        self.simulator.control("DELETE", "/_requests")
        result = self.host.call(tool, arguments)
        self.assertTrue(result.get("isError"), result)
        for word in words:
            self.assertIn(word, result["content"][0]["text"])
        self.assertEqual([], self.writes())
        return result["content"][0]["text"]

    def ask(self, path, version="7.1"):
        """What Azure DevOps would answer."""
        separator = "&" if "?" in path else "?"
        url = f"{self.simulator.url}/contoso/{path}{separator}api-version={version}"
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {TOKEN}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())

    def approval(self, run, project="Payments"):
        found = self.ask(f"{project}/_apis/pipelines/approvals", "7.2-preview.2")["value"]
        return next(each["id"] for each in found if each["pipeline"]["owner"]["id"] == run)

    def decision(self, approval, **more):
        return {"project": "Payments", "approval_id": approval, "decision": "approve", **more}

    def all_three(self):
        """Calls that would work where everything is allowed."""
        return [*((tool, case[0]) for tool, case in WRITES.items()), ("decide_approval", self.decision(self.approval(4878)))]


class Allowed(ControlCase):
    EDIT = staticmethod(with_control(EVERYTHING))

    def test_each_is_sent_once_as_it_is_said(self):
        for tool, (arguments, path, body) in WRITES.items():
            with self.subTest(tool):
                self.simulator.control("DELETE", "/_requests")
                result = self.host.call(tool, arguments)
                self.assertFalse(result.get("isError"), result)
                self.assertEqual(arguments["run_id"], result["structuredContent"]["run"]["id"])
                (sent,) = self.writes()
                self.assertEqual("PATCH", sent["method"])
                self.assertTrue(sent["path"].endswith(path), sent["path"])
                self.assertEqual((body, "api-version=7.1"), (json.loads(sent["body"]), sent["query"]))
                record = self.host.audit()[-1]
                self.assertEqual(("success", str(arguments["run_id"])), (record["status"], str(record["run_id"])))

    def test_a_retried_stage_has_another_attempt(self):
        told = self.host.call("retry_stage", RETRY)["structuredContent"]
        self.assertEqual((2, "inProgress"), (told["stage"]["attempt"], told["stage"]["state"]))
        self.refused("retry_stage", RETRY, "still running", "attempt 2")
        self.refused("retry_stage", {**RETRY, "run_id": 4702}, "succeeded", "all_jobs")
        result = self.host.call("retry_stage", {**RETRY, "run_id": 4702, "all_jobs": True})
        self.assertFalse(result.get("isError"), result)

    def test_a_cancelled_run_is_told_as_it_is(self):
        told = self.host.call("cancel_run", CANCEL)["structuredContent"]
        self.assertEqual("cancelling", told["run"]["status"])
        self.refused("cancel_run", CANCEL, "being cancelled already")
        self.refused("cancel_run", {**CANCEL, "run_id": 4711}, "has ended already", "failed")

    def test_a_link_serves_as_well(self):
        link = f"{self.simulator.url}/contoso/Payments/_build/results?buildId=4924"
        self.assertFalse(self.host.call("cancel_run", {"run_url": link}).get("isError"))
        elsewhere = f"{self.simulator.url}/contoso/Secret/_build/results?buildId=9001"
        self.refused("cancel_run", {"run_url": elsewhere}, "Payments")

    def test_whatever_breaks_it_is_sent_at_most_once(self):
        """A write that was sent and whose end isn't known is an error that says so, and is never sent again."""
        unknown = [{"kind": "lost_answer"}, {"kind": "reset"}]
        refused = [
            *({"kind": "status", "status": status} for status in (400, 401, 403, 404, 409)),
            {"kind": "status", "status": 429, "retry_after": 0},
        ]
        either = [*({"kind": "status", "status": status} for status in (500, 502, 503)), {"kind": "html"}, {"kind": "redirect"}]
        for tool, (arguments, _, _) in WRITES.items():
            for faults, ends in ((unknown, {"unknown"}), (refused, None), (either, None)):
                for fault in faults:
                    with self.subTest(tool, fault=fault):
                        self.setUp()
                        self.simulator.fault(method="PATCH", times=5, **fault)
                        result = self.host.call(tool, arguments)
                        self.assertTrue(result.get("isError"), result)
                        self.assertEqual(1, len(self.writes()))
                        status = self.host.audit()[-1]["status"]
                        self.assertNotEqual("success", status)
                        if ends:
                            self.assertIn(status, ends)

    def test_an_answer_that_is_cut_is_not_read_as_success(self):
        self.simulator.fault(method="PATCH", kind="truncated", times=5)
        result = self.host.call("cancel_run", CANCEL)
        self.assertTrue(result.get("isError"), result)
        self.assertEqual(1, len(self.writes()))
        self.assertEqual("unknown", self.host.audit()[-1]["status"])

    def test_a_slow_answer_is_waited_for(self):
        for tool, (arguments, _, _) in WRITES.items():
            self.setUp()
            self.simulator.fault(method="PATCH", kind="slow", delay_ms=50, times=1)
            result = self.host.call(tool, arguments)
            self.assertFalse(result.get("isError"), result)
            self.assertEqual(1, len(self.writes()))

    def test_reads_that_fail_send_nothing(self):
        for tool, (arguments, path, _) in WRITES.items():
            run = path.split("/stages")[0]
            for fault in ({"kind": "truncated"}, {"kind": "html"}, {"kind": "other_project"}, {"kind": "status", "status": 403}):
                with self.subTest(tool, fault=fault):
                    self.setUp()
                    self.simulator.fault(match=run, method="GET", times=20, **fault)
                    self.refused(tool, arguments)

    def test_throttled_reads_are_tried_again(self):
        for tool, (arguments, path, _) in WRITES.items():
            self.setUp()
            self.simulator.fault(match=path.split("/stages")[0], method="GET", kind="status", status=429, retry_after=0, times=1)
            self.assertFalse(self.host.call(tool, arguments).get("isError"))
            self.assertEqual(1, len(self.writes()))

    def test_runs_of_other_projects(self):
        for tool, more in (("retry_stage", {"stage": "Build", "all_jobs": True}), ("cancel_run", {})):
            self.refused(tool, {"project": "Secret", "run_id": 9001, **more}, "Payments")
            self.refused(tool, {"project": "Payments", "run_id": 9001, **more})
            self.refused(tool, {"project": "Payments", "run_id": 6002, **more})
            self.refused(tool, {"project": "Platform", "run_id": 6002, **more})

    def test_runs_that_are_gone(self):
        for run in (1, 4771, 4772):
            self.refused("cancel_run", {**CANCEL, "run_id": run})
            self.refused("retry_stage", {**RETRY, "run_id": run})
        self.refused("retry_stage", {**RETRY, "run_id": 4775}, "no longer kept")
        self.refused("retry_stage", {**RETRY, "run_id": 4776})

    def test_stages_that_are_not_there(self):
        text = self.refused("retry_stage", {**RETRY, "stage": "Deploy\u202e now"}, '"Build"', '"Test"', '"Publish"')
        self.assertNotIn("\u202e", text)
        self.refused("retry_stage", {**RETRY, "stage": "../4712/stages/Build"}, "no stage")

    def test_nobody_decides_in_the_hosts_name(self):
        """Without a credential on behalf of the person there is nobody who could have decided."""
        for run in (4878, 4951, 4952):
            self.refused("decide_approval", self.decision(self.approval(run)))
            self.assertEqual("pending", self.ask(f"Payments/_apis/pipelines/approvals/{self.approval(run)}", "7.2-preview.2")["status"])

    def test_approvals_that_nobody_can_decide_on(self):
        self.refused("decide_approval", self.decision(self.approval(4764)), "not pending", "rejected")
        self.refused("decide_approval", self.decision("aab27959-a5be-4ee3-97ca-f19b3602cd2f"))
        self.refused("decide_approval", self.decision("110"), "classic releases")
        self.refused("decide_approval", self.decision(self.approval(4878), project="Secret"), "Payments")
        self.refused("decide_approval", self.decision(self.approval(4878), project="Platform"))
        self.simulator.fault(match="pipelines/approvals", kind="other_project", times=20)
        self.refused("decide_approval", self.decision(self.approval(4878)))

    def test_the_tools_say_that_they_write(self):
        tools = {tool["name"]: tool for tool in self.host.rpc("tools/list")[1]["result"]["tools"]}
        for name in CONTROL[2]:
            hints = tools[name]["annotations"]
            self.assertEqual((False, True), (hints["readOnlyHint"], hints["destructiveHint"]))
            self.assertFalse(hints.get("idempotentHint"))


class RefusedByDefault(ControlCase):
    def test_without_a_control_block_nothing_is_sent(self):
        for tool, arguments in self.all_three():
            self.refused(tool, arguments)
            self.assertEqual("denied", self.host.audit()[-1]["status"])


class EachBlockByItself(ControlCase):
    """What one of the three blocks allows says nothing of the other two."""

    EDIT = staticmethod(
        with_control("""
            retry_stages: { pipelines: [api-ci], branches: [main], stages: [Build] }
            confirm: never
""")
    )

    def test_only_what_is_listed(self):
        self.refused("cancel_run", CANCEL)
        self.refused("decide_approval", self.decision(self.approval(4878)))
        self.assertFalse(self.host.call("retry_stage", RETRY).get("isError"))
        for run, stage in ((4741, "Build"), (4702, "Test"), (4705, "Build")):  # pipeline, stage, branch
            self.refused("retry_stage", {**RETRY, "run_id": run, "stage": stage, "all_jobs": True})
            self.assertEqual("denied", self.host.audit()[-1]["status"])


class AskedBefore(ControlCase):
    """Where a person has to confirm, a client that can't ask one sends nothing."""

    EDIT = staticmethod(with_control(EVERYTHING.replace("            confirm: never\n", "")))

    def test_without_anybody_to_ask(self):
        for tool, arguments in self.all_three():
            self.refused(tool, arguments)


class ReadOnly(ControlCase):
    EDIT = staticmethod(with_control(EVERYTHING, "\naccess: { read_only: true }\n"))

    def test_every_write_is_stopped(self):
        for tool, arguments in self.all_three():
            self.refused(tool, arguments)


if __name__ == "__main__":
    unittest.main(verbosity=2)
