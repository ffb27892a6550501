"""Sees the arguments of every process that descends from one."""

import contextlib
import threading
import time
from pathlib import Path
from typing import Self

OFTEN = 0.01


def children(pid: int) -> set[int]:
    """Everybody who descends from a process."""
    found: set[int] = set()
    wanted = [pid]
    while wanted:
        with contextlib.suppress(OSError, ValueError):
            for task in list(Path(f"/proc/{wanted.pop()}/task").glob("*/children")):
                fresh = {int(word) for word in task.read_text().split()} - found
                found |= fresh
                wanted += fresh
    return found


class Watching:
    """Notes the arguments of every descendant while it is open."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.seen: set[bytes] = set()

    def _watch(self) -> None:
        while not self._end.is_set():
            for pid in children(self._pid) | {self._pid}:
                with contextlib.suppress(OSError):
                    self.seen.add(Path(f"/proc/{pid}/cmdline").read_bytes())
            time.sleep(OFTEN)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()
