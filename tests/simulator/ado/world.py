"""The state of the organisation; everything that changes it holds its lock."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from threading import RLock
from typing import Any

from . import errors
from .catalog import AVERY, projects
from .failures import add_failures
from .gates import add_gates
from .history import add_history, number_builds, ordinary_stages
from .ids import EPOCH, ORGANIZATION, commit_id
from .incidents import add_incidents
from .model import Build, Definition, Project
from .odd_logs import add_odd_logs
from .pull_requests import add_pull_requests
from .retention import add_retention
from .running import add_running, end
from .stops import add_stops
from .test_history import add_test_history
from .timeline import Plan, plan_of

FIRST_NEW_RUN = 5000


class World:
    def __init__(self, renamed: dict[str, str] | None = None) -> None:
        self._renamed = renamed or {}  # projects under other names than the catalogue's
        self.lock = RLock()  # guards everything below, and the builds' lazily made plans
        self.base = ""  # http://host:port, known once the port is bound
        self.reset()

    def reset(self) -> None:
        """Back to the data as shipped."""
        made = projects()
        add_history(*made)
        add_failures(made[0])
        add_incidents(made[0])
        add_retention(made[0])
        add_pull_requests(made[0])
        add_stops(made[0])
        add_running(made[0])
        add_odd_logs(made[0])
        add_gates(made[0])
        add_test_history(made[0])
        for project in made:
            number_builds(project)
            project.name = self._renamed.get(project.name, project.name)
        with self.lock:
            self.projects = made
            self._plans: dict[int, Plan] = {}
            self._next_run = FIRST_NEW_RUN

    def project(self, name_or_id: str) -> Project:
        wanted = name_or_id.lower()
        for project in self.projects:
            if wanted in (project.name.lower(), project.id):
                return project
        if len(wanted) == 36 and wanted.count("-") == 4:
            raise errors.no_project_id(wanted)
        raise errors.no_project(name_or_id)

    def build(self, project: Project, number: object) -> Build:
        made = project.builds.get(int(str(number))) if str(number).isdecimal() else None
        if made is None:
            raise errors.no_build(number)
        return made

    def definition(self, project: Project, number: object) -> Definition | None:
        return project.definitions.get(int(str(number))) if str(number).isdecimal() else None

    def build_url(self, project: Project, build: Build) -> str:
        return f"{self.base}/{ORGANIZATION}/{project.id}/_apis/build/Builds/{build.id}"

    def plan(self, project: Project, build: Build) -> Plan:
        with self.lock:
            if build.id not in self._plans:
                if not build.attempts:
                    build.attempts = [ordinary_stages(build.definition, build.result, build.status)]
                self._plans[build.id] = plan_of(build, self.build_url(project, build))
            return self._plans[build.id]

    def changed(self, build: Build) -> None:
        """Its timeline and logs are made anew."""
        with self.lock:
            self._plans.pop(build.id, None)

    def read(self, build: Build) -> None:
        """A look at a run, which ends it where a test asked for that."""
        with self.lock:
            if build.ending is None:
                return
            build.ending.reads -= 1
            if build.ending.reads <= 0:
                end(build, build.ending.what)
                build.ending = None
                self._plans.pop(build.id, None)

    def push(self, project: Project, repository: str, branch: str) -> str:
        """Another commit on a branch, which is made when there is none; gives its id."""
        with self.lock:
            before = project.branches[repository].get(branch)
            if before is not None:
                project.pushed.setdefault(repository, []).append(before)
            commit = commit_id(repository, branch, before or "", len(project.pushed.get(repository, ())))
            project.branches[repository] = {**project.branches[repository], branch: commit}
            return commit

    def move(self, project: Project, number: int, name: str, folder: str) -> None:
        """Calls a pipeline something else, or puts it into another folder."""
        with self.lock:
            made = project.definitions[number]
            made.name, made.folder = name or made.name, folder or made.folder

    def create_run(
        self, project: Project, definition: Definition, branch: str, commit: str, request: dict[str, Any]
    ) -> Build:
        """Queues a run with the next id; it stays queued."""
        with self.lock:
            number = self._next_run
            self._next_run += 1
            now = max(datetime.now(timezone.utc), EPOCH + timedelta(seconds=number - FIRST_NEW_RUN))
            made = Build(
                id=number,
                definition=definition,
                number=f"{now:%Y%m%d}.{_count(project, definition, now) + 1}",
                branch=branch,
                commit=commit,
                status="notStarted",
                result=None,
                requested_for=AVERY,
                queue_time=now,
                start_time=None,
                finish_time=None,
                reason="manual",
                template_parameters=dict(request.get("templateParameters") or {}),
                variables=dict(request.get("variables") or {}),
            )
            stages = ordinary_stages(definition, None, "notStarted")
            for stage in stages:
                if stage.name in (request.get("stagesToSkip") or []):
                    stage.state, stage.result = "completed", "skipped"
            made.attempts = [stages]
            project.builds = {**project.builds, number: made}  # others may be going through the old one
            return made


def _count(project: Project, definition: Definition, day: datetime) -> int:
    """How many runs the pipeline had that day, in UTC."""
    builds = project.builds.values()
    return sum(each.definition.id == definition.id and each.queue_time.date() == day.date() for each in builds)
