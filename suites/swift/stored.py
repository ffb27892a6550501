"""What many checks of Swift do before they ask: write an object, a manifest, a few segments."""

import hashlib
import json

from suites.claims import blocked, unsupported

MANIFEST = "X-Object-Manifest"
SEGMENTS = "segments/0f0/data/"


def stored(container, name, body=b"", **options):
    """Write an object; the check is blocked if that is not acknowledged."""
    answer = container.put(name, body, **options)
    if answer.status != 201:
        blocked(f"the PUT of {name!r} is answered with {answer.status}")
    return answer


def stored_segments(container, *parts, prefix=SEGMENTS):
    """Write segments as a registry numbers them, and give their names."""
    names = [f"{prefix}{number:016}" for number in range(1, len(parts) + 1)]
    for name, part in zip(names, parts, strict=True):
        stored(container, name, part)
    return names


def stored_manifest(container, name, value, **fields):
    """Write a large object manifest whose field has this value, with further fields (`_` for `-`)."""
    headers = [(MANIFEST, value), *((key.replace("_", "-"), field) for key, field in fields.items())]
    answer = container.session.ask("PUT", container.name, name, headers=headers)
    if answer.status != 201:
        blocked(f"the manifest is answered with {answer.status}")
    return answer


def stored_dlo(container, name, *parts, prefix=SEGMENTS, **fields):
    """Write a large object of these parts."""
    stored_segments(container, *parts, prefix=prefix)
    return stored_manifest(container, name, f"{container.name}/{prefix}", **fields)


def md5(data):
    """The hex MD5 of bytes, an Etag in Swift."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def put_slo(container, name, entries, headers=()):
    """PUT a static large object manifest of these entries, or of this text; unsupported where Swift's words say so."""
    text = entries if isinstance(entries, str) else json.dumps(entries)
    answer = container.put(name, text.encode(), query="multipart-manifest=put", headers=headers)
    if answer.status in (405, 501):
        unsupported(f"static large objects are answered with {answer.status}")
    return answer
