"""What an answer looks like, in facets that two gateways may differ in, and which of them do.

Rule 1: requests are matched by what they ask within the same check, never by their place: order and repeats of polls
    show nothing.
Rule 2: a facet is compared only among answers of the same status; another status is one difference, not twenty.
"""

import base64
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from reports.evidence import Line
from reports.normal import VOLATILE, Normal

ABSENT: Final = "absent"
SEPARATOR: Final = ", "
"""Between the things that a body is made of."""
_PRESENT: Final = "present"
_TAG: Final = re.compile(r"<([A-Za-z_][\w:.-]*)[\s/>]")
_CODE: Final = re.compile(r"<(Code|Message)>([^<]{0,200})<")
_ORDERLESS: Final = frozenset({"date", "connection"})
_OF_NO_MATTER: Final = frozenset({"date", "x-amz-date", "content-length", "accept-encoding", *VOLATILE})
_OF_ALL_CHECKS: Final = ("x-account-meta-", "x-account-storage-policy-")
"""Fields that tell what other checks did to the account they share."""


@dataclass(frozen=True, slots=True)
class Shape:
    """All of an answer that is compared; most answers of a run share few shapes."""

    status: str
    line: str = ""
    """The status line."""
    fields: tuple[tuple[str, str, str], ...] = ()
    """Name in small letters, name as written, normalised value."""
    framing: str = ""
    failure: str = ""
    excess: bool = False
    interim: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One exchange, reduced to what is compared."""

    number: int
    """The line of `exchanges.jsonl`."""
    asked: str
    """The request, normalised: what matches it with the other run's."""
    kind: str
    """The request in words: `GET object`."""
    seconds: float
    """Until the first byte of the answer."""
    shape: Shape
    round: int = 1
    """The repetition of its check (`--repeat`)."""


@dataclass(frozen=True, slots=True)
class Change:
    """One facet of one answer that differs."""

    facet: str
    old: str
    new: str
    kind: str
    check: str
    old_number: int
    new_number: int


def answer_of(number: int, line: Line, normal: Normal) -> Answer:
    """Reduce one exchange."""
    request = line["request"]
    target, asked = _asked(str(request.get("head", "")), normal)
    response = line.get("response")
    seconds = float(line.get("first_byte") or line.get("seconds") or 0.0)
    if not isinstance(response, dict) or response.get("status") is None:
        shape = Shape(str(line.get("failure") or "no status line"))
    else:
        shape = _shape(line, response, normal)
    number_of_round = line.get("round")
    return Answer(
        number, asked, kind_of(target), seconds, shape, number_of_round if isinstance(number_of_round, int) else 1
    )


def _asked(head: str, normal: Normal) -> tuple[str, str]:
    """The request line, and all of the request that may change its answer."""
    lines = head.split("\r\n")
    first = normal.text(lines[0])
    fields = (normal.field(line) for line in lines[1:])
    told = sorted(f"{name}:{value}" for name, _, value in fields if name and name not in _OF_NO_MATTER)
    return first, "\n".join([first, *told])


@cache
def kind_of(request_line: str) -> str:
    """What a normalised request line asks for, in words: method, what it is about, and the names of its parameters."""
    method, _, target = request_line.partition(" ")
    path, _, query = target.rpartition(" ")[0].partition("?") if " " in target else target.partition("?")
    path = re.sub(r"^https?://[^/]+", "", path)
    api = ""
    if path.startswith("{storage}"):
        path, api = path.removeprefix("{storage}"), "Swift "
    parts = [part for part in path.split("/") if part]
    if not api and parts[:1] in (["auth"], ["info"], ["swift"], ["v3"]):
        about = "/".join(parts[:2])
    else:
        about = ("account" if api else "service", "container" if api else "bucket", "object")[min(len(parts), 2)]
    names = sorted({part.partition("=")[0] for part in query.split("&") if part})
    return f"{method[:20]} {api}{about}" + (f"?{'&'.join(names)}"[:80] if names else "")


def _shape(line: Line, response: dict[str, Any], normal: Normal) -> Shape:
    first, *lines = str(response.get("head", "")).split("\r\n")
    fields = [normal.field(text) for text in lines]
    body = _bytes(response.get("body"))
    cut = int(response.get("size") or 0) > len(body)
    kind = next((value for name, _, value in fields if name == "content-type"), "")
    return Shape(
        status=str(response["status"]),
        line=first,
        fields=tuple(field for field in fields if field[0] and not field[0].startswith(_OF_ALL_CHECKS)),
        framing=str(response.get("framing")),
        failure=str(line.get("failure") or ""),
        excess=bool(line.get("excess")),
        interim=" ".join(str(head).partition("\r\n")[0] for head in response.get("interim") or ()),
        body=_body(body, kind, normal, cut=cut),
    )


@cache
def facets(shape: Shape) -> dict[str, str]:
    """Each facet and its value."""
    version, _, rest = shape.line.partition(" ")
    found = {"HTTP version": version, f"reason phrase of {shape.status}": rest.partition(" ")[2]}
    for name, written, value in shape.fields:
        before = found.get(f"header {name}, its value")
        found[f"header {name}"] = _PRESENT
        found[f"header {name}, its name"] = written
        found[f"header {name}, its value"] = value if before is None else f"{before}, {value}"
    found["order of headers"] = " ".join(name for name, _, _ in shape.fields if name not in _ORDERLESS)
    found["framing"] = shape.framing
    found["body"] = shape.body
    if shape.failure:
        found["failure"] = shape.failure
    if shape.excess:
        found["bytes after the answer"] = _PRESENT
    if shape.interim:
        found["interim answers"] = shape.interim
    return found


