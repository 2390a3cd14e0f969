"""What the packages are made of, as SPDX 2.3."""

import hashlib
import json
import re
import time
from pathlib import Path

from debian_packages import DebianPackage

NOTHING = "NOASSERTION"


def spdx_id(kind: str, name: str) -> str:
    return f"SPDXRef-{kind}-" + re.sub(r"[^A-Za-z0-9.-]", "-", name)


def debian(package: DebianPackage, release: str) -> dict:
    source, version = package.source.split(" ")
    return {
        "SPDXID": spdx_id("Debian", package.name),
        "name": package.name,
        "versionInfo": package.version,
        "supplier": "Organization: Debian",
        "downloadLocation": f"http://snapshot.debian.org/package/{source}/{version.replace('+', '%2B')}/",
        "filesAnalyzed": False,
        "licenseConcluded": NOTHING,
        "licenseDeclared": NOTHING,
        "copyrightText": NOTHING,
        "sourceInfo": f"built from Debian's source package {source} {version}",
        "externalRefs": [
            {
                "referenceCategory": "PACKAGE-MANAGER",
                "referenceType": "purl",
                "referenceLocator": f"pkg:deb/debian/{package.name}@{package.version.replace('+', '%2B').replace(':', '%3A')}"
                f"?arch={package.architecture}&distro={release}",
            }
        ],
    }


def ours(path: Path, version: str, kind: str) -> dict:
    return {
        "SPDXID": spdx_id("Package", path.name),
        "name": kind,
        "versionInfo": version,
        "packageFileName": path.name,
        "supplier": "Organization: The adomcp authors",
        "downloadLocation": NOTHING,
        "filesAnalyzed": False,
        "licenseConcluded": NOTHING,
        "licenseDeclared": "MIT",
        "copyrightText": "Copyright (c) 2026 The adomcp authors",
        "checksums": [{"algorithm": "SHA256", "checksumValue": hashlib.sha256(path.read_bytes()).hexdigest()}],
    }


def files_of(tree: Path) -> list[dict]:
    """Each file of the tree. SPDX wants the SHA-1 of each, whatever else is there."""
    out = []
    for path in sorted(path for path in tree.rglob("*") if path.is_file()):
        name, content = path.relative_to(tree).as_posix(), path.read_bytes()
        binary = content.startswith(b"\x7fELF")
        out.append({
            "SPDXID": spdx_id("File", name),
            "fileName": f"./{name}",
            "fileTypes": ["BINARY" if binary else "TEXT"],
            "checksums": [
                {"algorithm": "SHA1", "checksumValue": hashlib.sha1(content).hexdigest()},
                {"algorithm": "SHA256", "checksumValue": hashlib.sha256(content).hexdigest()},
            ],
            "licenseConcluded": NOTHING,
            "copyrightText": NOTHING,
        })  # fmt: skip
    return out


def relation(one: str, kind: str, other: str) -> dict:
    return {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other}


def document(tree: Path, archives: dict[Path, str], version: str, epoch: int,
             libraries: dict[str, DebianPackage], headers: set[DebianPackage], release: str) -> dict:
    """`archives` names our packages, the zip of `tree` first; `libraries` says whose each file of lib/ is."""
    packages = [ours(path, version, kind) for path, kind in archives.items()]
    files = files_of(tree)
    verification = hashlib.sha1("".join(sorted(file["checksums"][0]["checksumValue"] for file in files)).encode()).hexdigest()
    archive = packages[0]
    archive |= {"filesAnalyzed": True, "packageVerificationCode": {"packageVerificationCodeValue": verification}}
    archive["hasFiles"] = [file["SPDXID"] for file in files]
    shipped = {package.name: package for package in libraries.values()}
    built_with = {package.name: package for package in headers if package.name not in shipped}
    relations = [relation("SPDXRef-DOCUMENT", "DESCRIBES", package["SPDXID"]) for package in packages]
    relations += [relation(archive["SPDXID"], "CONTAINS", spdx_id("Debian", name)) for name in sorted(shipped)]
    relations += [relation(spdx_id("File", f"lib/{name}"), "GENERATED_FROM", spdx_id("Debian", package.name))
                  for name, package in sorted(libraries.items())]
    # Header-only libraries are inside the binaries; which of them, headers alone can't say.
    relations += [relation(spdx_id("Debian", name), "BUILD_DEPENDENCY_OF", archive["SPDXID"]) for name in sorted(built_with)]
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"adomcp-{version}",
        "documentNamespace": f"https://adomcp.invalid/spdx/{version}/{archive['checksums'][0]['checksumValue']}",
        "creationInfo": {
            "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch)),
            "creators": ["Tool: adomcp-package"],
        },
        "packages": packages + [debian(each, release) for each in sorted({**shipped, **built_with}.values())],
        "files": files,
        "relationships": relations,
    }  # fmt: skip


def write(target: Path, content: dict) -> None:
    target.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
