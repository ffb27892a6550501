"""How much memory this process has had at most since it was last asked (proc(5), `clear_refs`): Linux alone tells.

Not `ru_maxrss`, which a child inherits from whoever started it, and which never falls.
"""

from pathlib import Path

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")


def begin() -> float:
    """Forget the peak; MiB that there are now."""
    _CLEAR.write_text("5", encoding="ascii")
    return _told("VmRSS")


def peak() -> float:
    """MiB at the most since `begin`."""
    return _told("VmHWM")


def _told(name: str) -> float:
    lines = dict(line.split(":", 1) for line in _STATUS.read_text(encoding="ascii").splitlines())
    return int(lines[name].split()[0]) / 1024
