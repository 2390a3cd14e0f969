"""Shared state against the real Blob service's own emulator (npm azurite), over TLS, with tokens."""

import base64
import concurrent.futures
import json
import pathlib
import subprocess
import tempfile
import time
import unittest
import uuid

from harness import BUILD, ROOT, Program

MODULES = ROOT / "tests" / "e2e" / "node_modules"
NODE = MODULES / "node" / "bin" / "node"
AZURITE = MODULES / "azurite" / "dist" / "src" / "blob" / "main.js"
PROBE = BUILD / "bin" / "state_probe"


def segment(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def token(audience="https://storage.azure.com", lifetime=3600):
    """azurite --oauth basic reads a token's claims; it knows nobody's keys."""
    now = int(time.time())
    tenant = str(uuid.uuid4())
    claims = {"aud": audience, "iss": f"https://sts.windows.net/{tenant}/", "tid": tenant,
              "iat": now - 60, "nbf": now - 60, "exp": now + lifetime, "ver": "1.0"}
    return f"{segment({'typ': 'JWT', 'alg': 'RS256'})}.{segment(claims)}.c2ln"


class Azurite(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        certificate = pathlib.Path(cls.folder.name) / "certificate.pem"
        key = pathlib.Path(cls.folder.name) / "key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
             "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
             key, "-out", certificate], check=True, capture_output=True)
        cls.certificate = certificate
        cls.service = Program(
            [NODE, AZURITE, "--blobHost", "127.0.0.1", "--blobPort", "0", "--inMemoryPersistence",
             "--skipApiVersionCheck", "--disableTelemetry", "--oauth", "basic", "--cert",
             certificate, "--key", key])
        line = cls.service.wait_for("successfully listens on")
        cls.account = line.split("successfully listens on")[1].strip() + "/devstoreaccount1"

    @classmethod
    def tearDownClass(cls):
        cls.service.stop()
        cls.folder.cleanup()

    def setUp(self):
        self.container = "state-" + uuid.uuid4().hex[:8]

    def probe(self, *arguments, with_token=None):
        done = subprocess.run(
            [PROBE, f"{self.account}/{self.container}", *arguments], capture_output=True, text=True,
            timeout=60,
            env={"STATE_TOKEN": with_token or token(), "SSL_CERT_FILE": str(self.certificate)})
        return done.stdout.strip() if done.returncode == 0 else f"failed: {done.stderr.strip()}"

    def test_a_name_is_created_once_and_read_by_all(self):
        self.assertEqual(self.probe("read", "used/a"), "(nothing)")
        self.assertEqual(self.probe("create", "used/a", "one", "60"), "created")
        self.assertEqual(self.probe("create", "used/a", "two", "60"), "exists")
        self.assertEqual(self.probe("read", "used/a"), "one")

    def test_what_expired_is_not_read_but_still_taken(self):
        self.assertEqual(self.probe("create", "used/a", "one", "-1"), "created")
        self.assertEqual(self.probe("read", "used/a"), "(nothing)")
        self.assertEqual(self.probe("create", "used/a", "two", "60"), "exists")

    def test_the_last_writer_wins_and_what_is_removed_is_gone(self):
        self.assertEqual(self.probe("write", "tasks/a/record", "one", "60"), "written")
        self.assertEqual(self.probe("write", "tasks/a/record", "two", "60"), "written")
        self.assertEqual(self.probe("read", "tasks/a/record"), "two")
        self.assertEqual(self.probe("create", "tasks/a/record", "three", "60"), "exists")
        self.assertEqual(self.probe("remove", "tasks/a/record"), "removed")
        self.assertEqual(self.probe("remove", "tasks/a/record"), "removed")
        self.assertEqual(self.probe("read", "tasks/a/record"), "(nothing)")
        self.assertEqual(self.probe("create", "tasks/a/record", "four", "60"), "created")

    def test_one_of_many_processes_wins(self):
        self.probe("create", "used/warm", "", "60")
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            said = list(pool.map(lambda i: self.probe("create", "used/b", str(i), "60"), range(8)))
        self.assertEqual(sorted(said), ["created"] + ["exists"] * 7)

    def test_a_confirmation_counts_once_across_replicas(self):
        issued = self.probe("issue", "ann|trigger|abc", "digest")
        self.assertIn("another caller", self.probe("redeem", issued, "bob|trigger|abc"))
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            said = list(pool.map(lambda _: self.probe("redeem", issued, "ann|trigger|abc"),
                                 range(6)))
        self.assertEqual(said.count("digest"), 1, said)
        self.assertEqual(sum("used already" in line for line in said), 5, said)

    def test_a_bad_token_is_refused_and_said(self):
        said = self.probe("create", "used/a", "one", "60", with_token=token(audience="https://x"))
        self.assertIn("Storage Blob Data Contributor", said)


if __name__ == "__main__":
    if not AZURITE.exists():
        raise SystemExit("integration: azurite is missing; ./dev test installs it")
    unittest.main()
