"""Heads that do not end, that are none, or that say what nobody can read."""

from tests.hostile.model import Asked, Behaviour, Peer, ok, says

_OK = b"HTTP/1.1 200 OK\r\n"
_END = b"Content-Length: 5\r\n\r\nhello"
_READ = ("head-is-get", "head-agrees-with-get")


def _endless_fields(peer: Peer, _: Asked) -> None:
    peer.say(_OK)
    peer.repeat(b"X-Again: and again\r\n" * 1000)


def _endless_value(peer: Peer, _: Asked) -> None:
    peer.say(_OK + b"X-Long: ")
    peer.repeat(b"a" * 65536)


def _endless_status(peer: Peer, _: Asked) -> None:
    peer.say(b"HTTP/1.1 200 ")
    peer.repeat(b"O" * 65536)


def _endless_folds(peer: Peer, _: Asked) -> None:
    peer.say(_OK + b"X-Folded: a\r\n")
    peer.repeat(b" and more\r\n" * 1000)


def _crumbs(peer: Peer, _: Asked) -> None:
    peer.say(_OK)
    peer.repeat(b"a:\r\n")


def _banner(peer: Peer, _: Asked) -> None:
    peer.say(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
    peer.wait()


BEHAVIOURS = (
    Behaviour("head-endless", "sends field after field, for ever", _endless_fields, ("answered",)),
    Behaviour("head-endless-value", "sends a field whose value never ends", _endless_value, ("answered",)),
    Behaviour("head-endless-reason", "sends a reason phrase that never ends", _endless_status, ("answered",)),
    Behaviour("head-endless-folding", "folds one field over ever more lines", _endless_folds, ("answered",)),
    Behaviour("head-in-crumbs", "sends an endless head in packets of four bytes", _crumbs, ("answered",)),
    Behaviour(
        "head-of-lines-that-are-no-fields",
        "sends a head of 80,000 lines without a colon",
        says(_OK + b"x\r\n" * 80_000 + _END),
        ("field-lines",),
    ),
    Behaviour(
        "head-of-equal-fields",
        "says Content-Length 10,000 times, each time another one",
        says(_OK + b"".join(b"Content-Length: %d\r\n" % n for n in range(10_000)) + b"\r\n"),
        ("framing",),
    ),
    Behaviour(
        "head-of-list-members",
        "sends a Link field of 100,000 members",
        says(ok(b"hello, registry", b"Link: " + b"a," * 100_000)),
        _READ,
    ),
    Behaviour(
        "head-of-parameters",
        "sends a media type with 60,000 parameters",
        says(_OK + b"Content-Type: a/b" + b";a=a" * 60_000 + b"\r\n" + _END),
        _READ,
    ),
    Behaviour("head-nul", "sends NUL in a value", says(ok(b"hello", b"X-Object-Meta-One: a\0b")), ("field-values",)),
    Behaviour(
        "head-bare-cr",
        "sends CR within a value, as if another field began",
        says(ok(b"hello", b"X-Object-Meta-One: a\rX-Auth-Token: b")),
        ("field-values", "line-ends"),
    ),
    Behaviour(
        "head-invalid-utf-8",
        "sends bytes that are no UTF-8 in the name of a field",
        says(ok(b"hello", b"X-Object-Meta-\xff\xfe\xc3: a")),
        ("field-lines",),
    ),
    Behaviour("head-long-name", "sends a field name of 200 KB", says(ok(b"hello", b"N" * 200_000 + b": a")), _READ),
    Behaviour(
        "status-of-5000-digits",
        "answers with a status of 5,000 digits",
        says(b"HTTP/1.1 " + b"2" * 5000 + b" OK\r\n" + _END),
        ("status-line-form",),
    ),
    Behaviour("status-000", "answers with status 000", says(b"HTTP/1.1 000 Zero\r\n" + _END), ("status-line-form",)),
    Behaviour("version-9.9", "answers in HTTP/9.9", says(b"HTTP/9.9 200 OK\r\n" + _END), ("http-version",)),
    Behaviour("no-http", "greets like an SSH server and waits", _banner, ("status-line",)),
    Behaviour("http-0.9", "answers with a body and nothing else", says(b"hello, registry"), ("status-line",)),
    Behaviour(
        "empty-lines", "sends a million empty lines before anything", says(b"\r\n" * 1_000_000), ("head-is-get",)
    ),
)
