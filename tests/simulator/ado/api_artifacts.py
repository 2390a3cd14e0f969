"""Artifacts of builds and the files in them: build/7.1/build.json, Artifacts - List, Get Artifact and Get File."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from . import errors
from .ids import guid
from .model import Build
from .poison import poisoned_log
from .routing import Call, Response, Route, answer, answer_list

LONG_LOG = "".join(f"step {n:05d}: settled {n * 7 % 991} payments in {n % 13} ms\n" for n in range(1, 4001))
FILES: dict[str, dict[str, bytes]] = {
    "drop": {
        "/readme.txt": b"payments, built by the simulator\nsecond line\n",
        "/bin/payments": b"\x7fELF\x02\x01\x01\x00" + bytes(range(256)) * 4,
        "/config/settings.json": b'{\n  "currency": "EUR",\n  "apiKey": "not-a-real-key-0123456789"\n}\n',
    },
    "test-logs": {
        "/checkout/long.log": LONG_LOG.encode(),
        "/checkout/hostile.log": "\n".join(poisoned_log()).encode() + b"\n",
        "/checkout/windows.txt": "first\r\nsecond\r\n".encode(),
        "/checkout/wide.txt": "\ufefff\u00fcnf Zeilen\r\n".encode("utf-16-le"),
        "/checkout/empty.txt": b"",
        **{f"/parts/part-{n:04d}.txt": f"part {n}\n".encode() for n in range(1, 401)},
    },
}


def _blob(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest().upper() + "01"


def _artifact(call: Call, build: Build, number: int, name: str) -> dict[str, Any]:
    url = call.world.build_url(call.project, build)
    container = name == "legacy"
    resource = {
        "type": "Container" if container else "PipelineArtifact",
        "data": f"#/{3_900_000 + build.id}/{name}" if container else guid("blob", build.id, name),
        "properties": {"artifactsize": str(70_000 + number)},
        "url": f"{url}/artifacts?artifactName={name}",
        "downloadUrl": f"{url}/artifacts/{name}/content?format=zip",
    }
    return {"id": number, "name": name, "source": guid("job", build.id), "resource": resource}


def artifacts(call: Call) -> Response:
    """All, the one that is named, or a file of it."""
    build = call.world.build(call.project, call.args["build"])
    found = [_artifact(call, build, number, name) for number, name in enumerate(build.artifacts, 1)]
    if build.deletion is not None:
        found = []
    wanted = call.params.get("artifactname")
    if wanted is None:
        return answer_list(found)
    one = next((each for each in found if each["name"].lower() == wanted.lower()), None)
    if one is None:
        message = f"Artifact {wanted} was not found for build {build.id}."
        raise errors.build2(404, "ArtifactNotFoundException", message)
    if "fileid" not in call.params:
        return answer(one)
    if not call.params.get("filename"):
        raise errors.bad_argument("Value cannot be null. Parameter name: fileName")
    return _file(one, call.params["fileid"])


def _file(artifact: dict[str, Any], file_id: str) -> Response:
    """The manifest is the file that the artifact's own id names."""
    files = FILES.get(artifact["name"], {})
    kind = "application/octet-stream"
    if file_id == artifact["resource"]["data"] and artifact["resource"]["type"] == "PipelineArtifact":
        items = [{"path": path, "blob": {"id": _blob(text), "size": len(text)}} for path, text in files.items()]
        manifest = {"manifestFormat": "1.1.0", "items": items, "manifestReferences": []}
        return Response(body=json.dumps(manifest).encode(), content_type=kind)
    content = next((text for text in files.values() if _blob(text) == file_id), None)
    if content is None:
        raise errors.build2(404, "ArtifactNotFoundException", f"File {file_id} was not found.")
    return Response(body=content, content_type=kind)


ROUTES = [Route("GET", "dev", "build/builds/{build}/artifacts", artifacts)]
