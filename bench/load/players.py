"""Users: each says again what a registry said, operation by operation, in a container of its own.

Rule 1: a user plays one operation at a time, so that a load that ends lets it come to its end and be judged.
Rule 2: a user whose registry could not go on begins anew, and what stopped it is counted by name.
Rule 3: a container is removed when its image is no longer needed; what is left when the load ends, its end removes.
"""

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from bench.load.ground import Ground
from bench.load.judging import trouble
from bench.load.scenarios import read, written
from fixtures.gateways.clean import stores
from fixtures.gateways.model import GatewayError
from fixtures.gateways.profile import endpoint_of
from fixtures.gateways.runs import prefix
from fixtures.observer import Unprepared
from fixtures.recordings.dialect import Played
from fixtures.recordings.model import Recording
from fixtures.replays import Replay
from fixtures.wire.client import Client
from fixtures.wire.message import Exchange, Failure

_VARIES: Final = re.compile(r"rgwc-[0-9a-z-]+|[0-9a-f]{8,}")
_GONE: Final = (Failure.UNREACHABLE, Failure.TIMEOUT)
PAUSE: Final = 1.0
"""Seconds before a user whose gateway is away, or refuses, asks for anything else."""


@dataclass(slots=True)
class Heard:
    """What one operation came to, for Locust's own statistics."""

    operation: str
    exchanges: list[Exchange]
    pause: float = 0.0
    """Seconds that the user waits before the next."""


class Player:
    """One user. What it does is in `course`, which ends when the user begins anew."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.replay = ground.replay()
        self._course: Iterator[tuple[Recording, str]] = iter(())

    def course(self) -> Iterator[tuple[Recording, str]]:
        """The operations, each said when the one before was played."""
        raise NotImplementedError

    def play(self) -> Heard:
        """Play the next operation, judge it, and say what was heard."""
        recording: Recording | None = None
        try:
            recording, page = self._next()
            played = self.replay.page(self.ground.gateway, recording, page)
        except (Unprepared, GatewayError, OSError) as error:
            self._judge_part(recording)
            self.ground.judge.failed(_named(error))
            self.begin_anew()
            return Heard("set-up", [], PAUSE)
        except BaseException:
            # The load ends and waits no longer: what came until now is judged all the same.
            self._judge_part(recording)
            raise
        claim = self.ground.judge.page(played, recording, page)
        exchanges = [exchange for step in played for exchange in step.exchanges]
        if cannot_go_on(played):
            self.begin_anew()
        away = any(e.failure in _GONE or (trouble(e) or "").startswith(("5", "4")) for e in exchanges)
        return Heard(claim.id, exchanges, PAUSE if away else 0.0)

    def _judge_part(self, recording: Recording | None) -> None:
        """Judge what was played of an operation that did not come to its end."""
        part = self.replay.so_far(self.ground.gateway, recording) if recording is not None else []
        if recording is not None and part:
            self.ground.judge.page(part, recording, part[0].step.page, whole=False)

    def begin_anew(self) -> None:
        """Leave all conversations as they are: the end of the load removes their containers."""
        self._course = iter(())
        self.replay.close()
        self.replay = self.ground.replay()

    def _next(self) -> tuple[Recording, str]:
        for step in self._course:
            return step
        self._course = self.course()
        return next(self._course)

    def remove(self, recording: Recording) -> None:
        """Remove the container of a conversation, which ends with it. Raises GatewayError."""
        ground, own = self.ground, prefix(self.ground.session.run_id)
        container = self.replay.container(ground.gateway, recording)
        self.replay.forget(ground.gateway, recording)
        endpoint, record = endpoint_of(ground.gateway), ground.observer.record
        with Client(endpoint, limits=ground.limits, record=record) as client:
            for store in stores(ground.gateway, client, own):
                if container not in store.list_containers(own):
                    continue
                for name in list(store.list_objects(container)):
                    # One at a time: a load says itself how much there is at once.
                    store.delete_object(container, name)
                store.delete_container(container)
        ground.judge.set_up()


class Pusher(Player):
    """Pushes image after image."""

    def course(self) -> Iterator[tuple[Recording, str]]:
        """See Player."""
        recording = self.ground.next_recording()
        for page in written(recording):
            yield recording, page
        self.remove(recording)


class Puller(Player):
    """Pushes one image, and pulls it again and again."""

    def course(self) -> Iterator[tuple[Recording, str]]:
        """See Player."""
        recording = self.ground.next_recording()
        for page in written(recording):
            yield recording, page
        yield from self.pulls(recording)

    def pulls(self, recording: Recording) -> Iterator[tuple[Recording, str]]:
        """One pull after the other, without an end."""
        while True:
            for page in read(recording):
                yield recording, page
                self.replay.again(self.ground.gateway, recording, page)


class Collector(Player):
    """Pushes, lists, deletes, and collects garbage: all that was recorded."""

    def course(self) -> Iterator[tuple[Recording, str]]:
        """See Player."""
        recording = self.ground.next_recording()
        for page in recording.pages:
            yield recording, page
        self.remove(recording)


@dataclass(slots=True)
class _Release:
    """The image of a pull storm: one for each process."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    pushed: tuple[Replay, Recording] | None = None
    """Where the conversation that wrote it is; nobody goes on with this one."""


_RELEASE: Final = _Release()


class Stormer(Puller):
    """Pulls the image that the first user of this process has pushed, from when it is there."""

    def course(self) -> Iterator[tuple[Recording, str]]:
        """See Player."""
        # Whoever waits here waits for the release, as the fleet does.
        with _RELEASE.lock:
            if _RELEASE.pushed is None:
                recording = self.ground.next_recording()
                for page in written(recording):
                    yield recording, page
                kept = self.ground.replay()
                kept.beside(self.replay, self.ground.gateway, recording)
                _RELEASE.pushed = kept, recording
        kept, recording = _RELEASE.pushed
        self.replay.forget(self.ground.gateway, recording)
        self.replay.beside(kept, self.ground.gateway, recording)
        yield from self.pulls(recording)


def cannot_go_on(played: Sequence[Played]) -> bool:
    """Whether a registry would have to begin anew: what it needs next was not answered."""
    return any(step.blocked is not None and not step.untested for step in played)


def _named(error: Exception) -> str:
    """What stopped a user, without what differs each time."""
    return f"a user could not go on: {_VARIES.sub('#', str(error))[:100]}"
