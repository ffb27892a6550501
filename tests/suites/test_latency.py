"""Gateways of one run, with `--repeat`: one that is late with HEAD is slower in just that, the same one in nothing."""

import json
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from fixtures.mutants.catalogue import find
from fixtures.wire.proxy import Proxy
from reports.__main__ import main
from reports.compare import compare
from reports.loading import load

LATE = "head-5-ms-later"
HEADS = ("v1-auth-again", "put-aborted[length-closed]", "requests-head")
OTHERS = ("counters-after-write", "s3-list-while-writing[v2]", "listing-limit[1]")
"""Who ask little with HEAD: what comes after an answer that was awaited for long is later itself, on a busy machine."""
SOME = [word for check in (*HEADS, *OTHERS) for word in ("--check", check)]
SLOWER = {"HEAD Swift object", "HEAD Swift container"}


@pytest.fixture
def three(suites, embedded):
    """The suites on the real gateway thrice, each time behind a proxy: a fault is all that tells them apart."""
    gateway, proxies = embedded.gateway, {}
    parts = urlsplit(gateway.url)
    for name, mutant in (("plain", "none"), ("again", "none"), ("late", LATE)):
        proxies[name] = Proxy(parts.hostname, parts.port, tap=find(mutant).make())
        suites.on(replace(gateway, url=f"http://127.0.0.1:{proxies[name].start()}"), name=name)
    suites.options += ["--max-connections", "100"]
    yield suites
    for proxy in proxies.values():
        proxy.stop()


def test_a_gateway_that_is_late_with_head_is_slower_in_exactly_that_and_the_same_one_in_nothing(three, capsys):
    outcome = three.run("-q", *SOME, "--repeat", "12")

    runs = {name: load(outcome.directory / name) for name in ("plain", "again", "late")}
    same, late = compare([runs["plain"], runs["again"], runs["late"]], latency=True).pairs
    assert outcome.code == 0, outcome.output
    assert (same.slower, same.faster, same.is_worse) == ((), (), False)
    assert {one.kind for one in late.slower} == SLOWER, late.slower
    assert late.faster == ()
    assert late.latency.tested > 5
    for one in late.slower:
        assert 0.004 < one.shift < 0.05, one
        assert one.delta > 0.3, one
    assert "slower   HEAD Swift object: median" in outcome.output
    assert "WORSE" not in outcome.output

    paths = [str(runs[name].path) for name in ("plain", "late")]
    assert main(["compare", *paths, "--latency", "--json", "-"]) == 1
    said = json.loads(capsys.readouterr().out)["pairs"][0]["latency"]
    assert {one["kind"] for one in said["slower"]} == SLOWER
    assert main(["compare", *paths, "--markdown", "-"]) == 0
    assert "Slower" not in capsys.readouterr().out

    latency = outcome.runs["late"]["latency"]["Swift"]["HEAD Swift container"]
    assert latency["count"] >= 20
    assert 0.005 < latency["first_byte"]["p50"] <= latency["first_byte"]["p95"]
    assert latency["first_byte"]["p99"] is None
