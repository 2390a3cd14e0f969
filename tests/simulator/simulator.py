"""An Azure DevOps organisation on loopback; README.md tells what it holds and how to steer it."""

from __future__ import annotations

import argparse
import signal
import sys
from contextlib import suppress
from types import FrameType

from ado import (
    api_approvals,
    api_artifacts,
    api_build,
    api_checks,
    api_control,
    api_core,
    api_definitions,
    api_environments,
    api_git,
    api_pipelines,
    api_queues,
    api_release,
    api_test,
)
from ado.routing import Router
from ado.server import Server
from ado.world import World


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: any free port")
    parser.add_argument("--token", default="simulator-token")
    parser.add_argument("--tls", nargs=2, metavar=("CERT", "KEY"), help="serve HTTPS with these PEM files")
    parser.add_argument(
        "--rename", nargs=2, metavar=("OLD", "NEW"), action="append", default=[], help="give a project another name"
    )
    return parser.parse_args()


def main() -> int:
    signal.signal(signal.SIGTERM, _stop)
    arguments = _arguments()
    tls = None
    if arguments.tls:
        import ssl  # only then: it costs start-up time

        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*arguments.tls)
    world = World(dict(arguments.rename))
    areas = (
        *(api_core, api_build, api_checks, api_control, api_definitions, api_artifacts, api_git, api_environments, api_approvals),
        *(api_pipelines, api_queues, api_release, api_test),
    )
    router = Router(world, [route for area in areas for route in area.ROUTES])
    with (
        suppress(KeyboardInterrupt),
        Server((arguments.host, arguments.port), arguments.token, tls, world, router) as server,
    ):
        world.base = f"{'https' if tls else 'http'}://{arguments.host}:{server.server_port}"
        print(f"simulator ready on {world.base}", flush=True)
        server.serve_forever(poll_interval=0.05)
    return 0


if __name__ == "__main__":
    sys.exit(main())
