"""Gives tokens on loopback as Azure does: the endpoints of managed identities, and Entra's token endpoint.

Every token for Azure DevOps is told to the simulator, which then knows by it who asks.
"""

import base64
import http.server
import json
import secrets
import threading
import time
import urllib.parse

AZURE_DEVOPS = "499b84ac-1321-427f-aa17-267ca6975798"
TOKEN_EXCHANGE = "api://AzureADTokenExchange"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class Refusal(Exception):
    def __init__(self, status, error, description):
        super().__init__(description)
        self.answer = status, {"error": error, "error_description": f"{description} Trace ID: 0 Correlation ID: 0"}


class TokenService:
    """`asked` holds what was asked for, `given` every token that was given. Use it in a `with`."""

    def __init__(self, simulator, lifetime=3600):
        self.simulator = simulator
        self.lifetime = lifetime
        self.header = secrets.token_urlsafe(24)
        self.workload_tokens = set()  # what a pod's file may hold
        self.refused = {}  # person's object id -> (OAuth error, description)
        self.may_queue = {}  # name of an identity -> False for those who may not start runs
        self.asked = []
        self.given = []
        self._proofs = set()
        self._lock = threading.Lock()
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self._answer(b"")

            def do_POST(self):
                self._answer(self.rfile.read(int(self.headers.get("Content-Length", "0"))))

            def _answer(self, body):
                with service._lock:
                    try:
                        status, answer = service._route(self.command, self.path, self.headers, body.decode())
                    except Refusal as refusal:
                        status, answer = refusal.answer
                text = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def app_service(self):
        """The environment of an app on Functions or Container Apps."""
        return {"IDENTITY_ENDPOINT": f"{self.url}/msi/token", "IDENTITY_HEADER": self.header}

    def virtual_machine(self):
        return {"AZURE_POD_IDENTITY_AUTHORITY_HOST": self.url}

    def _route(self, method, target, headers, body):
        url = urllib.parse.urlsplit(target)
        query = dict(urllib.parse.parse_qsl(url.query))
        if (method, url.path) == ("GET", "/msi/token"):
            if headers.get("X-IDENTITY-HEADER") != self.header:
                raise Refusal(401, "unauthorized", "The header is wrong.")
            return self._managed("managed-identity", query, "2019-08-01")
        if (method, url.path) == ("GET", "/metadata/identity/oauth2/token"):
            if headers.get("Metadata") != "true":
                raise Refusal(400, "bad_request_102", "Required metadata header not specified")
            return self._managed("machine", query, "2018-02-01")
        if method == "POST" and url.path.endswith("/oauth2/v2.0/token"):
            return self._grant(url.path.split("/")[1], dict(urllib.parse.parse_qsl(body)))
        raise Refusal(404, "not_found", "No such endpoint.")

    def _managed(self, name, query, version):
        if query.get("api-version") != version:
            raise Refusal(400, "bad_request", "The api-version is wrong.")
        client = query.get("client_id")
        answer = self._token(f"{name} {client}" if client else name, query.get("resource"))
        del answer["expires_in"]
        return 200, {**answer, "expires_on": str(int(time.time()) + self.lifetime)}

    def _grant(self, tenant, form):
        if form.get("client_assertion_type") != ASSERTION_TYPE:
            raise Refusal(401, "invalid_client", "AADSTS7000218: The request body must contain client_assertion.")
        if not form.get("scope", "").endswith("/.default"):
            raise Refusal(400, "invalid_scope", "AADSTS70011: The provided value for scope is not valid.")
        resource = form["scope"].removesuffix("/.default")
        if form.get("grant_type") == "client_credentials":
            if form.get("client_assertion") not in self.workload_tokens:
                raise Refusal(401, "invalid_client", "AADSTS700213: No matching federated identity record found.")
            return 200, self._token(f"workload {form.get('client_id')}", resource)
        if form.get("grant_type") != JWT_BEARER or form.get("requested_token_use") != "on_behalf_of":
            raise Refusal(400, "unsupported_grant_type", "AADSTS70003: The grant type is not supported.")
        if form.get("client_assertion") not in self._proofs:
            raise Refusal(401, "invalid_client", "AADSTS700213: No matching federated identity record found.")
        return 200, self._token(self._person(tenant, form.get("assertion", "")), resource)

    def _person(self, tenant, token):
        """The object id of whose token it is; this is no place to check signatures."""
        try:
            payload = token.split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
            who = claims["oid"]
        except (IndexError, KeyError, ValueError):
            raise Refusal(400, "invalid_grant", "AADSTS50027: JWT token is invalid or malformed.") from None
        if claims.get("tid") != tenant:
            raise Refusal(400, "invalid_grant", "AADSTS50013: Assertion failed signature validation.")
        if who in self.refused:
            raise Refusal(400, *self.refused[who])
        return who

    def _token(self, name, resource):
        self.asked.append((name, resource))
        token = secrets.token_urlsafe(48)
        self.given.append(token)
        if resource == TOKEN_EXCHANGE:
            self._proofs.add(token)
        if resource == AZURE_DEVOPS:
            owner = {"token": token, "identity": name, "may_queue": self.may_queue.get(name, True)}
            self.simulator.control("POST", "/_identities", owner)
        return {"token_type": "Bearer", "access_token": token, "expires_in": self.lifetime}
