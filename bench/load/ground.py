"""What all processes of a load stand on: the gateway, the run, the recordings, and who lets requests through.

Rule 1: one process reaches the gateway, writes the run down and cleans up: Locust's master, or the only process.
Rule 2: workers are told all but secrets; each reads these from a file of its own host.
"""

import itertools
import os
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from bench.load.judging import Judge
from bench.load.ledger import Ledger
from bench.load.scenarios import SCENARIOS, Scenario
from fixtures.gateways.credentials import load
from fixtures.gateways.model import Account, Gateway, GatewayError
from fixtures.gateways.runs import container_name
from fixtures.observer import Observer
from fixtures.recordings.har import built_in, in_an_id, read
from fixtures.recordings.model import Recording
from fixtures.replays import Replay
from fixtures.session import Host, Options, Session
from fixtures.wire.client import Limits

RECORDINGS: Final = ("2.8.3-swift", "2.8.3-s3")
"""What is played unless other recordings are named: the registry that Debian has, over each API."""


@dataclass
class Ground:
    """One process's."""

    session: Session
    scenario: str
    recordings: tuple[Recording, ...]
    limits: Limits
    account_writes: bool
    index: int = 0
    """Which of the workers this process is: its containers and its first recording are not the others'."""
    ledger: Ledger = field(default_factory=Ledger)

    def __post_init__(self) -> None:
        self.observers = {gateway.name: Observer(self.session.redactor) for gateway in self.session.gateways}
        profile = self.session.profiles[self.gateway.name]
        self.judge = Judge(self.ledger, self.observers[self.gateway.name], self.scenario, profile)
        self._numbers = itertools.count(1)
        self._turns = itertools.cycle(self.recordings)
        for _ in range(self.index):
            next(self._turns)

    @property
    def gateway(self) -> Gateway:
        """The one under load."""
        return self.session.gateways[0]

    @property
    def observer(self) -> Observer:
        """Who sees what users prepare and clean up."""
        return self.observers[self.gateway.name]

    @property
    def mix(self) -> Scenario:
        """Who does what."""
        return SCENARIOS[self.scenario]

    def next_recording(self) -> Recording:
        """Whose turn it is."""
        return next(self._turns)

    def new_name(self) -> str:
        """For a container that nobody has made."""
        return container_name(self.session.run_id, "load", f"w{self.index}", str(next(self._numbers)))

    def replay(self) -> Replay:
        """For a user of its own."""
        return Replay(self.session, self.observers, self.limits, self.new_name, account_writes=self.account_writes)


def ours(told: Namespace) -> Host:
    """Reach the gateway that was named and write the run down. Raises GatewayError in one line."""
    urls = tuple(told.gateway_url or ())
    if len(urls) != 1:
        raise GatewayError("name the gateway, one for each run of Locust: --gateway-url [NAME=]URL")
    options = Options(
        gateway_urls=urls,
        credentials=Path(told.credentials) if told.credentials else None,
        swift_auth_url=told.swift_auth_url,
        limits=_limits(told),
        account_writes=told.allow_account_writes,
        rate=told.max_rate,
        connections=told.max_connections,
        insecure=told.insecure,
    )
    host = Host(options, lambda line: print(line, flush=True))
    host.start()
    return host


def here(host: Host, told: Namespace) -> Ground:
    """The ground of the process that reached the gateway."""
    return _ground(host.session, told, 0)


def facts(session: Session, *, processes: int) -> dict[str, Any]:
    """What workers are told: no secret."""
    (gateway,) = session.gateways
    manners = gateway.manners.shared(processes) if gateway.manners is not None else None
    bare = replace(gateway, account=Account(), second=None, manners=manners)
    return {"run_id": session.run_id, "gateway": bare.to_json(), "profile": session.profiles[gateway.name]}


def there(told: Namespace, credentials: str | None, index: int) -> Ground:
    """The ground of a worker: what the master told, and this host's credentials. Raises GatewayError."""
    known: Mapping[str, Any] = told.ground
    bare = Gateway.from_json(known["gateway"])
    file = Path(credentials) if credentials else None
    mine = load(file=file, environ=os.environ, names=[bare.name]).get(bare.name)
    if mine is None:
        raise GatewayError(f"gateway {bare.name}: this worker knows no credentials; give --credentials")
    gateway = replace(
        bare, account=mine.account, ca_file=mine.ca_file, client_cert=mine.client_cert, client_key=mine.client_key
    )
    session = Session(known["run_id"], [gateway], {gateway.name: known["profile"]})
    return _ground(session, told, index)


def _ground(session: Session, told: Namespace, index: int) -> Ground:
    names = told.recording or [name for name in RECORDINGS if _can(session.gateways[0], name)]
    recordings = tuple(_recording(name) for name in names)
    return Ground(session, told.scenario, recordings, _limits(told), told.allow_account_writes, index)


def _recording(name: str) -> Recording:
    """One of ours by its name, or one that is in a file. Raises RecordingError."""
    return read(Path(name), name=in_an_id(Path(name).stem)) if name.endswith(".har") else built_in(name)


def _can(gateway: Gateway, name: str) -> bool:
    return gateway.account.s3 if name.endswith("-s3") else gateway.account.swift


def _limits(told: Namespace) -> Limits:
    return Limits(connect=min(10.0, told.silence_timeout), silence=told.silence_timeout)
