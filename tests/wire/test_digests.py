"""Digests of bodies of any size, in any pieces, are those of hashlib, and no thread outlives its body."""

import gc
import hashlib
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.wire.content import generated
from fixtures.wire.digests import Digests

SIZES = st.lists(st.sampled_from([0, 1, 1000, 65_535, 262_143, 262_144, 300_000]), max_size=8)


@given(SIZES)
def test_they_are_those_of_the_whole(sizes):
    pieces = [bytes([n % 251]) * size for n, size in enumerate(sizes)]
    digests = Digests("sha256", "md5")
    for piece in pieces:
        digests.update(piece)

    whole = b"".join(pieces)
    expected = [hashlib.sha256(whole).hexdigest(), hashlib.md5(whole, usedforsecurity=False).hexdigest()]
    assert digests.hex() == expected
    assert digests.hex() == expected


def test_they_can_go_on_after_they_were_read():
    digests = Digests("sha256")
    digests.update(b"a" * 300_000)
    digests.hex()
    digests.update(b"b" * 300_000)

    assert digests.hex() == [hashlib.sha256(b"a" * 300_000 + b"b" * 300_000).hexdigest()]


@pytest.mark.parametrize("size", [1000, 3_000_000])
def test_no_thread_is_left_where_nobody_wants_the_rest(size):
    before = set(threading.enumerate())
    pieces = generated("cut", size).pieces()
    next(pieces)
    pieces.close()

    # What others left may end meanwhile.
    assert set(threading.enumerate()) <= before


def test_no_thread_is_left_of_a_body_that_was_cut_off():
    digests = Digests("sha256")
    digests.update(b"x" * 300_000)
    thread = digests._thread
    del digests
    gc.collect()

    thread.join(10)
    assert not thread.is_alive()
