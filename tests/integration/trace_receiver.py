"""An OTLP/HTTP receiver on loopback that keeps what it was sent."""

import http.server
import json
import threading


def flat(attributes):
    """Attributes as one dictionary."""
    return {each["key"]: next(iter(each["value"].values())) for each in attributes}


class TraceReceiver:
    def __init__(self):
        self.bodies = []
        self._changed = threading.Condition()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                good = self.path == "/v1/traces" and self.headers["Content-Type"] == "application/json"
                answer = b"{}"
                self.send_response(200 if good else 404)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
                with receiver._changed:
                    receiver.bodies.append((dict(self.headers), body.decode()))
                    receiver._changed.notify_all()

            def log_message(self, *arguments):
                """Says nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}/v1/traces"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def spans(self):
        found = []
        for _, body in list(self.bodies):
            for resource in json.loads(body)["resourceSpans"]:
                for scope in resource["scopeSpans"]:
                    found += [{**each, "resource": flat(resource["resource"]["attributes"])} for each in scope["spans"]]
        return found

    def wait_for(self, found, timeout=20):
        """The spans, once `found` says yes to them."""
        with self._changed:
            if not self._changed.wait_for(lambda: found(self.spans()), timeout):
                raise AssertionError(f"not in time; it has {[each['name'] for each in self.spans()]}")
        return self.spans()

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)
