"""Clients that take connections and give nothing, while others want to be served."""

import contextlib
import http.client
import json
import pathlib
import socket
import ssl
import subprocess
import tempfile
import unittest

from harness import BASE_PLUGINS, MODERN, Host, Simulator
from issuer import Issuer

CONNECTIONS = 16
CROWD, OTHER = "127.0.0.2", "127.0.0.3"
HEAD = "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
SLOW = [
    "G",
    "\r\n",
    "GET /healthz HT",
    HEAD,
    HEAD + "Content-Ty",
    HEAD + "Authorization: Bearer bad\r\n",
    HEAD + "Content-Length: 100\r\n\r\n",
    HEAD + "Content-Length: 100\r\n\r\n{",
    HEAD + "Content-Length: 1000000\r\n\r\n{",
    HEAD + "Transfer-Encoding: chunked\r\n\r\n",
    HEAD + "Transfer-Encoding: chunked\r\n\r\n5\r\nhe",
    HEAD + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nA: b\r\n",
    HEAD + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n",
    HEAD + "Authorization: Bearer bad\r\nContent-Length: 100\r\n\r\n",
    "GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n",
    "PUT /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n",
]


def call_body():
    prefix = "io.modelcontextprotocol/"
    meta = {prefix + "protocolVersion": MODERN, prefix + "clientInfo": {"name": "x", "version": "1"},
            prefix + "clientCapabilities": {}}
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": meta}})


class Connections(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.simulator = Simulator()
        cls.addClassCleanup(cls.simulator.stop)

    def setUp(self):
        self.open = []
        self.addCleanup(lambda: [each.close() for each in self.open])

    def host(self, issuer=None, tls=None):
        def edit(text):
            server = f'listen: "127.0.0.1:0", limits: {{ connections: {CONNECTIONS} }}'
            if issuer:
                server += ", public_url: 'https://mcp.example.com'"
                text = text.replace("auth: { mode: none }", f"auth: {issuer.settings()}")
            if tls:
                server += f", tls: {{ certificate: '{tls}/c.pem', key: '{tls}/k.pem' }}"
            return text.replace('listen: "127.0.0.1:0"', server)

        host = Host(self.simulator.url, plugins=BASE_PLUGINS[:1], edit=edit)
        self.addCleanup(host.stop)
        return host

    def connect(self, host, address):
        one = socket.create_connection(("127.0.0.1", host.port), 10, (address, 0))
        self.open.append(one)
        return one

    def crowd(self, host):
        for _ in range(CONNECTIONS):
            self.connect(host, CROWD)
        for begun in SLOW:
            self.connect(host, CROWD).sendall(begun.encode())

    def answered(self, host, token=None, tls=False):
        """One call and one probe, each on a connection of its own."""
        headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream",
                   "MCP-Protocol-Version": MODERN, "Mcp-Method": "tools/list"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        for method, path, body in [("POST", "/mcp", call_body()), ("GET", "/healthz", None)]:
            options = {"timeout": 20, "source_address": (OTHER, 0)}
            if tls:
                context = ssl._create_unverified_context()
                one = http.client.HTTPSConnection("127.0.0.1", host.port, context=context, **options)
            else:
                one = http.client.HTTPConnection("127.0.0.1", host.port, **options)
            with contextlib.closing(one):
                one.request(method, path, body, headers if body else {})
                answer = one.getresponse()
                text = answer.read()
                self.assertEqual(answer.status, 200, text)
                if body:
                    self.assertIn("tools", json.loads(text)["result"])

    def test_without_sign_in(self):
        host = self.host()
        self.crowd(host)
        for _ in range(10):
            self.answered(host)

    def test_with_sign_in(self):
        with Issuer() as issuer:
            host = self.host(issuer)
            token = issuer.token()
            host.canaries.append(token)
            self.crowd(host)
            for _ in range(10):
                self.answered(host, token)

    def test_handshakes_that_never_end(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-keyout", f"{folder}/k.pem", "-out", f"{folder}/c.pem", "-subj", "/CN=localhost",
             "-days", "1"], check=True, capture_output=True)
        host = self.host(tls=pathlib.Path(folder))
        for i in range(2 * CONNECTIONS):
            one = self.connect(host, CROWD)
            if i % 2:
                one.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[: 1 + i % 11])
        for _ in range(5):
            self.answered(host, tls=True)

    def test_a_stranger_is_told_at_once(self):
        with Issuer() as issuer:
            host = self.host(issuer)
            one = self.connect(host, CROWD)
            one.sendall((HEAD + "Content-Length: 100\r\n\r\n").encode())
            one.settimeout(10)  # less than a body may take
            self.assertTrue(one.recv(4096).startswith(b"HTTP/1.1 401 "))
            self.assertEqual(one.recv(4096), b"", "and closed soon")


if __name__ == "__main__":
    unittest.main(verbosity=2)
