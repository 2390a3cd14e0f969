"""Azure Monitor's ingestion endpoint on loopback: takes /v2.1/track, and answers as it is told."""

import http.server
import json
import threading

KEY = "00000000-1111-2222-3333-444444444444"


class IngestionService:
    """`script` gives (status, body, headers) for the items of one request; None: all is well."""

    def __init__(self):
        self.script = lambda items: None
        self.accepted = []
        self.authorizations = []
        self.answers = []
        self._changed = threading.Condition()
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                items = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, body, headers = service.take(self.path, self.headers, items)
                text = json.dumps(body).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.connection_string = f"InstrumentationKey={KEY};IngestionEndpoint={self.url}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, path, headers, items):
        with self._changed:
            self.authorizations.append(headers.get("Authorization"))
            wrong = path != "/v2.1/track" or any(item["iKey"] != KEY for item in items)
            told = (400, {}, {}) if wrong else self.script(items)
            status, body, fields = told or (200, {"itemsReceived": len(items)}, {})
            refused = {error["index"] for error in body.get("errors", [])}
            if status in (200, 206):
                self.accepted += [item for at, item in enumerate(items) if at not in refused]
            self.answers.append((status, len(items)))
            self._changed.notify_all()
            return status, body, fields

    def wait_for(self, holds, timeout=60):
        with self._changed:
            if not self._changed.wait_for(lambda: holds(self), timeout):
                raise AssertionError(f"not in time; answers: {self.answers}")

    def names(self):
        return [item["data"]["baseData"]["name"] for item in self.accepted]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
