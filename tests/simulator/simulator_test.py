"""What the simulator does beyond the shape of its answers: sign-in, paging, ranges, runs, faults, data."""

from __future__ import annotations

import http.client
import json
import re
import ssl
import subprocess
import tempfile
import unittest
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from harness import HERE, Answer, Simulator

V = "api-version=7.1"
PAYMENTS = "/contoso/Payments/_apis"
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z ")
PLAIN = {"Accept": "text/plain"}
BROKEN = (ConnectionError, http.client.HTTPException)


class SimulatorTest(unittest.TestCase):
    simulator: ClassVar[Simulator]

    @classmethod
    def setUpClass(cls) -> None:
        cls.simulator = cls.enterClassContext(Simulator())

    def setUp(self) -> None:
        for method, path in (("DELETE", "/_faults"), ("POST", "/_reset"), ("DELETE", "/_requests")):
            self.simulator.ask(path, method, token=None)

    def get(self, path: str, version: str = "7.1") -> Any:
        return self.simulator.get(path, version)

    def assert_error(self, answer: Answer, status: int, key: str) -> None:
        self.assertEqual(status, answer.status, answer.body[:200])
        body = answer.json()
        self.assertEqual(key, body["typeKey"])
        self.assertTrue({"$id", "innerException", "message", "typeName", "errorCode", "eventId"} <= set(body))

    def log(self, run: int, log: int, query: str = "") -> list[str]:
        answer = self.simulator.ask(f"{PAYMENTS}/build/builds/{run}/logs/{log}?{V}{query}", headers=PLAIN)
        self.assertTrue(answer.headers["content-type"].startswith("text/plain"))
        return answer.text().splitlines() if "\r" not in answer.text() else answer.text().split("\n")[:-1]


class SignInTest(SimulatorTest):
    def test_both_schemes_are_let_in(self) -> None:
        basic = "Basic OnNpbXVsYXRvci10b2tlbg=="  # ":simulator-token"
        for value in ("Bearer simulator-token", basic):
            answer = self.simulator.ask(f"/contoso/_apis/projects?{V}", headers={"Authorization": value})
            self.assertEqual(200, answer.status)

    def test_others_get_the_sign_in_page(self) -> None:
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic Ondyb25n"}):
            answer = self.simulator.ask(f"/contoso/_apis/projects?{V}", headers=headers, token=None)
            self.assertEqual(203, answer.status)
            self.assertTrue(answer.headers["content-type"].startswith("text/html"))

    def test_added_tokens_are_known_by_name(self) -> None:
        self.simulator.ask("/_identities", "POST", {"token": "t-1", "identity": "avery"}, token=None)
        self.simulator.ask("/_identities", "POST", {"token": "t-2", "identity": "bot", "may_queue": False}, token=None)
        start = {"resources": {"repositories": {"self": {"refName": "refs/heads/main"}}}}
        asked = (("t-1", 200), ("t-2", 403), ("simulator-token", 200), ("t-3", 203))
        for token, status in asked:
            answer = self.simulator.ask(f"{PAYMENTS}/pipelines/20/runs?{V}", "POST", start, token=token)
            self.assertEqual(status, answer.status, answer.body)
        self.assertEqual(200, self.simulator.ask(f"/contoso/_apis/projects?{V}", token="t-2").status)
        askers = [one["identity"] for one in self.simulator.ask("/_requests", token=None).json()]
        self.assertEqual(["avery", "bot", "simulator", None, "bot"], askers)
        self.simulator.ask("/_identities", "DELETE", token=None)
        self.assertEqual(203, self.simulator.ask(f"/contoso/_apis/projects?{V}", token="t-1").status)

    def test_identities_that_say_nothing_are_refused(self) -> None:
        for wrong in ([], {}, {"token": "x"}, {"token": "", "identity": "a"}, {"token": "x", "identity": 7}):
            answer = self.simulator.ask("/_identities", "POST", wrong, token=None)
            self.assertEqual(400, answer.status, wrong)

    def test_token_of_the_command_line(self) -> None:
        with Simulator("--token", "other") as simulator:
            self.assertEqual(203, simulator.ask(f"/contoso/_apis/projects?{V}").status)
            self.assertEqual(200, simulator.ask(f"/contoso/_apis/projects?{V}", token="other").status)


