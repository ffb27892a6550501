"""What belongs to somebody else on a score's gateway: that it was touched, or heard of, is noticed."""

from fixtures.gateways.profile import endpoint_of
from fixtures.gateways.s3 import S3Session
from fixtures.gateways.swift import SwiftSession
from fixtures.score.canary import NAME, Canary, heard_of
from fixtures.wire.client import Client


def test_whatever_is_touched_is_told(embedded):
    owner = embedded.cluster.account(embedded.directory / "ceph.conf", "bird")
    canary = Canary(embedded.gateway, owner)
    canary.plant()
    assert canary.differences() == []

    with Client(endpoint_of(embedded.gateway)) as client:
        swift = SwiftSession(client, embedded.gateway.swift_auth_url, owner, prefix=NAME)
        swift.login()
        assert swift.send("DELETE", NAME, "a").status == 204
        assert S3Session(client, owner, prefix=NAME).send("PUT", f"{NAME}-bucket", "more").status == 200
    told = canary.differences()
    assert [line.split(":")[0] for line in told] == ["the container", "the bucket", "a"]
    assert "200" in told[2]
    assert "404" in told[2]


def test_whoever_hears_of_it_is_told(tmp_path):
    for name, text in (("deaf", "nothing"), ("heard", f"GET /{NAME}")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "exchanges.jsonl").write_text(f"{text}\n")
    assert list(heard_of(tmp_path)) == [tmp_path / "heard" / "exchanges.jsonl"]
