"""Text that a gateway chose, made safe for a terminal, a page and a file.

Rule 1: what is shown is printable ASCII, or text whose every character shows itself: nothing moves the cursor, turns
    the direction of writing, or is invisible.
"""

from typing import Final

_NAMES: Final = {"\r": "\\r", "\n": "\\n", "\t": "\\t", "\\": "\\\\"}


def visible(text: str) -> str:
    """Words of a run: letters of all scripts stay, control characters and marks of direction are written out."""
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    if character in _NAMES:
        return _NAMES[character]
    return f"\\x{ord(character):02x}" if ord(character) < 0x100 else f"\\u{ord(character):04x}"


def shown_bytes(data: bytes) -> str:
    """Bytes as ASCII: what is no printable character is written as an escape, as in a Python literal."""
    return "".join(map(_byte, data))


def _byte(byte: int) -> str:
    character = chr(byte)
    if character in _NAMES:
        return _NAMES[character]
    return character if 0x20 <= byte < 0x7F else f"\\x{byte:02x}"


def shown_latin(text: str) -> str:
    """Heads as `exchanges.jsonl` has them, latin-1 text, as ASCII; what is no latin-1 is written out too."""
    return "".join(_byte(ord(c)) if ord(c) < 0x100 else f"\\u{ord(c):04x}" for c in text)