class ErrorTest(SimulatorTest):
    def test_refusals(self) -> None:
        cases = (
            (f"{PAYMENTS}/nope?{V}", 404, "HttpException"),
            (f"/fabrikam/Payments/_apis/build/builds?{V}", 404, "HttpException"),
            (f"/contoso/Nope/_apis/build/builds?{V}", 404, "ProjectDoesNotExistWithNameException"),
            (
                f"/contoso/00000000-0000-0000-0000-000000000000/_apis/build/builds?{V}",
                404,
                "ProjectDoesNotExistException",
            ),
            (f"{PAYMENTS}/build/builds/1?{V}", 404, "BuildNotFoundException"),
            (f"{PAYMENTS}/build/builds/9001?{V}", 404, "BuildNotFoundException"),
            (f"{PAYMENTS}/build/builds/4711/logs/999?{V}", 404, "BuildLogNotFoundException"),
            (f"{PAYMENTS}/pipelines/99?{V}", 404, "PipelineNotFoundException"),
            (f"/vsrm{PAYMENTS}/release/releases/1?{V}", 404, "ReleaseNotFoundException"),
            (f"{PAYMENTS}/build/builds", 400, "VssVersionNotSpecifiedException"),
            (f"{PAYMENTS}/build/builds?api-version=9.0", 400, "VssVersionOutOfRangeException"),
            (
                f"/vstmr{PAYMENTS}/testresults/resultsbybuild?buildId=4724&{V}",
                400,
                "VssInvalidPreviewVersionException",
            ),
            (f"{PAYMENTS}/build/builds?{V}&$top=many", 400, "VssPropertyValidationException"),
            (f"{PAYMENTS}/build/builds?{V}&continuationToken=made-up", 400, "VssPropertyValidationException"),
        )
        for path, status, key in cases:
            with self.subTest(path=path):
                self.assert_error(self.simulator.ask(path), status, key)

    def test_unsupported_method(self) -> None:
        self.assertEqual(405, self.simulator.ask(f"{PAYMENTS}/build/builds/4711?{V}", "DELETE").status)

    def test_version_may_stand_in_the_accept_header(self) -> None:
        headers = {"Accept": "application/json;api-version=7.1"}
        self.assertEqual(200, self.simulator.ask(f"{PAYMENTS}/build/builds/4711", headers=headers).status)


