"""A comparison as JSON, for scripts: what counts, what differs, and how long answers took, with its support.

Rule 1: it says what the terminal says, of all pairs; exchanges are named by their numbers.
"""

from dataclasses import asdict
from typing import Any, Final

from reports.compare import Comparison, Group, Pair

SCHEMA: Final = 1
_KINDS: Final = ("worse", "fixed", "lost", "apart", "changed", "asked")


def as_json(comparison: Comparison) -> dict[str, Any]:
    """The whole comparison; seconds are seconds."""
    return {
        "schema": SCHEMA,
        "runs": list(comparison.labels),
        "is_worse": comparison.is_worse,
        "pairs": [_pair(pair) for pair in comparison.pairs],
        "alike": [list(group) for group in comparison.alike],
    }


def _pair(pair: Pair) -> dict[str, Any]:
    return {
        "old": pair.old_label,
        "new": pair.new_label,
        "is_worse": pair.is_worse,
        "gateway": [{"name": name, "old": old, "new": new} for name, old, new in pair.facts],
        **{kind: [_group(group) for group in getattr(pair, kind)] for kind in _KINDS},
        "latency": {
            "tested": pair.latency.tested,
            "slower": [asdict(one) for one in pair.slower],
            "faster": [asdict(one) for one in pair.faster],
        },
        "notes": list(pair.unseen),
    }


def _group(group: Group) -> dict[str, Any]:
    return {
        "what": group.what,
        "why": list(group.why),
        "level": None if group.level is None else str(group.level),
        "old": group.old,
        "new": group.new,
        "counts": group.counts,
        "known": group.known or None,
        "seen": [asdict(sight) for sight in group.seen],
    }
