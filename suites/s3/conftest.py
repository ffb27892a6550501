"""What the S3 checks share: a bucket with more keys than a page holds, made once for each process and gateway."""

import threading
from functools import partial
from typing import Final

import pytest

from fixtures.gateways.profile import endpoint_of
from fixtures.gateways.s3 import Bucket, S3Session
from fixtures.plugin import OPTIONS
from fixtures.set_up import insist, set_up_failed
from fixtures.wire.client import Client

KEYS: Final = (*(f"page/{number:04}" for number in range(1000)), "rest")
"""A thousand keys under `page/`, and one more."""
_WRITERS: Final = 8


class Seeds:
    """The names of the buckets that are seeded already."""

    def __init__(self, limits, next_container):
        self._limits = limits
        self._next = next_container
        self._known = {}

    def bucket(self, gateway, s3, observer) -> Bucket:
        """A bucket with `KEYS`, for this session."""
        if gateway.name not in self._known:
            name = self._next()
            with observer.setting_up():
                self._fill(gateway, s3, observer, name)
            self._known[gateway.name] = name
        return Bucket(s3, self._known[gateway.name])

    def _fill(self, gateway, s3, observer, name):
        made = insist(gateway, partial(s3.send, "PUT", name))
        if made.status != 200:
            set_up_failed(observer, made, "no bucket can be made", oracle="s3-api")
        failed = []

        def write(first):
            # What is not noted of set-up are a thousand answers like the one that made the bucket.
            with Client(endpoint_of(gateway), limits=self._limits) as client:
                session = S3Session(client, s3.account, prefix=s3.prefix)
                for key in KEYS[first::_WRITERS]:
                    exchange = insist(gateway, partial(session.send, "PUT", name, key))
                    if exchange.status != 200:
                        failed.append(exchange)
                        return

        writers = [threading.Thread(target=write, args=(first,)) for first in range(_WRITERS)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        if failed:
            observer.record(failed[0])
            set_up_failed(observer, failed[0], "no object can be written", oracle="s3-api")


@pytest.fixture(scope="session")
def seeds(pytestconfig, next_container) -> Seeds:
    """The seeded buckets of this process."""
    return Seeds(pytestconfig.stash[OPTIONS].limits, next_container)


@pytest.fixture
def seeded(seeds, gateway, s3, observer) -> Bucket:
    """A bucket with 1001 keys, for reading only."""
    return seeds.bucket(gateway, s3, observer)