class ListTest(SimulatorTest):
    def pages(self, path: str) -> list[list[Any]]:
        found: list[list[Any]] = []
        token = None
        while True:
            more = f"&continuationToken={quote(token, safe='')}" if token else ""
            answer = self.simulator.ask(f"{path}&{V}{more}")
            self.assertEqual(200, answer.status, answer.body[:200])
            found.append(answer.json()["value"])
            token = answer.headers.get("x-ms-continuationtoken")
            if not token:
                return found

    def test_paging_gives_every_item_once(self) -> None:
        for path, top, names in (
            (f"{PAYMENTS}/build/builds?definitions=20", 25, "$top"),
            (f"{PAYMENTS}/build/builds?definitions=20&queryOrder=finishTimeAscending", 7, "$top"),
            (f"{PAYMENTS}/pipelines?", 5, "$top"),
            (f"/vsrm{PAYMENTS}/release/deployments?queryOrder=ascending", 10, "$top"),
            (f"/vsrm{PAYMENTS}/release/approvals?statusFilter=undefined", 1, "top"),
        ):
            with self.subTest(path=path):
                pages = self.pages(f"{path}&{names}={top}")
                flat = [each["id"] for page in pages for each in page]
                self.assertGreater(len(pages), 1)
                self.assertEqual(len(flat), len(set(flat)))
                self.assertEqual(sorted(flat), sorted(each["id"] for each in self.pages(f"{path}&{names}=100")[0]))
                self.assertTrue(all(len(page) == top for page in pages[:-1]))

    def test_filters(self) -> None:
        def ids(query: str) -> list[int]:
            return [each["id"] for each in self.get(f"{PAYMENTS}/build/builds?{query}")["value"]]

        newest_good = "definitions=12&branchName=refs/heads/main&resultFilter=succeeded&$top=1"
        self.assertEqual([4702], ids(newest_good))
        self.assertEqual([4711, 4702], ids("buildIds=4702,4711"))
        self.assertEqual([], ids("definitions=12&branchName=main"))
        self.assertEqual([4877], ids("statusFilter=cancelling"))
        self.assertEqual([4746], ids("requestedFor=robin@contoso.example&resultFilter=canceled&definitions=52"))
        self.assertEqual([4711], ids("definitions=12&minTime=2026-11-23T09:59:00Z&maxTime=2026-11-23T10:01:00Z"))
        self.assertEqual([4711], ids("buildNumber=20261123.4&definitions=12"))
        several = self.get(f"{PAYMENTS}/build/builds?resultFilter=failed,canceled&statusFilter=completed")["value"]
        self.assertEqual({"failed", "canceled"}, {each["result"] for each in several})

    def test_every_state_is_there(self) -> None:
        builds = self.get(f"{PAYMENTS}/build/builds")["value"]
        states = {(each["status"], each.get("result")) for each in builds}
        done = {("completed", result) for result in ("succeeded", "partiallySucceeded", "failed", "canceled")}
        still = {(status, None) for status in ("notStarted", "inProgress", "cancelling", "postponed")}
        self.assertEqual(done | still, states)

    def test_projects_by_name_in_any_case_and_by_id(self) -> None:
        project = self.get("/contoso/_apis/projects/pAYMENTS")
        self.assertEqual("Payments", project["name"])
        for name in ("payments", project["id"], project["id"].upper()):
            self.assertEqual(4711, self.get(f"/contoso/{name}/_apis/build/builds/4711")["id"])
        self.assertEqual(9001, self.get("/contoso/secret/_apis/build/builds/9001")["id"])
        self.assertEqual([], self.get("/vsrm/contoso/Platform/_apis/release/deployments")["value"])

    def test_deployments_by_environment_and_status(self) -> None:
        path = f"/vsrm{PAYMENTS}/release/deployments"
        production = self.get(f"{path}?definitionEnvironmentId=3")["value"]
        self.assertEqual({"Prod"}, {each["releaseEnvironment"]["name"] for each in production})
        failed = self.get(f"{path}?deploymentStatus=failed")["value"]
        self.assertEqual({"failed"}, {each["deploymentStatus"] for each in failed})
        pending = self.get(f"/vsrm{PAYMENTS}/release/approvals")["value"]
        self.assertEqual([110, 108], [each["release"]["id"] for each in pending])

    def test_release_task_log(self) -> None:
        release = self.get(f"/vsrm{PAYMENTS}/release/releases/109")
        phase = release["environments"][1]["deploySteps"][0]["releaseDeployPhases"][0]
        task = phase["deploymentJobs"][0]["tasks"][-1]
        self.assertEqual("failed", task["status"])
        path = task["logUrl"].partition(str(self.simulator.port))[2]
        self.assertIn("package-lock.json", self.simulator.ask(f"{path}?{V}").text())

    def test_branches(self) -> None:
        refs = self.get(f"{PAYMENTS}/git/repositories/web/refs?filter=heads/feature")["value"]
        self.assertEqual(["refs/heads/feature/x"], [each["name"] for each in refs])
        self.assert_error(
            self.simulator.ask(f"{PAYMENTS}/git/repositories/nope/refs?{V}"), 404, "GitRepositoryNotFoundException"
        )

    def test_changes_since_the_last_good_run(self) -> None:
        changes = self.get(f"{PAYMENTS}/build/changes?fromBuildId=4702&toBuildId=4711")["value"]
        self.assertEqual("Refund: return the balance afterwards", changes[0]["message"])
        self.assertEqual(changes[0]["id"], self.get(f"{PAYMENTS}/build/builds/4711")["sourceVersion"])


