"""The token service as a program of its own, for tests that aren't Python.

GET /_state says all that was asked for and given; POST /_people sets `refused` and `may_queue`.
"""

import json
import signal
import sys
import urllib.request

from token_service import TokenService


class Simulator:
    """One that somebody else started."""

    def __init__(self, url):
        self.url = url

    def control(self, method, path, body):
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), method=method)
        urllib.request.urlopen(request, timeout=10).close()


class SteeredService(TokenService):
    def _route(self, method, target, headers, body):
        if (method, target) == ("GET", "/_state"):
            return 200, {"asked": self.asked, "given": self.given}
        if (method, target) == ("POST", "/_people"):
            people = json.loads(body)
            self.refused, self.may_queue = people.get("refused", {}), people.get("may_queue", {})
            return 200, {}
        return super()._route(method, target, headers, body)


def main():
    with SteeredService(Simulator(sys.argv[1])) as service:
        print(f"token service ready on {service.url} with {service.header}", flush=True)
        signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    # Before any thread is started, so that none of them takes it.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    main()
