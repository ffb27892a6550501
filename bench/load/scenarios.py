"""What users do, and how many of them do it: pure data."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from fixtures.recordings.model import Recording
from fixtures.replays import pushing

_READS: Final = ("head-manifest", "pull-manifest", "pull-blob-small", "pull-blob-multi-segment", "pull-blob-range")
"""What a client that pulls asks for."""


def written(recording: Recording) -> Iterator[str]:
    """The pages of a push: all that come before somebody pulls."""
    return takewhile(lambda page: page not in _READS, recording.pages)


def read(recording: Recording) -> Iterator[str]:
    """The pages of a pull."""
    return (page for page in pushing(recording) if page in _READS)


_PLAYED: Final[Mapping[str, Callable[[Recording], Iterable[str]]]] = {
    "Pusher": written,
    "Puller": lambda recording: [*written(recording), *read(recording)],
    "Stormer": lambda recording: [*written(recording), *read(recording)],
    "Collector": lambda recording: recording.pages,
}
"""By class of users in the locustfile, what they come to play in time."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A mix of users."""

    says: str
    weights: Mapping[str, int]
    """By class of users in the locustfile."""
    alone: Mapping[str, int]
    """Users of which there are as many however many there are of the others."""

    def pages(self, recording: Recording) -> list[str]:
        """What is played of a recording, if the load lasts long enough."""
        mine = {page for name in (*self.weights, *self.alone) for page in _PLAYED[name](recording)}
        return [page for page in recording.pages if page in mine]


SCENARIOS: Final = {
    "push": Scenario("every user pushes images, each into a container of its own", {"Pusher": 1}, {}),
    "pull": Scenario("every user pushes one image and pulls it again and again", {"Puller": 1}, {}),
    "ci-fleet": Scenario("three users pull for each one that pushes", {"Pusher": 1, "Puller": 3}, {}),
    "pull-storm": Scenario("one image is pushed, then all users of a worker pull it at once", {"Stormer": 1}, {}),
    "mixed-with-gc": Scenario(
        "as ci-fleet, and one more user pushes, lists, deletes and collects garbage",
        {"Pusher": 1, "Puller": 3},
        {"Collector": 1},
    ),
}
