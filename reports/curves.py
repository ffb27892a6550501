"""How long something takes by how much it is about, as a picture that stands in a page without anything from outside.

Rule 1: pure; all text is escaped, and what cannot be drawn is no picture but an empty string.
Rule 2: how it looks is said by the page, in `pages/css/curves.css`.
Rule 3: both axes begin at 0 for time and are logarithmic for size, so that a line that does not grow looks level.
"""

import html
import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

_WIDTH, _HEIGHT = 420, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 24, 28, 34
_UNITS: Final = ((1 << 30, "GiB"), (1 << 20, "MiB"))


def curves(measurements: Any) -> list[tuple[str, str]]:
    """Title and picture of everything that a check measured; nothing of what no picture can be made of."""
    if not isinstance(measurements, Mapping):
        return []
    drawn = [(str(name), svg(points, str(name))) for name, points in measurements.items()]
    return [(name, picture) for name, picture in drawn if picture]


def svg(points: Any, title: str) -> str:
    """An inline `<svg>` of points `[size, seconds]`: each as a dot, the medians of each size as a line."""
    found = sorted(_sound(points))
    if not found:
        return ""
    most = max(seconds for _, seconds in found) or 1e-6
    low, high = math.log(found[0][0]), math.log(found[-1][0])

    def x(size: float) -> float:
        part = (math.log(size) - low) / (high - low) if high > low else 0.5
        return round(_LEFT + part * (_WIDTH - _LEFT - _RIGHT), 1)

    def y(seconds: float) -> float:
        return round(_HEIGHT - _BOTTOM - seconds / most * (_HEIGHT - _TOP - _BOTTOM), 1)

    sizes: dict[float, list[float]] = defaultdict(list)
    for size, seconds in found:
        sizes[size].append(seconds)
    medians = [(size, statistics.median(values)) for size, values in sizes.items()]
    told = ", ".join(f"{_size(size)}: {_seconds(value)}" for size, value in medians)
    name = html.escape(title)
    parts = [
        f'<svg class="curve" role="img" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}">',
        f"<title>{name}; medians: {html.escape(told)}</title>",
        f'<text x="{_LEFT}" y="14">{name}</text>',
        _rule(_LEFT, y(0), _WIDTH - _RIGHT, y(0)),
        _rule(_LEFT, y(0), _LEFT, _TOP),
        *(_label(_LEFT - 6, y(value) + 4, _seconds(value), "end") for value in (0.0, most / 2, most)),
        *(_label(x(size), _HEIGHT - 14, _size(size), "middle") for size in _apart(list(sizes), x)),
        *(f'<circle class="point" cx="{x(size)}" cy="{y(seconds)}" r="2.5"/>' for size, seconds in found),
        f'<polyline class="line" points="{" ".join(f"{x(size)},{y(value)}" for size, value in medians)}"/>',
        "</svg>",
    ]
    return "".join(parts)


def _sound(points: Any) -> Iterable[tuple[float, float]]:
    """Those that are points; a run.json may have been edited."""
    for point in points if isinstance(points, list | tuple) else ():
        if isinstance(point, list | tuple) and len(point) == 2 and all(type(one) in (int, float) for one in point):
            size, seconds = point
            if 0 < size < 1e18 and 0 <= seconds < 1e9:
                yield float(size), float(seconds)


def _apart(sizes: Sequence[float], x: Any) -> Iterable[float]:
    """The sizes whose labels do not cover each other."""
    last = -math.inf
    for size in sizes:
        if x(size) - last >= 48:
            last = x(size)
            yield size


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="axis" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>'


def _label(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{html.escape(text)}</text>'


def _size(size: float) -> str:
    """Bytes where it is a round number of them, else a count."""
    for unit, name in _UNITS:
        if size >= unit and size % unit == 0:
            return f"{size / unit:,.0f} {name}"
    return f"{size:,.0f}"


def _seconds(seconds: float) -> str:
    return f"{seconds:.3g} s" if seconds >= 1 else f"{seconds * 1e3:.3g} ms"
