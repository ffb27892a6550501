"""wrk on the same gateway: the fastest that one connection can ask."""

import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Final

from bench.own import Own
from fixtures.wire.client import Client, Endpoint
from fixtures.wire.message import Request

_SECONDS: Final = 3
_RATE: Final = re.compile(r"Requests/sec:\s+([\d.]+)")
_ROUNDS: Final = 3


def wrk(own: Own) -> dict[str, float]:
    """GETs of an empty object in a second on one connection, ours over wrk's (best of three); nothing without wrk.

    Not HEAD, after which wrk waits for a body; nor GET of a body, which waits 40 ms for wrk's acknowledgement.
    """
    program = shutil.which("wrk")
    if program is None:
        return {}
    with tempfile.TemporaryDirectory(prefix="rgwc-bench-") as directory, Client(Endpoint.of(own.gateway.url)) as client:
        # A token on a command line is everybody's to read.
        script = Path(directory, "token.lua")
        script.touch(mode=0o600)
        script.write_text(f'wrk.headers["X-Auth-Token"] = "{own.token}"\n', encoding="utf-8")
        own.container.put("empty")
        asked = own.get("empty")
        command = [program, "-t1", "-c1", f"-d{_SECONDS}s", "-s", str(script), own.gateway.url + asked.path]
        ours, theirs = 0.0, 0.0
        for _ in range(_ROUNDS):
            said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            found = _RATE.search(said)
            assert found is not None, said
            theirs = max(theirs, float(found[1]))
            ours = max(ours, _rate(client, asked))
    return {"ours over wrk": ours / theirs}


def _rate(client: Client, asked: Request) -> float:
    number, began = 0, time.perf_counter()
    while (taken := time.perf_counter() - began) < _SECONDS:
        assert client.exchange(asked).status == 200
        number += 1
    return number / taken
