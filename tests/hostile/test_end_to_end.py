"""`pytest suites` against a real RGW that is hostile to one kind of request: the run ends, and says what it met."""

import re
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from fixtures.gateways.clean import clean_run
from fixtures.wire.client import Limits
from fixtures.wire.proxy import Proxy
from fixtures.wire.tampering import Hangup
from tests.hostile.bodies import _bomb
from tests.running import ROOT, TOO_LONG, Outcome

_OBJECT = re.compile(rb"GET /(?:[^/ ]+/)*rgwc-[^/ ?]+/[^ ?]+")
_LISTING = re.compile(rb"GET /(?:[^/ ]+/)*rgwc-[^/ ?]+\?[^ ]*format=json")
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
_CHECKS = ("head-is-get", "listing-of-nothing", "requests-stream-download")
_MEBIBYTES = 400
"""Of the whole process that runs the suites on all these gateways; a bomb would make it half a GiB, each."""
_CHARACTERS = 1000
"""Of what one deviation says: a gateway chooses what is compared."""


def _repeat(beginning, piece, pause=0.0):
    def say():
        yield beginning
        while True:
            yield piece
            if pause:
                time.sleep(pause)

    return say


def _once(data, *, reset=False):
    def say():
        yield data
        raise Hangup(reset=reset)

    return say


HOSTILE = {
    "endless-body": (_OBJECT, _repeat(_HEAD + b"\r\n", b"x" * 65536)),
    "drips": (_OBJECT, _repeat(_HEAD, b"x", 0.1)),
    "bomb": (_OBJECT, _once(_HEAD + b"Content-Encoding: gzip\r\nContent-Length: 9999999\r\n\r\n" + _bomb(1))),
    "redirects": (_OBJECT, _once(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:1/\r\nContent-Length: 0\r\n\r\n")),
    "deep": (_LISTING, _once(_HEAD + b"Content-Length: 100000\r\n\r\n" + b"[" * 100_000)),
}


@dataclass
class _Hostile:
    """A conversation with a real gateway (fixtures.wire.proxy) until a request is struck at."""

    strikes: re.Pattern[bytes]
    say: object
    struck: bool = False

    def asked(self, data):
        self.struck = self.struck or self.strikes.search(data) is not None
        return data

    def answered(self, data):
        return self.say() if self.struck else iter((data,))

    def rest(self):
        return b""


def _run(suites, *arguments):
    """Like Suites.run, and what the largest memory of that process was, in MiB."""
    command, reports = suites.command(*arguments)
    with (suites.directory / "output").open("w+", encoding="utf-8") as output:
        began, most = time.monotonic(), 0.0
        # As on a CI server, where pytest explains in full what a comparison of two bodies finds: minutes for 8 MiB.
        environment = suites.environment | {"CI": "true"}
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
        while process.poll() is None and time.monotonic() - began < TOO_LONG:
            most = _largest(process.pid) or most
            time.sleep(0.05)
        if process.poll() is None:
            process.kill()
            process.wait()
            pytest.fail("the run hangs")
        output.seek(0)
        return Outcome(process.returncode, output.read(), reports), most


def _largest(pid):
    """VmHWM in MiB (proc(5)): what wait4(2) tells counts the memory of the process that forked it too."""
    with suppress(OSError):
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
        return int(found[1]) / 1024 if found else 0.0
    return 0.0


def test_a_run_on_hostile_gateways_ends_and_says_so(suites, embedded):
    proxies = {
        name: Proxy("127.0.0.1", embedded.port, conversation=lambda how=how: _Hostile(*how))
        for name, how in HOSTILE.items()
    }
    suites.on(embedded.gateway, name="good")
    for name, proxy in proxies.items():
        suites.options += ["--gateway-url", f"{name}=http://127.0.0.1:{proxy.start()}"]
    limits = ["--silence-timeout", "0.5", "--exchange-timeout", "1", "--max-body", "8388608", "--max-rate", "100000"]
    for check in _CHECKS:
        limits += ["--check", check]
    try:
        outcome, mebibytes = _run(suites, "-vv", "-n", "0", "-p", "no:randomly", *limits)
    finally:
        for proxy in proxies.values():
            proxy.stop()
    # Where no listing can be read, the run could not do this itself, and said so.
    for run in outcome.runs.values():
        clean_run(embedded.gateway, run["run_id"], Limits())

    assert outcome.code == 1, outcome.output
    verdicts = {name: {id_: c["verdict"] for id_, c in run["checks"].items()} for name, run in outcome.runs.items()}
    assert set(verdicts) == {"good", *HOSTILE}, outcome.output
    assert {name for name, found in verdicts.items() if "error" in found.values()} == set()
    assert "fail" not in {verdicts["good"][check] for check in _CHECKS}
    struck = {_OBJECT: "head-is-get", _LISTING: "listing-of-nothing"}
    for name, (strikes, _) in HOSTILE.items():
        assert verdicts[name][struck[strikes]] == "fail", name
        if strikes is _OBJECT:
            assert verdicts[name]["requests-stream-download"] == "fail", name
            assert verdicts[name]["listing-of-nothing"] == "pass", name
    said = [d["message"] for run in outcome.runs.values() for c in run["checks"].values() for d in c["deviations"]]
    assert max(len(message) for message in said) < _CHARACTERS, max(said, key=len)
    assert mebibytes < _MEBIBYTES
