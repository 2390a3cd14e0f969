"""From a build's stages to its timeline records and numbered logs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from .agent import TASKS, Agent
from .ids import EPOCH, guid, iso
from .logs import JoinedLog, Log, TextLog
from .model import Build, Issue, Job, Stage, Task

Record = dict[str, Any]


@dataclass
class NumberedLog:
    id: int
    log: Log
    created: datetime


@dataclass
class Timeline:
    id: str
    records: list[Record]


@dataclass
class Plan:
    """One Timeline an attempt (the last is the current one), and the logs of all."""

    timelines: list[Timeline] = field(default_factory=list)
    logs: dict[int, NumberedLog] = field(default_factory=dict)


def plan_of(build: Build, url: str) -> Plan:
    """`url` is the build's own REST address, under which records and logs lie."""
    plan = Plan()
    for number, stages in enumerate(build.attempts or [[]], 1):
        final = number == max(1, len(build.attempts))
        timeline_id = guid("timeline", build.id, "" if final else number)
        writer = _Writer(build, url, plan, number)
        earlier = plan.timelines[-1].records if plan.timelines else []
        for order, stage in enumerate(stages, 1):
            if stage.attempt < number:  # not run again: its records stay as they were
                writer.keep(earlier, stage.name)
            else:
                writer.stage(stage, order)
        plan.timelines.append(Timeline(timeline_id, writer.records))
    return plan