def _bytes(text: Any) -> bytes:
    try:
        return base64.b64decode(text or "")
    except (ValueError, TypeError):
        return b""


def _body(body: bytes, content_type: str, normal: Normal, *, cut: bool) -> str:
    """What a body is made of: elements of XML, members of JSON, the words of an error; nothing of an object's data."""
    if not body:
        return "empty"
    if body.lstrip()[:1] == b"<":
        text = body.decode("utf-8", "replace")
        if cut:
            return "XML " + " ".join(_TAG.findall(text)[:1])
        tags = sorted({f"<{tag}>" for tag in _TAG.findall(text)})
        codes = [f"{name} {normal.text(value)}" for name, value in _CODE.findall(text) if value]
        return SEPARATOR.join([*tags, *codes]) if len(tags) < 60 else "XML"
    if "json" in content_type:
        try:
            value = None if cut else json.loads(body)
        except (ValueError, RecursionError):
            value = None
        if value is None:
            return "JSON, or its beginning"
        return SEPARATOR.join(["JSON", *sorted(set(_members(value)))[:60]])
    return "data"


def _members(value: Any, at: str = "", depth: int = 0) -> Iterator[str]:
    if isinstance(value, dict) and depth < 6:
        for name, inner in value.items():
            yield f"{at}.{name}"[:80]
            yield from _members(inner, f"{at}.{name}", depth + 1)
    elif isinstance(value, list):
        for inner in value[:50]:
            yield from _members(inner, f"{at}[]", depth)


def changes(check: str, old: Sequence[Answer], new: Sequence[Answer]) -> Iterator[Change]:
    """What differs between the answers to the same requests of a check in two runs."""
    asked: dict[str, tuple[list[Answer], list[Answer]]] = defaultdict(lambda: ([], []))
    for answer in old:
        asked[answer.asked][0].append(answer)
    for answer in new:
        asked[answer.asked][1].append(answer)
    for one, two in asked.values():
        if one and two:
            yield from _changes(check, one, two)


def _changes(check: str, old: list[Answer], new: list[Answer]) -> Iterator[Change]:
    as_often = len(old) == len(new)
    if _counted(old, lambda a: a.shape) == _counted(new, lambda a: a.shape):
        return
    for first, second, before, after in _differing(old, new, lambda a: a.shape.status, as_often=as_often):
        yield Change("answer", before, after, first.kind, check, first.number, second.number)
    for status in dict.fromkeys(a.shape.status for a in old):
        ours, theirs = ([a for a in answers if a.shape.status == status] for answers in (old, new))
        if theirs:
            yield from _of_a_status(check, ours, theirs)


def _of_a_status(check: str, old: list[Answer], new: list[Answer]) -> Iterator[Change]:
    as_often = len(old) == len(new)
    names = dict.fromkeys(name for a in (*old, *new) for name in facets(a.shape))
    order = "order of headers"
    if order in names:
        before, after = _common_order(facets(old[0].shape)[order], facets(new[0].shape)[order])
        if before != after:
            yield Change(order, before, after, old[0].kind, check, old[0].number, new[0].number)
        del names[order]
    for name in names:

        def look(answer: Answer, name: str = name) -> str:
            return facets(answer.shape).get(name, ABSENT)

        for first, second, before, after in _differing(old, new, look, as_often=as_often):
            # That a header is absent is told once, not again of its name and value.
            if ABSENT not in (before, after) or ", its " not in name:
                yield Change(name, before, after, first.kind, check, first.number, second.number)


def _counted(answers: list[Answer], look: Callable[[Answer], Hashable]) -> Counter[Hashable]:
    return Counter(map(look, answers))


def _common_order(old: str, new: str) -> tuple[str, str]:
    ours, theirs = old.split(), new.split()
    both = set(ours) & set(theirs)
    return " ".join(n for n in ours if n in both), " ".join(n for n in theirs if n in both)


def _differing(
    old: list[Answer], new: list[Answer], look: Callable[[Answer], str], *, as_often: bool
) -> Iterator[tuple[Answer, Answer, str, str]]:
    """A pair of answers for each value that one side has more often; asked more often, it must be one of its own."""
    ours, theirs = Counter(map(look, old)), Counter(map(look, new))
    if ours == theirs or (not as_often and ours.keys() & theirs.keys()):
        return
    gone, come = list(ours - theirs), list(theirs - ours)
    for number in range(max(len(gone), len(come))):
        before = gone[min(number, len(gone) - 1)] if gone else look(old[0])
        after = come[min(number, len(come) - 1)] if come else look(new[0])
        first = next(a for a in old if look(a) == before)
        second = next(a for a in new if look(a) == after)
        yield first, second, before, after


def by_check(lines: Iterable[tuple[int, Line]], normal: Normal) -> dict[str, list[Answer]]:
    """The answers of each check; memory grows with what differs in them, since equal values are one."""
    table: dict[str, list[Answer]] = defaultdict(list)
    shapes: dict[Shape, Shape] = {}
    for number, line in lines:
        answer = answer_of(number, line, normal)
        table[str(line.get("check"))].append(replace(answer, shape=shapes.setdefault(answer.shape, answer.shape)))
    return dict(table)