class LogTest(SimulatorTest):
    def test_range_is_inclusive_and_counts_from_one(self) -> None:
        whole = self.log(4711, 4)
        self.assertEqual(whole[2:5], self.log(4711, 4, "&startLine=3&endLine=5"))
        self.assertEqual(whole[-2:], self.log(4711, 4, f"&startLine={len(whole) - 1}&endLine=999"))
        self.assertEqual([], self.log(4711, 4, "&startLine=999"))
        self.assertTrue(all(STAMP.match(line) for line in whole))

    def test_json_has_the_same_lines(self) -> None:
        answer = self.get(f"{PAYMENTS}/build/builds/4711/logs/4?startLine=10&endLine=12")
        self.assertEqual(self.log(4711, 4, "&startLine=10&endLine=12"), answer["value"])
        self.assertEqual(3, answer["count"])

    def test_the_huge_log(self) -> None:
        logs = self.get(f"{PAYMENTS}/build/builds/4800/logs")["value"]
        huge = [each for each in logs if each["lineCount"] == 200_000]
        self.assertEqual((48, 1), (len(logs), len(huge)))
        path = f"{PAYMENTS}/build/builds/4800/logs/{huge[0]['id']}?{V}"
        text = self.simulator.ask(path, headers=PLAIN).body
        self.assertAlmostEqual(29e6, len(text), delta=1e6)
        lines = text.decode().splitlines()
        self.assertEqual(200_000, len(lines))
        self.assertEqual([124_000], [n for n, line in enumerate(lines, 1) if " error: " in line])
        self.assertIn("##[error]Bash exited with code '1'.", lines[-2])
        self.assertEqual(lines[123_990:124_010], self.log(4800, huge[0]["id"], "&startLine=123991&endLine=124010"))

    def test_line_counts_are_true(self) -> None:
        for run in (4711, 4742, 4748):
            for each in self.get(f"{PAYMENTS}/build/builds/{run}/logs")["value"]:
                self.assertEqual(each["lineCount"], len(self.log(run, each["id"])))

    def test_issues_point_at_their_line(self) -> None:
        for run in (4711, 4733, 4748):
            for record in self.get(f"{PAYMENTS}/build/builds/{run}/timeline")["records"]:
                for issue in record.get("issues", []):
                    number = int(issue["data"]["logFileLineNumber"])
                    self.assertTrue(self.log(run, record["log"]["id"])[number - 1].endswith(issue["message"]))

    def test_table_of_the_readme_is_true(self) -> None:
        """Every row's cause stands in the log and line that the row names, or in an issue where it names none."""
        rows = re.findall(
            r"^\| (\d+) \| (\w+) \| .*? \| .*? \| (\d+|—) \| (\d+|—) \| `(.*?)` \|$",
            (HERE / "README.md").read_text(encoding="utf-8"),
            re.MULTILINE,
        )
        self.assertGreater(len(rows), 20)
        for run, project, log, line, cause in rows:
            with self.subTest(run=run):
                self.assertEqual("Payments", project)
                if log == "—":
                    self.assertIn(cause, str(self.get(f"{PAYMENTS}/build/builds/{run}/timeline")["records"]))
                    continue
                found = self.log(int(run), int(log), f"&startLine={line}&endLine={line}")
                self.assertIn(cause, ANSI.sub("", found[0].replace("\x1b[K", "")))


class TimelineTest(SimulatorTest):
    def records(self, run: int, timeline: str = "") -> list[dict[str, Any]]:
        path = f"{PAYMENTS}/build/builds/{run}/timeline{timeline and '/' + timeline}"
        found: list[dict[str, Any]] = self.get(path)["records"]
        return found

    def test_every_parent_is_there(self) -> None:
        for run in (4711, 4741, 4742, 4800):
            records = self.records(run)
            ids = {each["id"] for each in records}
            self.assertEqual(len(records), len(ids))
            self.assertTrue(all(each["parentId"] in ids for each in records if each["type"] != "Stage"))

    def test_earlier_attempt_can_be_read(self) -> None:
        last = next(each for each in self.records(4742) if each["type"] == "Stage" and each["name"] == "Test")
        self.assertEqual((2, 1), (last["attempt"], len(last["previousAttempts"])))
        earlier = self.records(4742, last["previousAttempts"][0]["timelineId"])
        first = next(each for each in earlier if each["id"] == last["previousAttempts"][0]["recordId"])
        self.assertEqual(("Test", "failed", 1), (first["name"], first["result"], first["attempt"]))
        failed = [each["name"] for each in earlier if each["type"] == "Job" and each["result"] == "failed"]
        self.assertEqual(["Chrome"], failed)

    def test_every_checkpoint_is_called_alike_and_of_the_first_attempt(self) -> None:
        for run in (4711, 4764, 4766, 4878):
            found = [each for each in self.records(run) if each["type"] == "Checkpoint"]
            self.assertTrue(found)
            said = {(each["identifier"], each["attempt"], "order" in each) for each in found}
            self.assertEqual({("Checkpoint", 1, False)}, said)

    def test_a_machine_taken_away_leaves_tasks_without_time(self) -> None:
        for run in (4761, 4762):
            lost = [each for each in self.records(run) if each["result"] == "abandoned"]
            self.assertEqual(5, len(lost))
            for each in lost:
                self.assertEqual((each["finishTime"], None, None), (each["startTime"], each["log"], each.get("issues")))

    def test_a_refused_check_fails_its_checkpoint(self) -> None:
        for run, stage in ((4764, "failed"), (4765, "skipped"), (4766, "failed")):
            records = self.records(run)
            parts = {each["id"]: each for each in records}
            check = next(each for each in records if each["type"] == "Checkpoint.Approval")
            whole = parts[check["parentId"]]
            results = (check["result"], whole["result"], parts[whole["parentId"]]["result"])
            self.assertEqual((stage, "failed", stage), results)

    def test_the_matrix_has_a_log_a_job(self) -> None:
        failed = [each for each in self.records(4763) if each["type"] == "Task" and each["result"] == "failed"]
        self.assertEqual((20, 20), (len(failed), len({each["log"]["id"] for each in failed})))

    def test_stage_waits_for_approval(self) -> None:
        records = {each["type"]: each for each in self.records(4878)}
        self.assertEqual(
            ("inProgress", None), (records["Checkpoint.Approval"]["state"], records["Checkpoint"]["result"])
        )
        self.assertEqual("pending", records["Stage"]["state"])

    def test_no_plan_no_content(self) -> None:
        answer = self.simulator.ask(f"{PAYMENTS}/build/builds/4876/timeline?{V}")
        self.assertEqual((204, b""), (answer.status, answer.body))


