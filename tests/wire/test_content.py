"""Bodies are made anew each time they are read, and always of the same bytes."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.wire.content import BLOCK, chunk_plan, from_bytes, generated, joined

SIZES = st.lists(st.integers(50, 5000), min_size=1, max_size=5)


def whole(content) -> bytes:
    return b"".join(content.pieces())


@given(st.integers(0, 3 * BLOCK), SIZES, SIZES)
def test_generated_bytes_do_not_depend_on_how_they_are_cut(size, one, two):
    first, second = generated("seed", size, one), generated("seed", size, two)

    assert whole(first) == whole(second) == whole(first)
    assert len(whole(first)) == size
    assert first.sha256 == hashlib.sha256(whole(second)).hexdigest()
    assert first.md5 == hashlib.md5(whole(second)).hexdigest()


def test_other_seeds_and_blocks_are_other_bytes():
    content = whole(generated("a", 4 * BLOCK))
    blocks = [content[start : start + BLOCK] for start in range(0, len(content), BLOCK)]

    assert len(set(blocks)) == 4
    assert whole(generated("b", BLOCK)) != blocks[0]
    assert whole(generated("a", BLOCK)) == blocks[0]


@given(SIZES, st.integers(0, 20_000))
def test_pieces_have_the_sizes_asked_for_and_the_last_size_goes_on(sizes, total):
    pieces = [len(piece) for piece in generated("s", total, sizes).pieces()]

    wanted, left = [], total
    for number in range(len(pieces)):
        size = min(sizes[min(number, len(sizes) - 1)], left)
        wanted.append(size)
        left -= size
    assert pieces == wanted
    assert left == 0


@given(st.binary(max_size=500), st.integers(0, 500), st.integers(0, 500))
def test_a_part_is_a_slice(data, one, two):
    start, end = sorted(min(n, len(data)) for n in (one, two))
    part = from_bytes(data, [7]).part(start, end)

    assert whole(part) == data[start:end]
    assert part.size == end - start
    assert part.sha256 == hashlib.sha256(data[start:end]).hexdigest()


@given(st.lists(st.binary(max_size=50), max_size=6))
def test_joined_parts_follow_one_another(parts):
    content = joined(from_bytes(part) for part in parts)

    assert whole(content) == b"".join(parts)
    assert content.size == sum(map(len, parts))
    assert content.beginning(10) == b"".join(parts)[:10]


def test_a_plan_has_the_known_chunks_and_then_blocks():
    assert chunk_plan([100, 0], 100) == [100]
    assert chunk_plan([10], 10 + BLOCK + 3) == [10, BLOCK, 3]
    assert chunk_plan([], 0) == []
    with pytest.raises(ValueError, match="chunks of 11 bytes in a body of 10"):
        chunk_plan([11], 10)


def test_what_is_made_again_is_not_digested_again():
    first = generated("made again", 100_000)
    digests = first.sha256, first.md5

    again = generated("made again", 100_000, (1000, 500))
    assert (again.sha256, again.md5) == digests
    assert hashlib.sha256(b"".join(again.pieces())).hexdigest() == again.sha256
    assert generated("made again", 99_999).sha256 != again.sha256
