"""`python -m bench.load --gateway-url URL`: load on a gateway, made by Locust here, with workers or without.

Rule 1: no gateway is asked but those that are named, and each as gently as a run of the suites asks it.
Rule 2: it ends by itself: what does not end in its time is ended, and that is said.
Rule 3: a secret reaches Locust in a file that only this user can read, never on a command line or in the environment.
"""

import argparse
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bench.load.options import add_options
from fixtures.gateways.daemons import environment, free_port, private_directory, remove
from fixtures.gateways.embedded import EmbeddedGateway
from fixtures.gateways.model import Account, Gateway, GatewayError
from fixtures.session import named_urls

ROOT: Final = Path(__file__).parents[2]
VENV: Final = ROOT / ".venv-load"
_FILE: Final = "bench/load/locustfile.py"
STOP: Final = 20
_LAST_WORDS: Final = 30.0
GRACE: Final = 180.0
"""Seconds for all that is not the load: starting, those operations, cleaning up."""
_TIMES: Final = {"s": 1, "m": 60, "h": 3600}
_KEYS: Final = (
    *("swift_user", "swift_key", "s3_access_key", "s3_secret_key"),
    *("keystone_auth_url", "keystone_user", "keystone_password", "keystone_project", "keystone_domain"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """0: no deviation; 1: deviations; 2: wrong arguments; 4: no usable gateway, no Locust, or nothing was judged."""
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=(__doc__ or "").splitlines()[0])
    add_options(parser)
    parser.add_argument("--embedded", action="store_true", help="start a real RGW here, and load that one")
    parser.add_argument("--users", type=_positive, default=4, metavar="N", help="at once; default: 4")
    parser.add_argument(
        "--spawn-rate", type=float, default=1.0, metavar="N", help="users that begin in a second; default: 1"
    )
    parser.add_argument("--run-time", type=_seconds, default=60, metavar="TIME", help="60s, 5m, 1h; default: 60s")
    parser.add_argument(
        "--workers", type=int, default=0, metavar="N", help="Locust's workers; default: none, one process"
    )
    parser.add_argument(
        "--stop-timeout", type=int, default=STOP, metavar="N", help=f"seconds to end what is under way; default: {STOP}"
    )
    told = parser.parse_args(arguments)
    if not told.gateway_url and not told.embedded:
        print("error: no gateway is named: --gateway-url [NAME=]URL, or --embedded for one of our own", file=sys.stderr)
        return 2
    if told.gateway_url and told.embedded:
        print("error: --embedded and --gateway-url: a load is on one or the other", file=sys.stderr)
        return 2
    # Whoever ends it ends what it started, as Ctrl-C does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    said = shlex.join(["python", "-m", "bench.load", *(sys.argv[1:] if arguments is None else arguments)])
    try:
        with ExitStack() as stack:
            room = _room(stack)
            gateways = _gateways(told, room, stack)
            directory = told.report_dir or f"reports/runs/load-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
            options = [*_options(told), "--report-dir", directory, "--said", said]
            return max([_load(told, gateway, options) for gateway in gateways])
    except GatewayError as error:
        print(f"error: {error}", file=sys.stderr)
        return 4
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


def _room(stack: ExitStack) -> Path:
    """A directory of our own, until the stack ends. Raises GatewayError where there is no Locust to use it."""
    if not (VENV / "bin" / "python").exists():
        raise GatewayError("Locust is not installed: make .venv-load/ready")
    room = private_directory()
    stack.callback(remove, room)
    return room


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than one")
    return number


def _seconds(text: str) -> int:
    number, unit = (text[:-1], text[-1:]) if text[-1:] in _TIMES else (text, "s")
    if not number.isascii() or not number.isdigit() or int(number) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 60s, 5m or 1h")
    return int(number) * _TIMES[unit]


def _gateways(told: argparse.Namespace, room: Path, stack: ExitStack) -> list[str]:
    """What is given to `--gateway-url`, once for each load. Raises GatewayError."""
    if told.embedded:
        embedded = EmbeddedGateway()
        stack.callback(embedded.stop)
        gateway = embedded.start()
        told.credentials = str(_written(room, _told_of(gateway)))
        # It is named by URL and is ours all the same.
        told.allow_account_writes, told.max_rate = True, told.max_rate or 100_000.0
        told.max_connections = told.max_connections or 10_000
        return [f"{gateway.name}={gateway.url}"]
    if told.credentials is None:
        # What the environment holds anybody may read in /proc of a process that has it.
        values = {key: os.environ[f"RGW_{key.upper()}"] for key in _KEYS if os.environ.get(f"RGW_{key.upper()}")}
        told.credentials = str(_written(room, values)) if values else None
    else:
        told.credentials = str(Path(told.credentials).absolute())
    return [f"{name}={url}" for name, url in named_urls(tuple(told.gateway_url))]


def _told_of(gateway: Gateway) -> dict[str, str]:
    account: Account = gateway.account
    key, secret = account.swift_key, account.s3_secret_key
    values = {
        "swift_user": account.swift_user,
        "swift_key": key.value if key else None,
        "s3_access_key": account.s3_access_key,
        "s3_secret_key": secret.value if secret else None,
        "version": gateway.version,
    }
    return {name: value for name, value in values.items() if value is not None}


def _written(room: Path, values: Mapping[str, str]) -> Path:
    path = room / "credentials.toml"
    path.touch(mode=0o600)
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()]
    path.write_text("\n".join(["[default]", *lines, ""]), encoding="utf-8")
    return path