class GoneTest(SimulatorTest):
    """What is no longer kept, and the runs of pull requests."""

    def ids(self, query: str) -> list[int]:
        return [each["id"] for each in self.get(f"{PAYMENTS}/build/builds?{query}")["value"]]

    def test_a_deleted_run_is_told_without_details(self) -> None:
        build = self.get(f"{PAYMENTS}/build/builds/4771")
        self.assertEqual((True, "Robin Example"), (build["deleted"], build["deletedBy"]["displayName"]))
        self.assertTrue(build["deletedDate"].startswith("2026-11-20"))
        self.assertEqual(204, self.simulator.ask(f"{PAYMENTS}/build/builds/4771/timeline?{V}").status)
        self.assertEqual([], self.get(f"{PAYMENTS}/build/builds/4771/logs")["value"])
        log = self.simulator.ask(f"{PAYMENTS}/build/builds/4771/logs/1?{V}")
        self.assert_error(log, 404, "BuildLogNotFoundException")
        self.assertNotIn("deleted", self.get(f"{PAYMENTS}/build/builds/4711"))

    def test_lists_hold_deleted_runs_only_when_asked(self) -> None:
        self.assertEqual([], self.ids("buildIds=4771"))
        self.assertEqual([4771], self.ids("buildIds=4771&deletedFilter=includeDeleted"))
        self.assertEqual([4711], self.ids("buildIds=4711&deletedFilter=includeDeleted"))
        self.assertEqual([4772, 4771], self.ids("deletedFilter=onlyDeleted"))
        self.assert_error(
            self.simulator.ask(f"{PAYMENTS}/build/builds?{V}&deletedFilter=some"), 400, "VssPropertyValidationException"
        )

    def test_some_logs_are_gone_and_others_there(self) -> None:
        records = self.get(f"{PAYMENTS}/build/builds/4773/timeline")["records"]
        failed = [each["log"]["id"] for each in records if each["type"] == "Task" and each["result"] == "failed"]
        self.assertEqual([3, 8], failed)
        statuses = [
            self.simulator.ask(f"{PAYMENTS}/build/builds/{run}/logs/{log}?{V}").status
            for run in (4773, 4774)
            for log in failed
        ]
        self.assertEqual([404, 200, 404, 404], statuses)
        self.assert_error(
            self.simulator.ask(f"{PAYMENTS}/build/builds/4775/timeline?{V}"), 404, "TimelineNotFoundException"
        )

    def test_pull_requests_say_whose_they_are(self) -> None:
        github = self.get(f"{PAYMENTS}/build/builds/4781")
        self.assertEqual(("GitHub", "123"), (github["requestedFor"]["displayName"], github["triggerInfo"]["pr.number"]))
        self.assertEqual("main", json.loads(github["parameters"])["system.pullRequest.targetBranch"])
        self.assertEqual([4781], self.ids("definitions=58&branchName=refs/pull/123/merge"))
        self.assertEqual([4780], self.ids("definitions=58&branchName=refs/heads/main"))
        azure = self.get(f"{PAYMENTS}/build/builds/4783")
        self.assertNotIn("pr.title", azure["triggerInfo"])
        self.assertEqual("refs/heads/main", json.loads(azure["parameters"])["system.pullRequest.targetBranch"])

    def test_a_tfvc_branch_is_a_path(self) -> None:
        self.assertEqual([4785, 4784], self.ids("branchName=$/Payments/Main"))
        self.assertEqual([], self.ids("branchName=refs/heads/$/Payments/Main"))
        definition = self.get(f"{PAYMENTS}/build/definitions/59")
        self.assertEqual("$/Payments/Main", definition["repository"]["defaultBranch"])


