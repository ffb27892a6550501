"""The page that tells every behaviour: docs/hostile.md."""

import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.hostile.catalogue import BEHAVIOURS, SUBJECTS
from tests.hostile.model import LIMITS, Met

PAGE = Path(__file__).parents[2] / "docs" / "hostile.md"
SECONDS = 6.0
"""Within which a check has ended, of a few exchanges and of some of our own work on what they brought."""
MEBIBYTES = 160
_BEGIN = "<!-- made by python -m tests.hostile -->"
_END = "<!-- end -->"
_SAID = 150


def page(before: str, met: Mapping[str, Met], undisturbed: Mapping[str, bool]) -> str:
    """The page with its tables made anew; what stands before and after them is kept."""
    head, _, rest = before.partition(_BEGIN)
    _, _, tail = rest.partition(_END)
    return head + "\n".join([_BEGIN, *_tables(met, undisturbed), _END]) + tail


def _tables(met: Mapping[str, Met], undisturbed: Mapping[str, bool]) -> Iterator[str]:
    worst = max(met.values(), key=lambda one: one.mebibytes)
    yield ""
    yield (
        f"{len(BEHAVIOURS)} behaviours, each met with {LIMITS.connect:g} s for a connection, {LIMITS.silence:g} s for "
        f"the next byte, {LIMITS.total:g} s for an exchange and {LIMITS.body // 1024**2} MiB for a body: "
        f"{sum(one.seconds > SECONDS for one in met.values())} hangs, "
        f"{sum(one.verdict == 'error' for one in met.values())} crashes, "
        f"{sum(not good for good in undisturbed.values())} disturbed neighbours. The most memory was "
        f"{math.ceil(worst.mebibytes)} MiB, the longest check {max(one.seconds for one in met.values()):.1f} s."
    )
    for subject, behaviours in SUBJECTS.items():
        yield ""
        yield f"## {subject}"
        yield ""
        yield "| behaviour | the server | limit | verdict | what the suite says | memory | next check |"
        yield "| --- | --- | --- | --- | --- | --- | --- |"
        for b in behaviours:
            one = met[b.id]
            cells = (
                f"`{b.id}`",
                _cell(b.says),
                f"{SECONDS:g} s",
                one.verdict,
                _cell(one.said),
                f"{math.ceil(one.mebibytes)} MiB",
                "undisturbed" if undisturbed[b.id] else "DISTURBED",
            )
            yield f"| {' | '.join(cells)} |"
    yield ""


def _cell(text: str) -> str:
    plain = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
    plain = re.sub(r"\d+\.\d+ s\b", "N s", re.sub(r"127\.0\.0\.1:\d+", "HOST", plain))
    cut = plain if len(plain) <= _SAID else f"{plain[:_SAID]}..."
    return cut.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


def names_in(text: str) -> list[str]:
    """The behaviours that a page tells, in its order."""
    return re.findall(r"^\| `([^`]+)` \|", text.partition(_BEGIN)[2].partition(_END)[0], re.MULTILINE)
