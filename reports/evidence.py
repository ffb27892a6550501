"""`exchanges.jsonl` as a reader of runs sees it: lines by their number and by their check, read when asked for.

Rule 1: memory grows with the number of lines, not with their size.
Rule 2: evidence that is missing or cut is no error: it is said, and the verdicts stand without it.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

NAME: Final = "exchanges.jsonl"

Line = dict[str, Any]
"""One exchange; the head of fixtures/wire/evidence.py says what its members are."""


class Evidence:
    """The exchanges of one run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.missing = not path.is_file()
        self._offsets: list[int] = []
        self._checks: dict[str, list[int]] | None = None

    def lines(self) -> Iterator[tuple[int, Line]]:
        """Every exchange with its number. What cannot be read, such as a line that was cut, is left out."""
        offsets, checks, place = [], defaultdict(list), 0
        if not self.missing:
            with self.path.open("rb") as file:
                for number, raw in enumerate(file):
                    offsets.append(place)
                    place += len(raw)
                    line = _parsed(raw)
                    if line is not None:
                        checks[str(line.get("check"))].append(number)
                        yield number, line
        self._offsets, self._checks = offsets, dict(checks)

    def of(self, check: str) -> list[int]:
        """The numbers of a check's exchanges, in their order."""
        if self._checks is None:
            for _ in self.lines():
                pass
        return (self._checks or {}).get(check, [])

    def exchange(self, number: int) -> Line | None:
        """One exchange, or None if it is not there."""
        if self._checks is None:
            self.of("")
        if not 0 <= number < len(self._offsets):
            return None
        with self.path.open("rb") as file:
            file.seek(self._offsets[number])
            return _parsed(file.readline())


def _parsed(raw: bytes) -> Line | None:
    try:
        line = json.loads(raw)
    except ValueError:
        return None
    return line if isinstance(line, dict) and _sound(line) else None


def _sound(line: Line) -> bool:
    """Whether what readers rely on is there: a file may have been edited, or cut and joined again."""
    request, response = line.get("request"), line.get("response")
    return isinstance(request, dict) and _message(request) and (response is None or _message(response))


def _message(message: Any) -> bool:
    if not isinstance(message, dict) or not isinstance(message.get("head"), str):
        return False
    return isinstance(message.get("size", 0), int) and isinstance(message.get("body") or "", str)
