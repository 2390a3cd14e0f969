"""As whom the host asks Azure DevOps: the simulator knows every token's owner."""

import base64
import contextlib
import json
import os
import unittest
import unittest.mock
import urllib.error
import urllib.parse
import urllib.request

import harness
from harness import Host, Simulator
from token_service import ASSERTION_TYPE, AZURE_DEVOPS, JWT_BEARER, TOKEN_EXCHANGE, TokenService

PLUGINS = [
    ("pipeline-runs", "pipeline_runs.so", ["list_pipeline_runs"]),
    ("trigger-run", "trigger_run.so", ["trigger_pipeline_run"]),
]
ENVIRONMENT_CREDENTIAL = "{ environment: { variable: ADOMCP_TEST_TOKEN, scheme: bearer } }"
TENANT = "aaaaaaaa-0000-4000-8000-000000000001"
AVERY = "bbbbbbbb-0000-4000-8000-000000000001"
# What the machine that runs this has must not stand in for what a test gives.
UNSET = ("IDENTITY_ENDPOINT", "IDENTITY_HEADER", "AZURE_POD_IDENTITY_AUTHORITY_HOST", "AZURE_FEDERATED_TOKEN_FILE")


@contextlib.contextmanager
def host_with(simulator, tokens, credential, environment):
    """A host whose organisation has that credential. No token may be in anything it ever prints."""
    original = harness.configuration

    def configuration(*arguments, **named):
        text = original(*arguments, **named)
        assert ENVIRONMENT_CREDENTIAL in text
        return text.replace(ENVIRONMENT_CREDENTIAL, credential)

    clean = {name: value for name, value in os.environ.items() if name not in UNSET}
    with (
        unittest.mock.patch.dict(os.environ, {**clean, **environment}, clear=True),
        unittest.mock.patch.object(harness, "configuration", configuration),
    ):
        host = Host(simulator.url, PLUGINS)
    try:
        yield host
        audit = host.audit_file.read_text()
    finally:
        host.stop()
    output = "\n".join([*host.lines["stdout"], *host.lines["stderr"], audit])
    for secret in (*tokens.given, tokens.header):
        assert secret not in output, "a token was printed"


class HostIdentity(unittest.TestCase):
    def setUp(self):
        self.simulator = Simulator()
        self.addCleanup(self.simulator.stop)
        self.tokens = self.enterContext(TokenService(self.simulator))

    def host(self, credential, environment):
        return host_with(self.simulator, self.tokens, credential, environment)

    def askers(self):
        return {request["identity"] for request in self.simulator.requests()}

    def test_an_app_reads_as_its_managed_identity(self):
        with self.host("{ managed_identity: {} }", self.tokens.app_service()) as host:
            for _ in range(3):
                self.assertFalse(host.call("list_pipeline_runs", {"project": "Payments"}).get("isError"))
        self.assertEqual(self.askers(), {"managed-identity"})
        self.assertEqual(self.tokens.asked, [("managed-identity", AZURE_DEVOPS)])

    def test_a_chosen_identity_is_the_one_that_asks(self):
        with self.host("{ managed_identity: { client_id: abc-1 } }", self.tokens.app_service()) as host:
            self.assertFalse(host.call("list_pipeline_runs", {"project": "Payments"}).get("isError"))
        self.assertEqual(self.askers(), {"managed-identity abc-1"})

    def test_a_virtual_machine_reads_as_its_own(self):
        with self.host("{ managed_identity: {} }", self.tokens.virtual_machine()) as host:
            self.assertFalse(host.call("list_pipeline_runs", {"project": "Payments"}).get("isError"))
        self.assertEqual(self.askers(), {"machine"})

    def test_what_azure_devops_refuses_to_the_identity_stays_refused(self):
        self.tokens.may_queue["managed-identity"] = False
        with self.host("{ managed_identity: {} }", self.tokens.app_service()) as host:
            result = host.call("trigger_pipeline_run", {"project": "Payments", "pipeline_id": 20, "branch": "main"})
        self.assertTrue(result["isError"])
        self.assertIn("Queue builds", result["content"][0]["text"])
        self.assertEqual(self.askers(), {"managed-identity"})

    def test_without_a_token_nothing_is_asked(self):
        wrong = {**self.tokens.app_service(), "IDENTITY_HEADER": "wrong"}
        with self.host("{ managed_identity: {} }", wrong) as host:
            call = {"name": "list_pipeline_runs", "arguments": {}}
            status, answer = host.rpc("tools/call", call, "list_pipeline_runs")
        self.assertTrue("error" in answer or answer["result"]["isError"], (status, answer))
        self.assertEqual(self.askers(), set())
        self.assertEqual(self.tokens.given, [])


class TokenServiceItself(unittest.TestCase):
    """Its half of on-behalf-of: a test that relies on its refusals must know that it refuses."""

    def setUp(self):
        self.simulator = Simulator()
        self.addCleanup(self.simulator.stop)
        self.tokens = self.enterContext(TokenService(self.simulator))

    def proof(self, resource=TOKEN_EXCHANGE):
        query = urllib.parse.urlencode({"resource": resource, "api-version": "2019-08-01"})
        request = urllib.request.Request(f"{self.tokens.url}/msi/token?{query}")
        request.add_header("X-IDENTITY-HEADER", self.tokens.header)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())["access_token"]

    def exchange(self, **changed):
        claims = base64.urlsafe_b64encode(json.dumps({"oid": AVERY, "tid": TENANT}).encode()).decode().rstrip("=")
        form = {
            "grant_type": JWT_BEARER,
            "requested_token_use": "on_behalf_of",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": changed.pop("proof", None) or self.proof(),
            "assertion": f"e30.{claims}.x",
            "scope": f"{AZURE_DEVOPS}/.default",
        }
        body = urllib.parse.urlencode({**form, **changed}).encode()
        try:
            with urllib.request.urlopen(f"{self.tokens.url}/{TENANT}/oauth2/v2.0/token", body, 10) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())

    def test_a_persons_token_is_theirs_at_the_simulator(self):
        status, answer = self.exchange()
        self.assertEqual(status, 200, answer)
        request = urllib.request.Request(f"{self.simulator.url}/contoso/_apis/projects?api-version=7.1")
        request.add_header("Authorization", f"Bearer {answer['access_token']}")
        with urllib.request.urlopen(request, timeout=10) as projects:
            self.assertEqual(projects.status, 200)
        self.assertEqual([one["identity"] for one in self.simulator.requests()], [AVERY])

    def test_it_refuses_what_entra_refuses(self):
        self.assertEqual(self.exchange(proof="made-up")[1]["error"], "invalid_client")
        self.assertEqual(self.exchange(proof=self.proof(AZURE_DEVOPS))[1]["error"], "invalid_client")
        self.assertEqual(self.exchange(assertion="nonsense")[1]["error"], "invalid_grant")
        self.assertEqual(self.exchange(requested_token_use="x")[1]["error"], "unsupported_grant_type")
        self.tokens.refused[AVERY] = ("interaction_required", "AADSTS50076: Use a second factor.")
        self.assertEqual(self.exchange()[1]["error"], "interaction_required")


if __name__ == "__main__":
    unittest.main()