class RunTest(SimulatorTest):
    RUNS = f"{PAYMENTS}/pipelines/20/runs"

    def body(self, branch: str, **more: Any) -> dict[str, Any]:
        return {"resources": {"repositories": {"self": {"refName": branch}}}, **more}

    def start(self, branch: str, **more: Any) -> Answer:
        return self.simulator.ask(f"{self.RUNS}?{V}", "POST", self.body(branch, **more))

    def test_a_run_is_queued_on_its_branch(self) -> None:
        run = self.start("refs/heads/feature/x", templateParameters={"colour": "blue"}, stagesToSkip=["Deploy"]).json()
        self.assertEqual((5000, "inProgress"), (run["id"], run["state"]))
        self.assertEqual("refs/heads/feature/x", run["resources"]["repositories"]["self"]["refName"])
        self.assertEqual({"colour": "blue"}, run["templateParameters"])
        build = self.get(f"{PAYMENTS}/build/builds/5000")
        self.assertEqual(("notStarted", "refs/heads/feature/x"), (build["status"], build["sourceBranch"]))
        records = self.get(f"{PAYMENTS}/build/builds/5000/timeline")["records"]
        skipped = [each["name"] for each in records if each["type"] == "Stage" and each["result"] == "skipped"]
        self.assertEqual(["Deploy"], skipped)
        self.assertEqual(5001, self.start("refs/heads/main").json()["id"])
        self.simulator.ask("/_reset", "POST", token=None)
        self.assertEqual(5000, self.start("refs/heads/main").json()["id"])

    def test_refused_runs(self) -> None:
        answer = self.start("refs/heads/nope")
        self.assert_error(answer, 400, "PipelineValidationException")
        self.assertIn("Could not get the latest source version", answer.json()["message"])
        self.assert_error(self.start("refs/heads/main", stagesToSkip=["Fly"]), 400, "PipelineValidationException")
        self.assert_error(
            self.simulator.ask(f"{PAYMENTS}/pipelines/99/runs?{V}", "POST", {}), 404, "PipelineNotFoundException"
        )

    def test_missing_parameters_are_all_told(self) -> None:
        path = f"{PAYMENTS}/pipelines/60"
        body = self.body("refs/heads/main", templateParameters={"ring": "1"})
        answer = self.simulator.ask(f"{path}/runs?{V}", "POST", body)
        self.assert_error(answer, 400, "BuildRequestValidationFailedException")
        results = answer.json()["customProperties"]["ValidationResults"]
        missing = [each["message"].split("'")[1] for each in results]
        self.assertEqual(["environment", "region", "owner", "ticket", "size"], missing)
        answer = self.simulator.ask(f"{path}/preview?{V}", "POST", body)
        self.assert_error(answer, 400, "PipelineValidationException")
        self.assertEqual(5, len(answer.json()["message"].splitlines()))
        values = dict.fromkeys(("environment", "region", "ring", "owner", "ticket", "size"), "x")
        answer = self.simulator.ask(f"{path}/runs?{V}", "POST", self.body("refs/heads/main", templateParameters=values))
        self.assertEqual(200, answer.status, answer.body[:200])

    def test_a_tfvc_branch_is_started_as_it_is(self) -> None:
        run = self.simulator.ask(f"{PAYMENTS}/pipelines/59/runs?{V}", "POST", self.body("$/Payments/Main")).json()
        self.assertEqual("$/Payments/Main", run["resources"]["repositories"]["self"]["refName"])
        self.assert_error(
            self.simulator.ask(f"{PAYMENTS}/pipelines/59/runs?{V}", "POST", self.body("refs/heads/$/Payments/Main")),
            400,
            "PipelineValidationException",
        )

    def ref(self, repository: str, name: str, query: str = "") -> list[dict[str, Any]]:
        number = self.get(f"{PAYMENTS}/build/definitions/20")["repository"]["id"] if repository == "web" else repository
        path = f"{PAYMENTS}/git/repositories/{number}/refs?filter={name}{query}"
        return self.get(path)["value"]  # type: ignore[no-any-return]

    def test_a_filter_is_the_start_of_a_reference(self) -> None:
        self.assertEqual(["refs/heads/main"], [each["name"] for each in self.ref("web", "heads/ma")])
        found = [each["name"] for each in self.ref("web", "heads/")]
        self.assertEqual(["refs/heads/feature/x", "refs/heads/main", "refs/heads/release/1.0"], found)
        self.assertEqual([], self.ref("web", "heads/nope"))
        nobody = f"{PAYMENTS}/git/repositories/6f1d2a80-0000-4000-8000-000000000000/refs?{V}"
        self.assert_error(self.simulator.ask(nobody), 404, "GitRepositoryNotFoundException")

    def test_a_tag_is_peeled_when_asked(self) -> None:
        plain, peeled = self.ref("web", "tags/v1.0")[0], self.ref("web", "tags/v1.0", "&peelTags=true")[0]
        self.assertNotIn("peeledObjectId", plain)
        self.assertEqual(self.ref("web", "heads/release/1.0")[0]["objectId"], peeled["peeledObjectId"])
        self.assertNotEqual(peeled["objectId"], peeled["peeledObjectId"])

    def test_a_pinned_commit_is_what_runs(self) -> None:
        before = self.ref("web", "heads/main")[0]["objectId"]
        pushed = {"repository": "web", "branch": "refs/heads/main"}
        after = self.simulator.ask("/_push", "POST", pushed, token=None).json()["commit"]
        self.assertEqual(after, self.ref("web", "heads/main")[0]["objectId"])
        for version, runs in ((None, after), (before, before)):
            body = self.body("refs/heads/main")
            if version:
                body["resources"]["repositories"]["self"]["version"] = version
            run = self.simulator.ask(f"{self.RUNS}?{V}", "POST", body).json()
            self.assertEqual(runs, run["resources"]["repositories"]["self"]["version"])
            self.assertEqual(runs, self.get(f"{PAYMENTS}/build/builds/{run['id']}")["sourceVersion"])
        body["resources"]["repositories"]["self"]["version"] = "0" * 40
        self.assert_error(self.simulator.ask(f"{self.RUNS}?{V}", "POST", body), 400, "PipelineValidationException")

    def test_pipelines_lie_in_folders_and_can_be_moved(self) -> None:
        self.assertEqual("\\evil", self.get(f"{PAYMENTS}/build/definitions/64")["path"])
        moved = {"id": 20, "name": "harmless", "folder": "\\attic"}
        self.assertEqual(200, self.simulator.ask("/_pipelines", "POST", moved, token=None).status)
        found = self.get(f"{PAYMENTS}/build/definitions/20")
        self.assertEqual(("harmless", "\\attic"), (found["name"], found["path"]))

    def test_previews_start_nothing(self) -> None:
        asked = self.body("refs/heads/main", templateParameters={"colour": "blue"}, stagesToSkip=["Deploy"])
        preview = self.simulator.ask(f"{PAYMENTS}/pipelines/20/preview?{V}", "POST", asked).json()
        self.assertIn('value: "blue"', preview["finalYaml"])
        self.assertIn("condition: false", preview["finalYaml"])
        self.assertEqual(
            preview["finalYaml"], self.start("refs/heads/main", **asked | {"previewRun": True}).json()["finalYaml"]
        )
        self.assertEqual([], self.get(f"{PAYMENTS}/build/builds?statusFilter=notStarted&buildIds=5000")["value"])

    def test_lost_answer_has_started_the_run(self) -> None:
        self.simulator.fault(match="/runs", method="POST", kind="lost_answer")
        with self.assertRaises(BROKEN):
            self.start("refs/heads/main")
        self.assertEqual(5000, self.get(f"{PAYMENTS}/build/builds/5000")["id"])

    def test_wrong_branch(self) -> None:
        self.simulator.fault(match="/runs", kind="wrong_branch")
        run = self.start("refs/heads/feature/x").json()
        self.assertEqual("refs/heads/main", run["resources"]["repositories"]["self"]["refName"])


