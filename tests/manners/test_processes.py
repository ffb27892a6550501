"""No secret is an argument of any process that is started to make a gateway."""

import os
import sys

from fixtures.gateways.embedded import EmbeddedGateway
from tests.manners.watching import Watching

STARTED: list[str] | None = None


def note(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook stays for good; it notes only while somebody looks."""
    if event == "subprocess.Popen" and STARTED is not None:
        STARTED.append(repr(arguments[:2]))


def test_a_gateway_of_our_own_is_made_without_a_secret_in_an_argument(monkeypatch):
    started: list[str] = []
    monkeypatch.setattr(sys.modules[__name__], "STARTED", started)
    sys.addaudithook(note)
    with Watching(os.getpid()) as watching:
        embedded = EmbeddedGateway()
        gateway = embedded.start()
        secrets = [secret.value for secret in gateway.secrets]
        embedded.stop()

    # Those that live for a moment only are told by who starts them, the others by the kernel.
    assert any("radosgw-admin" in line for line in started)
    assert any(b"radosgw" in line for line in watching.seen)
    assert len(secrets) == 4
    assert not [line for line in started if any(secret in line for secret in secrets)]
    assert not [line for line in watching.seen if any(secret.encode() in line for secret in secrets)]
