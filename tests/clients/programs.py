"""The clients' programs: what each needs, installed or built in build/clients, and how one is run."""

import hashlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build" / "clients"

INSTALL_SECONDS = 600

# name: (program, its requirements)
PYTHON_CLIENTS = {
    "mcp": ("mcp_client.py", "requirements"),
    "fastmcp": ("fastmcp_client.py", "requirements"),
    "openai-agents": ("agents_client.py", "requirements"),
    "mcp1": ("mcp1_client.py", "requirements_mcp1"),
    "langchain": ("langchain_client.py", "requirements_mcp1"),
}

# What these libraries would send about themselves; job.py lets nothing out besides.
QUIET = {
    "OPENAI_AGENTS_DISABLE_TRACING": "1",
    "LANGSMITH_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "FASTMCP_TELEMETRY_MODE": "off",
    "FASTMCP_CHECK_FOR_UPDATES": "off",
    "OTEL_SDK_DISABLED": "true",
    "DO_NOT_TRACK": "1",
}


class Untried(Exception):
    """A client could not be tried, which is a failure."""


class Skipped(Exception):
    """A client needs what this machine is not promised to have."""


def run(command, seconds, env=None, cwd=None):
    """Gives (exit code, output); all that it started ends with it, or with this program."""
    process = subprocess.Popen(
        ["setpriv", "--pdeathsig", "KILL", "--", *map(str, command)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=env,
        cwd=cwd,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=seconds)
        return process.returncode, output
    except subprocess.TimeoutExpired:
        raise Untried(f"{pathlib.Path(command[0]).name} was not done in {seconds} s") from None
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()


def installed(command, what, env=None, cwd=None):
    code, output = run(command, INSTALL_SECONDS, env, cwd)
    if code != 0:
        raise Untried(f"{what}:\n{output[-2000:].rstrip()}")


def environment(requirements):
    """The python of a virtual environment with exactly these packages, made when they changed."""
    if sys.version_info < (3, 11):
        raise Untried(f"the clients need Python 3.11, this is {sys.version.split()[0]}")
    file = HERE / f"{requirements}.txt"
    folder = BUILD / requirements
    stamp = folder / "made-from"
    wanted = f"{sys.version} {hashlib.sha256(file.read_bytes()).hexdigest()}"
    python = folder / "bin" / "python"
    if stamp.exists() and stamp.read_text() == wanted:
        return python
    print(f"installing the packages of {file.relative_to(ROOT)}", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    installed([sys.executable, "-m", "venv", folder], "no virtual environment (Debian: python3-venv)")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    pip += ["--retries", "1", "--timeout", "30", "--only-binary", ":all:", "--require-hashes", "-r", file]
    installed(pip, "pip could not install them")
    stamp.write_text(wanted)
    return python


def python_client(name):
    program, requirements = PYTHON_CLIENTS[name]
    return [environment(requirements), HERE / program]


def go_version(text):
    return tuple(int(part) for part in re.search(r"(\d+)\.(\d+)", text).groups())


def go_client():
    """The Go program, built from the modules that go.sum names."""
    if not shutil.which("go"):
        raise Skipped("no go is installed here")
    wanted = re.search(r"^go (\S+)$", (HERE / "go" / "go.mod").read_text(), re.MULTILINE).group(1)
    env = {**os.environ, "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly -buildvcs=false", "CGO_ENABLED": "0"}
    code, here = run(["go", "env", "GOVERSION"], 60, env, BUILD)
    if code != 0 or go_version(here) < go_version(wanted):
        raise Skipped(f"the SDK wants go {wanted}, here is {here.strip() or 'none that works'}")
    program = BUILD / "go_client"
    installed(["go", "build", "-o", program, "."], "go could not build it", env, HERE / "go")
    return [program]


def client_environment(home):
    """Little of this shell: no key, no proxy and no setting of its own reaches a client."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TZ") if name in os.environ}
    return {**kept, **QUIET, "HOME": home, "NO_PROXY": "*"}