class FaultTest(SimulatorTest):
    PATH = f"{PAYMENTS}/build/builds/4711?{V}"

    def test_status_with_retry_after_the_asked_number_of_times(self) -> None:
        self.simulator.fault(match="/builds/4711", kind="status", status=429, retry_after=1, times=2, skip=1)
        statuses = [self.simulator.ask(self.PATH).status for _ in range(4)]
        self.assertEqual([200, 429, 429, 200], statuses)
        self.simulator.fault(match="/builds/4711", kind="status", status=429, retry_after=1)
        answer = self.simulator.ask(self.PATH)
        self.assertEqual("1", answer.headers["retry-after"])
        self.assertIn("TF400733", answer.json()["message"])

    def test_only_what_matches(self) -> None:
        self.simulator.fault(match="/timeline", method="POST", kind="status", status=503)
        self.assertEqual(200, self.simulator.ask(self.PATH).status)
        self.assertEqual(200, self.simulator.ask(f"{PAYMENTS}/build/builds/4711/timeline?{V}").status)

    def test_reset_comes_before_any_byte(self) -> None:
        self.simulator.fault(kind="reset")
        with self.assertRaises(ConnectionError):
            self.simulator.ask(self.PATH)
        self.assertEqual(200, self.simulator.ask(self.PATH).status)

    def test_truncated(self) -> None:
        self.simulator.fault(kind="truncated")
        with self.assertRaises(http.client.IncompleteRead) as caught:
            self.simulator.ask(self.PATH)
        self.assertGreater(len(caught.exception.partial), 100)

    def test_slow_is_whole_in_the_end(self) -> None:
        self.simulator.fault(kind="slow", delay_ms=5)
        answer = self.simulator.ask(self.PATH)
        self.assertEqual("chunked", answer.headers["transfer-encoding"])
        self.assertEqual(4711, answer.json()["id"])

    def test_sign_in_page_and_redirect(self) -> None:
        self.simulator.fault(kind="html")
        self.simulator.fault(kind="redirect")
        first, second = self.simulator.ask(self.PATH), self.simulator.ask(self.PATH)
        self.assertEqual((203, 302), (first.status, second.status))
        self.assertIn("Sign In", first.text())
        self.assertTrue(second.headers["location"].endswith("/_signin"))

    def test_other_project(self) -> None:
        self.simulator.fault(kind="other_project")
        self.assertEqual("Secret", self.simulator.ask(self.PATH).json()["project"]["name"])

    def test_mistakes_in_a_fault_are_said(self) -> None:
        faults: tuple[Any, ...] = ({"kind": "explode"}, {"kind": "reset", "colour": "red"}, [], None)
        for fault in faults:
            with self.subTest(fault=fault):
                answer = self.simulator.ask("/_faults", "POST", fault, token=None)
                self.assertEqual(400, answer.status)
                self.assertTrue(answer.json()["error"])


