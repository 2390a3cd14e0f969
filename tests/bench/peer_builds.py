"""The peers of tests/bench/peers: how each is built or installed, all of it in build/."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

from servers import ROOT, TEXT, Server, node_binary, npm_sdk, poco

PEERS = ROOT / "tests/bench/peers"
BUILD = ROOT / "build/peers"
USUAL_PLACES = (pathlib.Path.home() / ".cargo/bin", "/usr/local/go/bin", "/usr/sbin")

# How the files of the two say which compiler they want at least.
RUST = r'^rust-version = "(.*)"$'
GO = r"^go (\S+)$"

sys.path.insert(0, str(ROOT / "tests/clients"))


class Skipped(Exception):
    """This machine hasn't what the peer needs."""


def find(program):
    """Where it is, on PATH or in its installer's usual place."""
    places = os.pathsep.join([os.environ.get("PATH", ""), *map(str, USUAL_PLACES)])
    if not (found := shutil.which(program, path=places)):
        raise Skipped(f"no {program} is installed here")
    return found


def version(text):
    return tuple(int(part) for part in re.search(r"(\d+)\.(\d+)", text).groups())


def need_version(command, file, pattern):
    """Skips the peer when the compiler is older than its file asks for."""
    wanted = re.search(pattern, file.read_text(encoding="utf-8"), re.MULTILINE)[1]
    here = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    if version(here) < version(wanted):
        raise Skipped(f"it wants {wanted}, here is {here}")


def build(name, command, folder, **variables):
    print(f"building {name}", flush=True)
    done = subprocess.run(command, cwd=folder, env=os.environ | variables)
    if done.returncode:
        raise SystemExit(f"bench: {name} could not be built")


def rmcp(folder):
    cargo = find("cargo")
    need_version([cargo, "--version"], PEERS / "rmcp/Cargo.toml", RUST)
    path = f"{pathlib.Path(cargo).parent}{os.pathsep}{os.environ['PATH']}"  # where cargo finds rustc
    build("rmcp", [cargo, "build", "--release", "--locked", "--quiet"], PEERS / "rmcp",
          CARGO_TARGET_DIR=str(BUILD / "rmcp"), PATH=path)
    return Server("rmcp", [BUILD / "rmcp/release/rmcp_echo", "{port}"], folder)


def go_sdk(folder):
    go = find("go")
    need_version([go, "env", "GOVERSION"], PEERS / "go/go.mod", GO)
    build("go-sdk", [go, "build", "-o", str(BUILD / "go_echo"), "."], PEERS / "go",
          GOTOOLCHAIN="local", GOFLAGS="-mod=readonly -buildvcs=false", CGO_ENABLED="0")
    return Server("go-sdk", [BUILD / "go_echo", "{port}"], folder)


def fastmcp(folder):
    """In the environment that tests/clients has for FastMCP's client."""
    import programs

    programs.BUILD.mkdir(parents=True, exist_ok=True)
    try:
        python = programs.environment("requirements")
    except programs.Untried as reason:
        raise Skipped(str(reason)) from None
    return Server("fastmcp", [python, PEERS / "fastmcp_echo.py", "{port}"], folder)


def typescript(folder):
    """The second edition; `./dev` has installed its packages."""
    if not (PEERS / "typescript/node_modules").is_dir():
        raise Skipped("its npm packages are not installed; ./dev bench peers does that")
    return Server("typescript-2", [node_binary(), PEERS / "typescript/echo.mjs", "{port}"], folder)


NGINX = """\
worker_processes auto;
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{
    listen 127.0.0.1:{port};
    default_type application/json;
    location /mcp {{ return 200 '{answer}'; }}
  }}
}}
"""


class Nginx(Server):
    """A constant answer: what HTTP alone allows here."""

    def __init__(self, folder):
        self.folder = folder
        command = [find("nginx"), "-c", folder / "nginx.conf", "-e", "stderr"]
        super().__init__("nginx", command, folder, wire="-")

    def prepare(self):
        answer = {"jsonrpc": "2.0", "id": 1, "result": {"structuredContent": {"text": TEXT}}}
        (self.folder / "nginx.conf").write_text(
            NGINX.format(folder=self.folder, port=self.port, answer=json.dumps(answer)))


# In the order of the table; rmcp and the Go SDK must be there when the result is shown to anybody.
MAKERS = {"rmcp": rmcp, "go-sdk": go_sdk, "typescript-2": typescript,
          "typescript-1": lambda folder: npm_sdk("typescript-1", folder), "fastmcp": fastmcp,
          "poco": poco, "nginx": Nginx}
NEEDED = ("rmcp", "go-sdk")


def make(names, folder):
    """Those of the peers that this machine can have; says of each other one in a line why not."""
    made = []
    for name in [name for name in MAKERS if name in names]:
        try:
            made.append(MAKERS[name](folder))
        except Skipped as reason:
            print(f"{name}: SKIPPED: {reason}", flush=True)
    return made
