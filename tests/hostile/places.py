"""Logins and redirects that lead elsewhere: nothing of the suite may go there, least of all a token."""

from tests.hostile.good import HELLO, STORAGE, TOKEN
from tests.hostile.model import Asked, Behaviour, Peer, answers, logs_in

ELSEWHERE = "http://127.0.0.2:1/steal"
"""Where nobody listens; that nobody asks is for the client to show."""


def _login(url: str, token: str = TOKEN):
    def act(peer: Peer, asked: Asked) -> bool:
        place = url.format(here=f"http://{asked.authority}", path=STORAGE)
        head = f"HTTP/1.1 204 No Content\r\nX-Auth-Token: {token}\r\nX-Storage-Url: {place}\r\n\r\n"
        peer.say(head.encode("latin-1"))
        return True

    return act


def _redirect(where: str, status: bytes = b"302 Found"):
    def act(peer: Peer, asked: Asked) -> bool:
        place = where.format(here=f"http://{asked.authority}", target=asked.target).encode("latin-1")
        peer.say(b"HTTP/1.1 %b\r\nLocation: %b\r\nContent-Length: 0\r\n\r\n" % (status, place))
        return True

    return act


_READ = ("head-is-get", "head-agrees-with-get")
_LIBRARY = ("requests-stream-download",)
BEHAVIOURS = (
    Behaviour(
        "storage-url-elsewhere",
        "names another host as its storage URL",
        _login("http://127.0.0.2:1{path}"),
        ("v1-auth-storage-url-place",),
        "login",
        logs_in,
    ),
    Behaviour(
        "storage-url-no-url",
        "names as its storage URL what is none",
        _login("http://[bad{path}"),
        ("refused",),
        "arrival",
        logs_in,
    ),
    Behaviour(
        "storage-url-of-200-kilobytes",
        "names a storage URL of 200 KB",
        _login("{here}{path}/" + "a" * 200_000 + "/"),
        ("v1-auth-storage-url-form",),
        "login-form",
        logs_in,
    ),
    Behaviour(
        "storage-url-climbs",
        "names a storage URL that climbs out of itself",
        _login("{here}/../../..{path}?x#y"),
        ("v1-auth-storage-url-form",),
        "login-form",
        logs_in,
    ),
    Behaviour(
        "token-of-200-kilobytes",
        "gives a token of 200 KB",
        _login("{here}{path}", "a b" * 70_000),
        ("v1-auth-token-form",),
        "login-token",
        logs_in,
    ),
    Behaviour(
        "token-with-nul",
        "gives a token with NUL and bytes above 127",
        _login("{here}{path}", "a\0\xff"),
        ("field-values",),
        "login-token",
        logs_in,
    ),
    Behaviour(
        "login-endless",
        "answers the login with a head that never ends",
        lambda peer, _: peer.repeat(b"HTTP/1.1 200 OK\r\n" * 1000),
        ("refused",),
        "arrival",
        logs_in,
    ),
    Behaviour("redirect-in-a-circle", "redirects each request to itself", _redirect("{here}{target}"), _READ),
    Behaviour(
        "redirect-in-a-circle-for-a-library",
        "redirects a library to the same place, for ever",
        _redirect("{target}", b"307 Temporary Redirect"),
        _LIBRARY,
        "library",
    ),
    Behaviour("redirect-elsewhere", "redirects a read to another host", _redirect(ELSEWHERE), _READ),
    Behaviour(
        "redirect-elsewhere-for-a-library",
        "redirects a library that shows its token to another host",
        _redirect(ELSEWHERE),
        _LIBRARY,
        "library",
    ),
    Behaviour(
        "redirect-to-a-file",
        "redirects a library to a file of this machine",
        _redirect("file:///etc/passwd"),
        _LIBRARY,
        "library",
    ),
    Behaviour(
        "redirect-to-nothing",
        "redirects without saying where to",
        answers(b"HTTP/1.1 302 Found\r\nContent-Length: 15\r\n\r\n" + HELLO),
        _READ,
    ),
)
