"""HTTP/1.1 on loopback: keep-alive, one thread a connection, faults where a test asked for them."""

from __future__ import annotations

import os
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import TYPE_CHECKING, Any

from . import errors
from .control import Control
from .faults import Fault, Faults
from .identities import Identities, Identity
from .recorder import Recorder
from .routing import Request, Response, Router
from .world import World

if TYPE_CHECKING:
    import ssl

MAX_BODY = 1 << 20
SLOW_PIECES = 8
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
REASONS = {200: "OK", 203: "Non-Authoritative Information", 204: "No Content", 302: "Found", 404: "Not Found"}


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 512
    allow_reuse_address = True

    def __init__(
        self, address: tuple[str, int], token: str, tls: ssl.SSLContext | None, world: World, router: Router
    ) -> None:
        super().__init__(address, Handler)
        self.world = world
        self.router = router
        self.faults = Faults()
        self.recorder = Recorder()
        self.identities = Identities(token)
        self.control = Control(world, self.faults, self.recorder, self.identities)
        self.connections = count(1)
        self._tls = tls

    def server_bind(self) -> None:
        """Without the base class's reverse look-up of the host's name."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        if self._tls is not None:  # the handshake happens on the connection's own thread
            connection = self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return connection, address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A peer that goes away is no news; a mistake of our own is."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    timeout = 300
    server: Server

    def setup(self) -> None:
        super().setup()
        self._connection_number = next(self.server.connections)

    def _answer(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > MAX_BODY:
            self.close_connection = True
            self._send(Response(413, b""))
            return
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, path, query, headers, self.rfile.read(int(length)))
        if path.startswith("/_"):
            self._send(self.server.control.answer(request))
            return
        asker = self.server.identities.find(headers.get("authorization", ""))
        name = asker.name if asker else None
        self.server.recorder.add(self.command, path, query, self._connection_number, name, request.body)
        fault = self.server.faults.take(self.command, self.path)
        if fault is None:
            self._send(self._respond(request, asker, False))
        else:
            self._fail(fault, request, asker)

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Each method is answered the same way: the base class looks for do_GET and so on, says 501 for others."""
        if name.removeprefix("do_") in METHODS:
            return self._answer
        raise AttributeError(name)

    def _respond(self, request: Request, asker: Identity | None, wrong_branch: bool) -> Response:
        if asker is None:
            return sign_in()
        try:
            asker.check(request)
            return self.server.router.dispatch(request, wrong_branch, self.server.identities.person(asker.name))
        except errors.ApiError as error:
            return Response(error.status, error.body(), headers=error.headers)

    def _fail(self, fault: Fault, request: Request, asker: Identity | None) -> None:
        if fault.kind == "reset":
            self._reset()
            return
        early = self._early(fault)
        response = early or self._respond(request, asker, fault.kind == "wrong_branch")
        if fault.kind == "lost_answer":
            self._reset()
            return
        if fault.kind == "slow":
            response.body = _slowly(_whole(response), fault.delay_ms / 1000)
        elif fault.kind == "other_project":
            response.body = self._swap_projects(_whole(response))
        elif fault.kind == "truncated":
            response.body = _whole(response)
        self._send(response, cut=fault.kind == "truncated")

    def _early(self, fault: Fault) -> Response | None:
        """The answer of a fault that keeps the request from being carried out."""
        if fault.kind == "html":
            return sign_in()
        if fault.kind == "redirect":
            place = {"Location": f"{self.server.world.base}/_signin"}
            return Response(302, b"", "text/html; charset=utf-8", place)
        if fault.kind == "status":
            headers = {} if fault.retry_after is None else {"Retry-After": f"{fault.retry_after:g}"}
            return Response(fault.status, errors.fault(fault.status).body(), headers=headers)
        return None

    def _swap_projects(self, body: bytes) -> bytes:
        """The same answer, as if the object lay in another project."""
        first, _, other = self.server.world.projects
        for mine, theirs in ((first.id, other.id), (first.name, other.name)):
            body = body.replace(mine.encode(), theirs.encode())
        return body

    def _send(self, response: Response, cut: bool = False) -> None:
        body = response.body
        head = [f"HTTP/1.1 {response.status} {REASONS.get(response.status, 'Status')}"]
        head += [f"{name}: {value}" for name, value in response.headers.items()]
        head.append(f"Content-Type: {response.content_type}")
        if not isinstance(body, bytes):
            head.append("Transfer-Encoding: chunked")
        elif response.status != 204:
            head.append(f"Content-Length: {len(body)}")
        self.wfile.write(("\r\n".join(head) + "\r\n\r\n").encode())
        if isinstance(body, bytes) and cut:
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
        elif isinstance(body, bytes):
            self.wfile.write(body)
        else:
            self._send_chunks(body)

    def _send_chunks(self, pieces: Iterator[bytes]) -> None:
        for piece in pieces:
            if piece:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def _reset(self) -> None:
        """Closes with RST, without another byte."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        os.close(self.connection.detach())

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: /_requests tells what was asked."""


def sign_in() -> Response:
    return Response(203, errors.SIGN_IN_PAGE.encode(), "text/html; charset=utf-8")


def _whole(response: Response) -> bytes:
    return response.body if isinstance(response.body, bytes) else b"".join(response.body)


def _slowly(body: bytes, delay: float) -> Iterator[bytes]:
    size = max(1, -(-len(body) // SLOW_PIECES))
    for start in range(0, len(body), size):
        time.sleep(delay)
        yield body[start : start + size]
