"""What Locust loads: users by class, our options, and what is done when a load begins and ends.

    .venv-load/bin/python -m locust -f bench/load/locustfile.py --headless --gateway-url URL --credentials FILE ...

`python -m bench.load` starts this with as many workers as are asked for. All that Locust can do it can do here too.

Rule 1: nobody is asked for anything whom `--gateway-url` does not name.
Rule 2: Locust's own numbers are those of its table; what is judged is in `run.json`.
"""

import atexit
import shlex
import sys
import threading
import time
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Final

from locust import User, events, task
from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

from bench.load import ground, players, report
from bench.load.judging import trouble
from bench.load.options import add_options
from fixtures.gateways.model import GatewayError
from fixtures.recordings.model import RecordingError
from fixtures.session import Host

_END: Final = "rgw-end"
_ENDED: Final = "rgw-ended"
_LATER: Final = 10.0
"""Seconds in which a worker whose users have been told to end says so."""


class Trouble(Exception):
    """What Locust counts as a failure."""


class _Here:
    """What this process knows."""

    ground: ground.Ground
    host: Host | None = None
    credentials: str | None = None
    lock = threading.Lock()
    code: int | None = None
    """What it came to, once it has."""
    began = 0.0
    workers = 0
    """Among whom the load was shared out."""
    ended: ClassVar[set[str]] = set()
    """Of them, those whose users have all ended, and which have told all that they judged."""
    started = ""


class _Registry(User):
    """Plays one operation of a registry after the other."""

    abstract = True
    player: ClassVar[type[players.Player]]

    def on_start(self) -> None:
        """Begin."""
        self._mine = self.player(_Here.ground)
        self._pause = 0.0

    def wait_time(self) -> float:
        """None, but where a gateway is away or refuses."""
        return self._pause

    @task
    def operate(self) -> None:
        """One operation: it comes to its end also when the load ends meanwhile (`--stop-timeout`)."""
        heard = self._mine.play()
        self._pause = heard.pause
        for exchange in heard.exchanges:
            what = trouble(exchange)
            self.environment.events.request.fire(
                request_type=exchange.request.method,
                name=heard.operation,
                response_time=1000 * exchange.seconds,
                response_length=exchange.response.size if exchange.response is not None else 0,
                exception=Trouble(what) if what is not None else None,
                context={},
            )


class Pusher(_Registry):
    """Pushes image after image."""

    player = players.Pusher


class Puller(_Registry):
    """Pushes one image, and pulls it again and again."""

    player = players.Puller


class Stormer(_Registry):
    """Pulls what the first of them has pushed."""

    player = players.Stormer


class Collector(_Registry):
    """Pushes, lists, deletes, collects garbage."""

    player = players.Collector


@events.init_command_line_parser.add_listener
def _options(parser: ArgumentParser) -> None:
    add_options(parser)


@events.init.add_listener
def _arrive(environment: Environment, **_: Any) -> None:
    """Reach the gateway before anybody is told to begin; a worker is told by its master."""
    told = environment.parsed_options
    # What the master was told of its own files would take the place of this.
    _Here.credentials = told.credentials
    if isinstance(environment.runner, WorkerRunner):
        environment.runner.register_message(_END, _end_users, concurrent=True)
        return
    if isinstance(environment.runner, MasterRunner):
        environment.runner.register_message(_ENDED, _users_ended)
    try:
        _Here.host = ground.ours(told)
        atexit.register(_clean)
        _Here.ground = ground.here(_Here.host, told)
    except (GatewayError, RecordingError) as error:
        _clean()
        _give_up(error)
    mix = _Here.ground.mix
    for user in environment.user_classes:
        user.weight, user.fixed_count = mix.weights.get(user.__name__, 0), mix.alone.get(user.__name__, 0)
    environment.user_classes[:] = [user for user in environment.user_classes if user.weight or user.fixed_count]


