"""What each driver reads of each answer, and what becomes of a registry where that is wrong.

Rule 1: each row names its source; a rule's finding inside a replay weighs what it costs this driver.
"""

from collections.abc import Iterator
from typing import Final

from fixtures.recordings.model import Kind, Recording, Step
from suites.registry import reads_s3, reads_swift
from suites.registry.read import Read

_LOSS: Final = {"swift": reads_swift.LOSS, "s3": reads_s3.LOSS}
_READS: Final[dict[str, dict[Kind, tuple[Read, ...]]]] = {"swift": reads_swift.READS, "s3": reads_s3.READS}


def loss(step: Step, recording: Recording) -> str:
    """What a registry loses if it cannot make anything of the answer to this step."""
    return _LOSS[recording.api][step.kind]


def reads_of(step: Step, recording: Recording) -> Iterator[Read]:
    """What this registry reads of the answer to this step."""
    for read in _READS[recording.api].get(step.kind, ()):
        if read.versions(recording.version):
            yield read
