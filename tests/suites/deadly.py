"""A pytest plugin that kills radosgw in the middle of one check's PUT, as a request that crashes it would."""

import os
import signal
from pathlib import Path

import pytest

VICTIM = "test_a_chunked_write_is_stored_whole"


@pytest.hookimpl
def pytest_runtest_setup(item):
    """The check sends a body that kills the gateway when two thirds of it are sent."""
    if item.name != VICTIM:
        return
    # Imported late: the project's own plugins come after this one.
    from fixtures.gateways.crashes import PID  # noqa: PLC0415
    from fixtures.gateways.daemons import birth, until  # noqa: PLC0415
    from fixtures.plugin import SESSION  # noqa: PLC0415
    from fixtures.wire.content import Content, generated  # noqa: PLC0415

    directory = item.config.stash[SESSION].gateways[0].directory or Path(os.environ["DEADLY_TO"])

    def deadly(seed, size, sizes):
        right = generated(seed, size, sizes)
        # Read once more for its digest, the body kills nobody.
        alive = [True]

        def pieces():
            sent = 0
            for piece in right.pieces():
                yield piece
                sent += len(piece)
                if alive and sent >= 200_000:
                    alive.clear()
                    pid = int((directory / PID).read_text())
                    os.kill(pid, signal.SIGSEGV)
                    # The other threads go on until the last words are written: wait, so that this request is lost.
                    until(lambda pid=pid: birth(pid) is None, what="the end of radosgw", seconds=20)

        return Content(size, pieces)

    item.module.generated = deadly