class ServerTest(SimulatorTest):
    def test_requests_are_recorded_without_tokens(self) -> None:
        connection = self.simulator.connect()
        for _ in range(2):
            self.simulator.ask(f"{PAYMENTS}/build/builds/4711?{V}", connection=connection)
        connection.close()
        self.simulator.ask(f"/contoso/_apis/projects?{V}", token=None)
        answer = self.simulator.ask("/_requests", token=None)
        self.assertNotIn("simulator-token", answer.text())
        first, second, third = answer.json()
        self.assertEqual((f"{PAYMENTS}/build/builds/4711", V), (first["path"], first["query"]))
        self.assertEqual(first["connection"], second["connection"])
        self.assertNotEqual(first["connection"], third["connection"])
        self.assertEqual([True, True, False], [first["authorized"], second["authorized"], third["authorized"]])

    def test_too_large_a_body_is_refused(self) -> None:
        connection = self.simulator.connect()
        connection.putrequest("POST", f"{PAYMENTS}/pipelines/20/runs?{V}")
        connection.putheader("Content-Length", str((1 << 20) + 1))
        connection.endheaders()
        self.assertEqual(413, connection.getresponse().status)
        connection.close()

    def test_ends_cleanly(self) -> None:
        with Simulator() as simulator:
            idle = simulator.connect()
            simulator.ask(f"/contoso/_apis/projects?{V}", connection=idle)
        self.assertEqual(0, simulator.exit_code)
        idle.close()

    def test_tls(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            certificate, key = Path(folder, "cert.pem"), Path(folder, "key.pem")
            make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
            make += f" -addext subjectAltName=IP:127.0.0.1 -keyout {key} -out {certificate}"
            subprocess.run(make.split(), check=True, capture_output=True)
            with Simulator("--tls", str(certificate), str(key)) as simulator:
                self.assertIn("ready on https://", simulator.ready_line)
                context = ssl.create_default_context(cafile=str(certificate))
                connection = http.client.HTTPSConnection("127.0.0.1", simulator.port, context=context, timeout=60)
                self.assertEqual(200, simulator.ask(f"/contoso/_apis/projects?{V}", connection=connection).status)
                connection.close()


del SimulatorTest  # holds no tests of its own

if __name__ == "__main__":
    unittest.main(verbosity=2)
