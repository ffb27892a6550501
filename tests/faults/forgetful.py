"""Loaded into a run with `-p`: a gateway that loses what it acknowledged last when it is killed, and that comes back
from its second death as RGW 9.0.3 was.
"""

from dataclasses import replace
from urllib.parse import urlsplit

from fixtures.faults.victim import Victim
from fixtures.gateways.profile import endpoint_of
from fixtures.gateways.swift import Container, SwiftSession
from fixtures.mutants.catalogue import find
from fixtures.wire.client import Client
from fixtures.wire.proxy import Proxy

_LOST = 12
"""Objects: some of the newest are overwritten by what the push says next."""
_live_again = Victim.live_again
_deaths = []


def _comes_back(victim):
    _live_again(victim)
    _deaths.append(victim)
    if len(_deaths) == 1:
        _lose_the_newest(victim.gateway)
    else:
        port = Proxy(
            "127.0.0.1", urlsplit(victim.gateway.url).port, tap=find("head-empty-dlo-without-status").make()
        ).start()
        url = f"http://127.0.0.1:{port}"
        victim.gateway = replace(victim.gateway, url=url, swift_auth_url=f"{url}/auth/v1")


def _lose_the_newest(gateway):
    with Client(endpoint_of(gateway)) as client:
        swift = SwiftSession(client, gateway.swift_auth_url, gateway.account, prefix="rgwc-")
        swift.login()
        rows = []
        for container in Container(swift, "").rows():
            name = container["name"]
            found = Container(swift, name).rows()
            rows += [(row["last_modified"], name, row["name"]) for row in found if row["bytes"]]
        for _, container, name in sorted(rows)[-_LOST:]:
            assert swift.send("DELETE", container, name).status == 204


Victim.live_again = _comes_back