@events.test_start.add_listener
def _begin(environment: Environment, **_: Any) -> None:
    """Tell the workers where they are, as one of the options that Locust hands on to them."""
    told = environment.parsed_options
    if isinstance(environment.runner, WorkerRunner):
        try:
            _Here.ground = ground.there(told, _Here.credentials, environment.runner.worker_index)
        except (GatewayError, RecordingError) as error:
            _give_up(error)
        return
    _Here.began, _Here.started = time.monotonic(), datetime.now(UTC).isoformat(timespec="seconds")
    if isinstance(environment.runner, MasterRunner):
        assert _Here.host is not None
        _Here.workers = len(environment.runner.clients.ready)
        told.ground = ground.facts(_Here.host.session, processes=max(1, _Here.workers))


@events.report_to_master.add_listener
def _report(data: dict[str, Any], **_: Any) -> None:
    data["judged"] = _Here.ground.ledger.take() if hasattr(_Here, "ground") else {}


@events.worker_report.add_listener
def _reported(data: dict[str, Any], **_: Any) -> None:
    # Workers report from when they are there, which may be before the gateway is reached.
    if judged := data.get("judged"):
        _Here.ground.ledger.merge(judged)


@events.test_stopping.add_listener
def _wait_for_workers(environment: Environment, **_: Any) -> None:
    """Locust's master leaves half a second after it told its workers to: what users still do would not be told."""
    if not isinstance(environment.runner, MasterRunner):
        return
    deadline = time.monotonic() + (environment.stop_timeout or 0) + _LATER
    environment.runner.send_message(_END)
    while len(_Here.ended) < _Here.workers and time.monotonic() < deadline:
        time.sleep(0.05)


def _end_users(environment: Environment, **_: Any) -> None:
    """In a worker: have operations come to their end, and tell what came of them."""
    environment.runner.stop()
    environment.runner.send_message(_ENDED, _Here.ground.ledger.take() if hasattr(_Here, "ground") else {})


def _users_ended(msg: Any, **_: Any) -> None:
    _Here.ground.ledger.merge(msg.data)
    _Here.ended.add(msg.node_id)


@events.quitting.add_listener
def _end(environment: Environment, **_: Any) -> None:
    """Write the run, and remove what was made; all users have ended."""
    if isinstance(environment.runner, WorkerRunner) or not hasattr(_Here, "ground"):
        return
    # Locust comes here twice when it is told to end, and leaves when one of them is through.
    with _Here.lock:
        if _Here.code is None:
            _Here.code = _outcome(environment)
        environment.process_exit_code = _Here.code


def _outcome(environment: Environment) -> int:
    told, code = environment.parsed_options, 4
    seconds = time.monotonic() - _Here.began if _Here.began else 0.0
    # With users of its own: whoever was killed while he set up.
    _Here.ground.judge.set_up()
    if _Here.ground.ledger.operations:
        directory = Path(told.report_dir or f"reports/runs/load-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
        command = told.said or shlex.join(["locust", *sys.argv[1:]])
        complete = not told.run_time or seconds >= told.run_time
        written = report.write(
            _Here.ground, directory, command=command, started=_Here.started, seconds=seconds, complete=complete
        )
        code = written.code
        for line in written.lines:
            print(line, flush=True)
    else:
        print("error: nothing was asked, so nothing was judged", file=sys.stderr, flush=True)
    for error in list(environment.runner.exceptions.values())[:1]:
        print(f"error: our own: {error['msg']}\n{error['traceback']}", file=sys.stderr, flush=True)
        code = 4
    if (silent := _Here.workers - len(_Here.ended)) > 0:
        said = f"error: {silent} of {_Here.workers} workers did not end in time, and have not told all that they judged"
        print(said, file=sys.stderr, flush=True)
        code = 4
    return code if _clean() else max(code, 1)


def _clean() -> bool:
    """Remove what is left of this run, once; whether nothing is left."""
    host, _Here.host = _Here.host, None
    if host is None:
        return True
    complaints = host.close()
    for line in host.cleaned:
        print(line, flush=True)
    for line in complaints:
        print(f"error: {line}", file=sys.stderr, flush=True)
    return not complaints


def _give_up(error: Exception) -> None:
    print(f"error: {error}", file=sys.stderr, flush=True)
    sys.exit(4)
