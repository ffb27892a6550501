"""Requests that made a gateway abort: asked only of gateways that were started for this run."""

from fixtures.gateways.swift import SwiftSession
from suites.claims import BREAKS, check, untested


@check(
    "tempurl-of-no-object",
    oracle="RFC 9110 section 15.5",
    level=BREAKS,
    impact="whoever reaches the gateway can end it with one request, without a login",
)
def test_a_signature_without_an_object_is_refused(gateway, swift: SwiftSession):
    """GET of a container with a TempURL's parameters and no token is answered with an error."""
    if gateway.directory is None:
        untested("it may end the gateway: asked only of one that was started for this run")
    target = f"{swift.storage_path}/nobodys?temp_url_sig=00&temp_url_expires=4000000000"
    exchange = swift.without_token("GET", target)
    assert exchange.status is not None, "no answer came"
    assert 400 <= exchange.status < 500