class _Writer:
    def __init__(self, build: Build, url: str, plan: Plan, attempt: int) -> None:
        self._build = build
        self._url = url
        self._plan = plan
        self._attempt = attempt
        self._agent = Agent(build)
        self._now = (build.start_time or build.queue_time) + timedelta(hours=attempt - 1)
        self.records: list[Record] = []

    def keep(self, earlier: list[Record], stage_name: str) -> None:
        """Takes over a stage's records from the attempt before."""
        kept: set[str] = set()
        for record in earlier:
            if record["name"] == stage_name and record["type"] == "Stage" or record["parentId"] in kept:
                kept.add(record["id"])
                self.records.append(record)

    def stage(self, stage: Stage, order: int) -> None:
        begin = self._now
        record = self._record("Stage", stage.name, None, order, stage, stage.name.replace(" ", "_"))
        self._checkpoints(stage, record)
        ends = []
        for number, job in enumerate(stage.jobs, 1):
            self._now = begin
            ends.append(self._phase(job, number, record, stage))
        self._now = max(ends, default=begin)
        self._close(record, begin, self._now, stage.state, stage.result)

    def _checkpoints(self, stage: Stage, parent: Record) -> None:
        """As in recorded timelines every Checkpoint has that identifier, no order, and attempt 1 in a retried stage."""
        if not stage.checkpoints:
            return
        checkpoint = self._record("Checkpoint", "Checkpoint", parent, 1, Task("Checkpoint"), "Checkpoint")
        del checkpoint["order"]
        open_, done = ("inProgress", None), ("completed", "succeeded")
        waiting = open_ if stage.state == "pending" else done
        whole = ("completed", "failed") if stage.refused else waiting
        self._close(checkpoint, self._now, self._now, *whole)
        for number, kind in enumerate(stage.checkpoints, 1):
            check = self._record(kind, kind, checkpoint, number, Task(kind), None)
            check["identifier"] = check["id"]
            ending = done if kind == "Checkpoint.Authorization" else waiting
            if kind == stage.refused:
                ending = ("completed", stage.refusal)
            self._close(check, self._now, self._now, *ending)

    def _phase(self, job: Job, order: int, parent: Record, stage: Stage) -> datetime:
        begin = self._now
        identifier = f"{stage.name}.{job.name}".replace(" ", "_")
        phase = self._record("Phase", job.name, parent, order, job, identifier)
        phase["previousAttempts"] = []  # the service names those of stages and jobs only
        record = self._record("Job", job.name, phase, 1, job, f"{identifier}.__default")
        logs = [log for n, task in enumerate(job.tasks, 1) if (log := self._task(task, n, record, job.agent))]
        record["issues"] = [self._issue(issue, None) for issue in job.issues]
        record["queueId"] = job.queue
        if job.tasks:
            record["workerName"] = job.agent
        if logs and job.joined_log:
            record["log"] = self._number(JoinedLog(logs))
        self._close(record, begin, self._now, job.state, job.result)
        waits = job.state == "pending" and stage.state == "inProgress"  # for an agent: its phase has begun
        state = "inProgress" if waits else job.state
        self._close(phase, begin, self._now, state, job.phase_result or job.result)
        return self._now

    def _task(self, task: Task, order: int, parent: Record, agent: str) -> Log | None:
        begin = self._now
        record = self._record("Task", task.name, parent, order, task, None)
        if (reference := TASKS.get(task.kind)) and reference.id:
            record["task"] = {"id": reference.id, "name": reference.name, "version": reference.version}
        if task.state == "pending" or task.result == "skipped":
            self._close(record, begin, begin, task.state, task.result)
            return None
        record["workerName"] = agent
        self._now += timedelta(seconds=task.seconds)
        log = task.log
        if log is None and task.body is not None:
            log = TextLog(self._agent.step(task), begin, task.seconds)
        record["issues"] = [self._issue(issue, log) for issue in task.issues]
        if log is not None:
            record["log"] = self._number(log)
        self._close(record, begin, self._now, task.state, task.result)
        return log

    def _number(self, log: Log) -> Record:
        number = len(self._plan.logs) + 1
        self._plan.logs[number] = NumberedLog(number, log, self._now)
        return {"id": number, "type": "Container", "url": f"{self._url}/logs/{number}"}

    def _record(
        self,
        kind: str,
        name: str,
        parent: Record | None,
        order: int,
        source: Stage | Job | Task,
        identifier: str | None,
    ) -> Record:
        attempt = 1 if isinstance(source, Task) else source.attempt
        path = guid(parent["id"] if parent else "", kind, name, order)
        record: Record = {
            "previousAttempts": [
                {
                    "attempt": earlier,
                    "timelineId": guid("timeline", self._build.id, earlier),
                    "recordId": guid("record", self._build.id, earlier, path),
                }
                for earlier in range(1, attempt)
            ],
            "id": guid("record", self._build.id, self._attempt, path),
            "parentId": parent["id"] if parent else None,
            "type": kind,
            "name": name,
            "startTime": None,
            "finishTime": None,
            "currentOperation": None,
            "percentComplete": None,
            "state": "pending",
            "result": None,
            "resultCode": None,
            "changeId": len(self.records) + 1,
            "lastModified": "0001-01-01T00:00:00",
            "workerName": None,
            "order": order,
            "details": None,
            "errorCount": 0,
            "warningCount": 0,
            "url": None,
            "log": None,
            "task": None,
            "attempt": attempt,
            "identifier": identifier,
        }
        self.records.append(record)
        return record

    def _issue(self, issue: Issue, log: Log | None) -> Record:
        data = {"type": issue.type, **issue.data}
        if log is not None and issue.in_log and (line := log.find(issue.message)):
            data["logFileLineNumber"] = str(line)
        return {"type": issue.type, "category": issue.category, "message": issue.message, "data": data}

    def _close(self, record: Record, begin: datetime, end: datetime, state: str, result: str | None) -> None:
        record["state"] = state
        record["result"] = result if state == "completed" else None
        if state != "pending":
            record["startTime"] = iso(begin)
        if state == "completed":
            record["finishTime"] = iso(end)
            record["percentComplete"] = None
        issues = list(_issues(record))
        record["errorCount"] = issues.count("error")
        record["warningCount"] = issues.count("warning")
        if not record.get("issues"):
            record.pop("issues", None)


def _issues(record: Record) -> Iterator[str]:
    for issue in record.get("issues") or []:
        yield issue["type"]


def timeline_json(build: Build, timeline: Timeline, url: str) -> Record:
    return {
        "records": timeline.records,
        "lastChangedBy": guid("service", "build"),
        "lastChangedOn": iso(build.finish_time or build.start_time or EPOCH),
        "id": timeline.id,
        "changeId": len(timeline.records),
        "url": f"{url}/Timeline/{timeline.id}",
    }
