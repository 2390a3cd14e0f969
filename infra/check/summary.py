"""Closes a ctest run with one plain line. Usage: summary.py REPORT (JUnit XML as ctest writes it).

Exit status 0 only when there were tests and every one passed.
"""

import sys
import xml.etree.ElementTree as ElementTree


def main(path):
    states = {}
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        states.setdefault(case.get("status"), []).append(case.get("name"))
    passed = len(states.pop("run", []))
    failed = len(states.get("fail", []))
    others = [name for state, names in states.items() if state != "fail" for name in names]
    for name in states.get("fail", []):
        print(f"failed: {name}")
    for name in others:
        print(f"did not run: {name}")
    failed += len(others)  # a test that could not run shows nothing
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
