"""Holds a JSON value against a definition of an official swagger 2 file: the subset those files use.

Null stands for any absent property: the files declare nothing nullable, the service writes nulls.
Enumerations are compared without regard to case: the service itself answers "PhaseFailed" for phaseFailed.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?(Z|[+-]\d\d:\d\d)?")
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

# Properties that the service answers though its swagger doesn't name them.
EXCEPTIONS = {
    ("ReferenceLinks", "*"): "declared with one property `links`; every answer has the link names themselves",
    ("Release", "url"): "in the official release examples",
    ("Deployment", "_links"): "in the official deployment examples",
    ("ReleaseReference", "url"): "in the official deployment examples",
    ("ReleaseReference", "webAccessUri"): "in the official deployment examples",
    ("ReleaseApproval", "isNotificationOn"): "in the official approval examples",
    ("ReleaseApproval", "trialNumber"): "in the official approval examples",
    ("ReleaseDeployPhase", "id"): "the id that the task log's path needs",
    ("Repository", "id"): "a run's repository resource says which one",
    ("BuildProcess", "yamlFilename"): "of the derived YamlProcess",
    ("JObject", "*"): "an approval's pipeline is declared as a JObject; the service answers id, name and owner",
}


class Swagger:
    def __init__(self, path: Path) -> None:
        self._document = json.loads(path.read_text(encoding="utf-8-sig"))
        self.used_exceptions: set[tuple[str, str]] = set()

    def response_schema(self, method: str, path: str) -> dict[str, Any]:
        """The schema of the 200 answer; KeyError when the operation isn't in the file, or gives none."""
        schema: dict[str, Any] = self._operation(method, path)["responses"]["200"]["schema"]
        return schema

    def has_no_answer(self, method: str, path: str) -> bool:
        """Whether the 200 answer of an operation has no body. KeyError when it isn't in the file."""
        return "schema" not in self._operation(method, path)["responses"]["200"]

    def _operation(self, method: str, path: str) -> dict[str, Any]:
        for known, operations in self._document["paths"].items():
            if known.lower() == path.lower() and method.lower() in operations:
                found: dict[str, Any] = operations[method.lower()]
                return found
        raise KeyError(f"{method} {path}")

    def check_answer(self, value: Any, schema: dict[str, Any]) -> list[str]:
        """What is wrong with an answer; lists come wrapped in count and value."""
        if schema.get("type") != "array":
            return self.check(value, schema, "$")
        if not isinstance(value, dict) or set(value) != {"count", "value"}:
            return ["$: a list answer must be an object of count and value"]
        problems = [] if value["count"] == len(value["value"]) else ["$.count: not the length of value"]
        return problems + self.check(value["value"], schema, "$.value")

    def check(self, value: Any, schema: dict[str, Any], where: str) -> list[str]:
        name = schema.get("$ref", "").rpartition("/")[2]
        if name:
            schema = self._document["definitions"][name]
        if value is None:
            return []
        if "enum" in schema:
            allowed = {str(each).lower() for each in schema["enum"]}
            return [] if str(value).lower() in allowed else [f"{where}: {value!r} is not one of {sorted(allowed)}"]
        kind = schema.get("type") or ("object" if "properties" in schema or "allOf" in schema else None)
        if kind == "object" and schema == {"type": "object"}:
            return []  # the generator's word for "anything"
        if kind == "object":
            return self._check_object(value, schema, name, where)
        if kind == "array":
            if not isinstance(value, list):
                return [f"{where}: not an array"]
            return [p for n, item in enumerate(value) for p in self.check(item, schema["items"], f"{where}[{n}]")]
        return _check_scalar(value, kind, schema.get("format", ""), where)

    def _check_object(self, value: Any, schema: dict[str, Any], name: str, where: str) -> list[str]:
        if not isinstance(value, dict):
            return [f"{where}: not an object"]
        properties, required = self._members(schema)
        problems = [f"{where}.{key}: required, absent" for key in required if key not in value]
        extra = schema.get("additionalProperties")
        for key, item in value.items():
            if key in properties:
                problems += self.check(item, properties[key], f"{where}.{key}")
            elif isinstance(extra, dict):
                problems += self.check(item, extra, f"{where}.{key}")
            elif not self._excepted(name, key) and (properties or name):
                problems.append(f"{where}.{key}: {name or 'the schema'} has no such property")
        return problems

    def _members(self, schema: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
        """Properties and required names, those of allOf bases included."""
        properties: dict[str, Any] = {}
        required = list(schema.get("required", []))
        for base in schema.get("allOf", []):
            inherited, needed = self._members(self._document["definitions"][base["$ref"].rpartition("/")[2]])
            properties |= inherited
            required += needed
        return properties | schema.get("properties", {}), required

    def _excepted(self, name: str, key: str) -> bool:
        for pair in ((name, key), (name, "*")):
            if pair in EXCEPTIONS:
                self.used_exceptions.add(pair)
                return True
        return False


TYPES: dict[str, Any] = {"string": str, "integer": int, "number": (int, float), "boolean": bool}


def _check_scalar(value: Any, kind: str | None, form: str, where: str) -> list[str]:
    if kind not in TYPES:
        return []  # the schema says nothing
    if not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        return [f"{where}: {value!r} is not of type {kind}"]
    if form == "date-time" and not DATE_TIME.fullmatch(value):
        return [f"{where}: {value!r} is not a date-time"]
    if form == "uuid" and not UUID.fullmatch(value):
        return [f"{where}: {value!r} is not a UUID"]
    if form == "int32" and not -(2**31) <= value < 2**31:
        return [f"{where}: {value!r} does not fit int32"]
    return []
