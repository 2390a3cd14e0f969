"""An issuer of sign-in tokens on loopback, with a key of its own."""

import base64
import http.server
import json
import pathlib
import subprocess
import tempfile
import threading
import time

AUDIENCE = "adomcp-integration"
SCOPE = "tools"


def _base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _openssl(*arguments, data=None):
    return subprocess.run(["openssl", *arguments], input=data, capture_output=True, check=True).stdout


class Issuer:
    """`with Issuer() as issuer:` serves the metadata and the key; `token()` signs in."""

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory()
        self._key = str(pathlib.Path(self._folder.name) / "key.pem")
        _openssl("genrsa", "-out", self._key, "2048")
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)
        self._folder.cleanup()

    def _pages(self):
        modulus = _openssl("rsa", "-in", self._key, "-noout", "-modulus").decode().strip().split("=")[1]
        key = {"kty": "RSA", "kid": "1", "use": "sig", "alg": "RS256",
               "n": _base64url(bytes.fromhex(modulus)), "e": "AQAB"}
        return {
            "/.well-known/openid-configuration": {"issuer": self.url, "jwks_uri": f"{self.url}/keys"},
            "/keys": {"keys": [key]},
        }

    def _handler(issuer):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                page = issuer._pages().get(self.path)
                body = json.dumps(page).encode()
                self.send_response(200 if page else 404)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        return Handler

    def token(self):
        now = int(time.time())
        claims = {"iss": self.url, "aud": AUDIENCE, "sub": "avery", "scope": SCOPE, "iat": now,
                  "nbf": now - 5, "exp": now + 3600}
        parts = [{"alg": "RS256", "typ": "JWT", "kid": "1"}, claims]
        text = ".".join(_base64url(json.dumps(part).encode()) for part in parts)
        signature = _openssl("dgst", "-sha256", "-sign", self._key, data=text.encode())
        return f"{text}.{_base64url(signature)}"

    def settings(self):
        """The `auth` block of a host whose callers sign in here."""
        return (f"{{ mode: bearer, provider: oidc, issuer: '{self.url}', audiences: [{AUDIENCE}],"
                f" scopes: [{SCOPE}] }}")
