"""Makes a page of its templates, styles and scripts: one file, written piece by piece.

Rule 1: every value in a template is escaped, and before that its control and bidi characters are written out.
Rule 2: the policy in the page's head allows its own styles and scripts by their digests, and no request to anybody.
"""

import json
import os
import shutil
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reports.escaping import visible
from reports.model import CheckResult, Level, Verdict
from reports.pages.sources import linked

_HERE: Final = Path(__file__).parent
_SCRIPTS: Final = ("theme", "say", "blobs", "bytes", "curl", "har", "exchange", "beside", "open", "filter", "start")
_STYLES: Final = ("colours", "page", "checks", "evidence", "curves", "comparison", "narrow")

SIGNS: Final = {
    "fail": "✗",
    "error": "!",
    "blocked": "‖",
    "known": "≈",
    "degraded": "~",
    "untested": "-",
    "unsupported": "○",
    "pass": "✓",
    "missing": "·",
}
"""A sign for each kind of verdict, so that none is told by its colour alone; the worst first."""
WORDS: Final = {
    "fail": "fail",
    "error": "error of ours",
    "blocked": "blocked",
    "known": "known fail",
    "degraded": "degraded",
    "untested": "untested",
    "unsupported": "unsupported",
    "pass": "pass",
}


@dataclass(frozen=True, slots=True)
class Assets:
    """What is inlined, and the policy that allows exactly that."""

    style: Markup
    script: Markup
    policy: str


def kind_of(check: CheckResult | None) -> str:
    """The verdict, and apart from it a fail that is accepted."""
    if check is None:
        return "missing"
    return "known" if check.verdict is Verdict.FAIL and check.accepted else str(check.verdict)


def write(path: Path, template: str, values: Mapping[str, Any], blobs: IO[bytes], index: Mapping[str, Any]) -> None:
    """Write a page whole or not at all: the template, the blobs, the index that scripts read. Raises OSError."""
    part = path.with_name(f"{path.name}.part")
    shared = {
        "assets": assets(),
        "sign": SIGNS,
        "words": WORDS,
        "linked": linked,
        "levels": [str(lv) for lv in Level],
    }
    try:
        with part.open("wb") as file:
            _render(file, template, {**shared, **values})
            blobs.seek(0)
            shutil.copyfileobj(blobs, file)
            _render(file, "tail.html", {**shared, "index": _json(index)})
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _render(file: IO[bytes], template: str, values: Mapping[str, Any]) -> None:
    stream = environment().get_template(template).stream(values)
    stream.enable_buffering(200)
    # Half a surrogate, which JSON may hold, is not UTF-8.
    file.writelines(text.encode("utf-8", "backslashreplace") for text in stream)


def _json(value: Any) -> Markup:
    """JSON as an element of a page holds it: nothing in it ends the element."""
    text = json.dumps(value, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - ASCII without `<`


@cache
def environment() -> Environment:
    """The templates."""
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=shown,
    )
    made.filters["urlpart"] = lambda text: quote(visible(text), safe="-_.~")
    made.filters["cut"] = cut
    return made


def shown(value: Any) -> Any:
    """A value with nothing invisible in it; what is markup already stays."""
    if isinstance(value, str) and not isinstance(value, Markup) and not value.isprintable():
        return visible(value)
    return value


def cut(text: str, most: int) -> str:
    """A text that is not endless: its beginning and its end."""
    return text if len(text) <= most else f"{text[: most * 2 // 3]} ... {text[-most // 3 :]}"


@cache
def assets() -> Assets:
    """Styles and scripts of all pages, joined."""
    style = "\n".join((_HERE / "css" / f"{name}.css").read_text(encoding="utf-8") for name in _STYLES)
    parts = [(_HERE / "js" / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS]
    script = "\n".join(['"use strict";(() => {', *parts, "})();"])
    policy = (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'"
    )
    return Assets(Markup(style), Markup(script), policy)  # noqa: S704 - our own files


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def relative(path: Path, page: Path) -> str:
    """Where a file is, as a page says it: beside the page if it can be."""
    return os.path.relpath(path, page.parent)


def counted(kinds: Iterable[str]) -> list[tuple[str, int]]:
    """How many of each kind there are, the worst first."""
    found = list(kinds)
    return [(kind, found.count(kind)) for kind in SIGNS if kind in found]
