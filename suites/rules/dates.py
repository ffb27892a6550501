"""Rules on dates: their form, and whether they can be right.

A client's clock and a gateway's differ by seconds, and so do those of the daemons behind a gateway (RGW 16.2.15 dates
an object that it has just stored up to a second after the answer that tells of it): complaints begin at minutes.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from fixtures.wire.message import Exchange, Head
from suites.rules.model import told

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# RFC 9110 section 5.6.7: the other two forms are for recipients to bear.
_IMF_FIXDATE: Final = re.compile(
    rf"({'|'.join(_DAYS)}), (\d\d) ({'|'.join(_MONTHS)}) (\d{{4}}) (\d\d):(\d\d):(\d\d) GMT", re.ASCII
)
_SKEW: Final = 300.0
"""Seconds that clocks may differ. S3 refuses signatures that are 900 seconds old."""


@lru_cache(maxsize=4096)
def http_date(text: str) -> float | None:
    """Seconds since the epoch, or None if this is no IMF-fixdate of a day that there is."""
    match = _IMF_FIXDATE.fullmatch(text)
    if match is None:
        return None
    day, month, year, hour, minute, second = (
        int(match[2]),
        _MONTHS.index(match[3]) + 1,
        int(match[4]),
        int(match[5]),
        int(match[6]),
        int(match[7]),
    )
    try:
        # A leap second is 60, which Python does not know.
        when = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except ValueError:
        return None
    return when.timestamp() if second <= 60 and _DAYS[when.weekday()] == match[1] else None


def date(_: Exchange, head: Head) -> Iterator[str]:
    """Every answer but a 5xx has a Date, and every Date is an IMF-fixdate."""
    # RFC 9110 section 6.6.1 says MUST of a gateway that has a clock. Registries do without, so it is advice here.
    # RGW 0.87 to 0.94.2 sent none (tracker 11872).
    said = head.get("Date")
    if said is None:
        if head.status is not None and 200 <= head.status < 500:
            yield "no Date"
    elif http_date(said) is None:
        yield f"Date is {told(said)}"


def clock(exchange: Exchange, head: Head) -> Iterator[str]:
    """Date is the time of the answer."""
    said = http_date(head.get("Date") or "")
    if said is None or not exchange.started:
        return
    apart = said - exchange.started
    if apart < -_SKEW or apart > exchange.seconds + _SKEW:
        yield f"Date is {abs(apart):.0f} seconds {'after' if apart > 0 else 'before'} the request by our clock"


def last_modified(_: Exchange, head: Head) -> Iterator[str]:
    """Last-Modified is an IMF-fixdate."""
    # The Swift driver fails on any other: `parsing time "" as "Mon, 02 Jan 2006 15:04:05 GMT"` (distribution#1673).
    said = head.get("Last-Modified")
    if said is not None and http_date(said) is None:
        yield f"Last-Modified is {told(said)}"


def modified_before(_: Exchange, head: Head) -> Iterator[str]:
    """Nothing was modified after the answer that tells of it."""
    modified, now = http_date(head.get("Last-Modified") or ""), http_date(head.get("Date") or "")
    if modified is not None and now is not None and modified > now + _SKEW:
        yield f"Last-Modified {head.get('Last-Modified')} is after Date {head.get('Date')}"
