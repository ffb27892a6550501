"""One thing that a registry's driver reads of an answer, and the forms that it can read."""

from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from fixtures.recordings.dialect import Played
from fixtures.wire.message import Exchange, Response
from reports.model import Level


@dataclass(frozen=True, slots=True)
class Read:
    """One thing that a driver reads of an answer."""

    what: str
    wrong: Callable[[Played, Response, Exchange], str | None]
    """What is wrong with it, in words, or None."""
    level: Level
    impact: str
    source: str
    versions: Callable[[tuple[int, ...]], bool] = lambda _: True


def field(name: str, form: Callable[[str], bool], form_name: str) -> Callable[[Played, Response, Exchange], str | None]:
    def wrong(_: Played, response: Response, __: Exchange) -> str | None:
        value = response.get(name)
        if value is None:
            return f"{name} is missing"
        return None if form(value) else f"{name} is {value!r}, not {form_name}"

    return wrong


def integer(value: str) -> bool:
    return value.isascii() and value.isdigit()


def http_date(value: str) -> bool:
    """What Go's `http.TimeFormat` reads: RFC 1123 with GMT; ncw accepts no other zone (swift.go, `Object`)."""
    if not value.endswith(" GMT"):
        return False
    try:
        parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return False
    return True
