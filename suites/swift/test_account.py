"""The account: its counters and its list of containers, which people and their tools look at, and our own clean-up."""

import pytest

from fixtures.wire.client import NoAnswer
from suites.claims import MUST, check
from suites.swift.saying import is_count, is_timestamp

_SHOW = "Swift API, Show account metadata"
_LIST = "Swift API, Show account details and list containers"
_COUNTERS = ("X-Account-Container-Count", "X-Account-Object-Count", "X-Account-Bytes-Used")


def _named(rows):
    return [row.get("name") for row in rows]


def _three(container):
    """Three containers, and what their names begin with."""
    for letter in "abc":
        container.session.ask("PUT", f"{container.name}-{letter}")
    return f"{container.name}-", [f"{container.name}-{letter}" for letter in "abc"]


@check("account-head", oracle=_SHOW, level=MUST, impact="tools cannot tell how much an account uses")
def test_head_of_the_account_has_its_counters(swift):
    """HEAD of the account is answered with 2xx and three counters, all integers."""
    answer = swift.ask("HEAD", "")
    assert answer.status in (200, 204)
    assert [name for name in _COUNTERS if not is_count(answer.get(name))] == []


@check("account-timestamp", oracle=_SHOW, level=MUST, impact="clients that read the account's age fail")
def test_head_of_the_account_has_a_timestamp(swift):
    """HEAD of the account has X-Timestamp, seconds since the epoch with a fraction."""
    value = swift.ask("HEAD", "").get("X-Timestamp")
    assert is_timestamp(value), f"X-Timestamp is {value!r}"


@check("account-counts-containers", oracle=_SHOW, level=MUST, impact="tools cannot tell how much an account uses")
@pytest.mark.usefixtures("another_container")
def test_the_account_counts_its_containers(container):
    """X-Account-Container-Count of HEAD is at least the number of containers that are there."""
    answer = container.session.ask("HEAD", "")
    assert is_count(answer.get("X-Account-Container-Count"))
    assert int(answer.get("X-Account-Container-Count")) >= 2


@check("account-listing", oracle=_LIST, level=MUST, impact="nobody can see which containers there are")
def test_a_container_is_in_the_list_of_the_account(container):
    """The list in JSON has a row of a container with its name, and `count` and `bytes` as integers."""
    rows = [row for row in container.session.containers(prefix=container.name) if row.get("name") == container.name]
    assert len(rows) == 1
    assert [type(rows[0].get(name)) for name in ("count", "bytes")] == [int, int]


@check("account-listing-last-modified", oracle=_LIST, level=MUST, impact="tools cannot tell how old a container is")
def test_a_row_of_the_account_has_a_date(container):
    """The row of a container in JSON has `last_modified` (tracker 68195)."""
    rows = container.session.containers(prefix=container.name)
    assert rows
    assert [row for row in rows if not isinstance(row.get("last_modified"), str)] == []


@check("account-listing-pages", oracle=_LIST, level=MUST, impact="containers beyond the first page are not found")
def test_the_list_of_containers_goes_on_after_its_marker(container):
    """`limit` and `marker` give every container once, in the order of names."""
    own, names = _three(container)
    first = _named(container.session.containers(marker=own, limit="2"))
    assert first == names[:2]
    second = _named(container.session.containers(marker=first[-1], limit="1"))
    assert second == names[2:]


@check("account-listing-prefix", oracle=_LIST, level=MUST, impact="tools that look for a container find others")
def test_a_prefix_chooses_containers(container):
    """`prefix` gives the containers whose names begin with it, and no others."""
    own, names = _three(container)
    assert _named(container.session.containers(prefix=own)) == names
    assert container.session.containers(prefix=f"{own}none") == []


@check("account-listing-prefix-limit", oracle=_LIST, level=MUST, impact="tools that look for a container miss it")
def test_a_limit_counts_what_the_prefix_chose(container):
    """`limit` with `prefix` gives as many of the containers that the prefix chose."""
    own, names = _three(container)
    assert _named(container.session.containers(prefix=own, limit="2")) == names[:2]


@check("account-listing-end-marker", oracle=_LIST, level=MUST, impact="tools that list in parts see rows twice")
def test_the_list_of_containers_ends_before_its_end_marker(container):
    """`end_marker` gives the containers whose names come before it."""
    own, names = _three(container)
    assert _named(container.session.containers(prefix=own, end_marker=names[2])) == names[:2]


@check("account-listing-counts-all", oracle=_LIST, level=MUST, impact="tools show an account as smaller than it is")
def test_the_counters_of_a_page_are_those_of_the_account(container):
    """X-Account-Container-Count of a page with `limit` counts all containers, not those of the page."""
    _three(container)
    answer = container.session.ask("GET", "", query={"format": "json", "limit": "1"})
    assert is_count(answer.get("X-Account-Container-Count"))
    assert int(answer.get("X-Account-Container-Count")) >= 4


@check("account-listing-text", oracle=_LIST, level=MUST, impact="tools that read the list as text fail")
def test_without_a_format_the_list_has_a_name_in_each_line(container):
    """The list without a format is text, one name in each line."""
    own, names = _three(container)
    answer = container.session.ask("GET", "", query={"prefix": own})
    assert answer.status == 200
    assert answer.text.splitlines() == names
    assert (answer.get("Content-Type") or "").startswith("text/plain")


@check("account-listing-accept", oracle=_LIST, level=MUST, impact="clients that ask with Accept cannot read the list")
def test_accept_chooses_the_format_of_the_list(container):
    """`Accept: application/json` without `format` gives the list in JSON."""
    query, headers = {"prefix": container.name}, [("Accept", "application/json")]
    exchange = container.session.send("GET", "", query=query, headers=headers)
    try:
        rows = exchange.response.json() if exchange.response is not None else None
    except ValueError as error:
        raise NoAnswer(exchange, f"the listing is not JSON ({error})") from error
    assert isinstance(rows, list)
    assert container.name in [row.get("name") for row in rows if isinstance(row, dict)]
