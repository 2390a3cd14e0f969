#!/usr/bin/env python3
"""What a clean release build costs, and which files cost most.

usage: timings.py [--source FOLDER] [--top N]
Builds everything but tests into FOLDER/build/timings from nothing, without a compiler cache.
FOLDER may be another checkout, so that two commits can be compared on one machine.
The sum is processor time of all compilers and linkers; the files' own times are by the clock.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys


def clean_build(source, build):
    """Returns the processor-seconds that the build took, without those of configuring."""
    environment = dict(os.environ, CCACHE_DISABLE="1")
    shutil.rmtree(build, ignore_errors=True)
    configure = ["cmake", "--preset", "release", "-B", str(build), "-DADOMCP_TESTS=OFF"]
    subprocess.run(configure, cwd=source, env=environment, check=True, stdout=subprocess.DEVNULL)
    jobs = os.environ.get("JOBS", str(os.cpu_count()))
    ninja = subprocess.Popen(["ninja", "-C", str(build), "-j", jobs], env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(ninja.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"timings: the build in {build} failed")
    return usage.ru_utime + usage.ru_stime


def files_by_time(build):
    """Pairs of seconds and object, dearest first, from what ninja wrote down."""
    seconds = {}
    for line in (build / ".ninja_log").read_text().splitlines()[1:]:
        start, end, _, output, _ = line.split("\t")
        if output.endswith((".o", ".gch")):
            seconds[output] = (int(end) - int(start)) / 1000
    return sorted(((time, output) for output, time in seconds.items()), reverse=True)


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=pathlib.Path, default=root)
    parser.add_argument("--top", type=int, default=20)
    options = parser.parse_args()
    source = options.source.resolve()
    build = source / "build" / "timings"
    total = clean_build(source, build)
    files = files_by_time(build)
    for time, output in files[: options.top]:
        print(f"{time:7.1f} s  {output.replace('CMakeFiles/', '')}")
    print(f"{len(files)} objects, {total:.0f} processor-seconds to compile and link")


if __name__ == "__main__":
    main()