def _options(told: argparse.Namespace) -> Iterator[str]:
    """Ours, again, as Locust is given them."""
    yield from ("--scenario", told.scenario, "--silence-timeout", str(told.silence_timeout))
    for name in ("credentials", "swift_auth_url", "max_rate", "max_connections"):
        if (value := getattr(told, name)) is not None:
            yield from (f"--{name.replace('_', '-')}", str(value))
    for name in ("insecure", "allow_account_writes"):
        if getattr(told, name):
            yield f"--{name.replace('_', '-')}"
    for name in told.recording:
        yield from ("--recording", str(Path(name).absolute()) if name.endswith(".har") else name)


def _load(told: argparse.Namespace, gateway: str, options: list[str]) -> int:
    """One load, with Locust's own master and workers; its exit code."""
    begins = ["--headless", "--users", str(told.users), "--spawn-rate", str(told.spawn_rate)]
    begins += ["--run-time", f"{told.run_time}s", "--stop-timeout", str(told.stop_timeout), "--only-summary"]
    mine = [*begins, "--gateway-url", gateway, *options]
    workers = []
    if told.workers:
        port = str(free_port())
        mine += ["--master", "--master-bind-host", "127.0.0.1", "--master-bind-port", port]
        mine += ["--expect-workers", str(told.workers), "--expect-workers-max-wait", "60"]
        worker = ["--worker", "--master-host", "127.0.0.1", "--master-port", port]
        worker += ["--credentials", told.credentials] if told.credentials else []
        workers = [worker] * told.workers
    with _running([mine, *workers]) as (first, *others):
        code = _awaited(first, told.run_time + told.stop_timeout + GRACE)
        # Told by their master that it is over, unless there was none to tell them.
        for other in others if code in (0, 1) else ():
            _awaited(other, _LAST_WORDS)
    return code if code in (0, 1, 4) else 4


@contextmanager
def _running(commands: Sequence[Sequence[str]]) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """Locusts, that are ended with us."""
    started: list[subprocess.Popen[bytes]] = []
    # Where util-linux is, they are told to end even if we are killed and cannot tell them.
    told = [program, "--pdeathsig", "TERM", "--"] if (program := shutil.which("setpriv")) else []
    base = [*told, str(VENV / "bin" / "python"), "-m", "locust", "-f", _FILE, "--skip-log-setup"]
    try:
        for command in commands:
            # A group of its own: Ctrl-C is ours to hand on, once.
            options = {"cwd": ROOT, "env": _clean(), "stdin": subprocess.DEVNULL, "start_new_session": True}
            started += [subprocess.Popen([*base, *command], **options)]
        yield started
    finally:
        for process in started:
            if process.poll() is None:
                # Locust ends its users, and its master cleans up, when it is told to end.
                process.terminate()
                _awaited(process, GRACE)


def _clean() -> dict[str, str]:
    """No secret, no option of Locust's that is not ours, and what is imported is found from any directory."""
    return {k: v for k, v in environment(os.environ).items() if not k.startswith("LOCUST_")} | {"PYTHONPATH": str(ROOT)}


def _awaited(process: "subprocess.Popen[bytes]", seconds: float) -> int:
    deadline = time.monotonic() + seconds
    while process.poll() is None:
        if time.monotonic() > deadline:
            print(f"error: Locust ({process.pid}) did not end in its time, and is ended", file=sys.stderr)
            process.kill()
            process.wait()
            return 4
        time.sleep(0.05)
    return process.returncode


if __name__ == "__main__":
    sys.exit(main())
