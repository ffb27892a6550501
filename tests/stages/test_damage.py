"""What is damaged between preparation and check is told, each by the check that claims it."""

from fixtures.gateways.profile import endpoint_of
from fixtures.gateways.s3 import Bucket, S3Session
from fixtures.gateways.s3_uploads import Upload
from fixtures.gateways.swift import Container, SwiftSession
from fixtures.stages.model import ROUNDS, Stage
from fixtures.stages.swift import PUBLIC
from fixtures.wire.client import Client

ITEMS = ("objects", "rows", "grants", "uploads")
EXPECTED = {
    # An object is another one, one is gone.
    "stage-object[4096-bytes]",
    "stage-object-range[4096-bytes]",
    "stage-object[leading-underscore]",
    "stage-object-head[leading-underscore]",
    "stage-object-fields",
    "stage-listing-names",
    # A segment is gone.
    "stage-large-object[three-segments]",
    "stage-large-object-head[three-segments]",
    "stage-large-object-range[three-segments]",
    "stage-large-object-fields",
    "stage-listing-segments",
    # One row is gone, one came.
    "stage-listing",
    "stage-listing-short-pages",
    "stage-listing-directories",
    "stage-container-counters",
    # Grants are others.
    "stage-grant-kept",
    "stage-grant-public",
    "stage-grant-private",
    # What was under way is gone.
    "stage-upload-goes-on",
    "stage-copy",
    "stage-delete",
    "stage-delete-large-object",
    "stage-s3-object[link]",
    "stage-s3-object-head[link]",
    "stage-s3-object-fields",
    "stage-s3-listing-names",
    "stage-s3-listing[1000]",
    "stage-s3-listing[100]",
    "stage-s3-listing-directories",
    "stage-s3-grant[public]",
    "stage-s3-grant[private]",
    "stage-s3-uploads-listed",
    "stage-s3-upload-goes-on",
    "stage-s3-upload-given-up",
    "stage-s3-copy",
}


def damage_swift(stage, session):
    def container(item):
        return Container(session, stage.container(item))

    objects = container("swift-objects")
    objects.put("sizes/4096-bytes", b"x" * 4096)
    objects.delete("_a")
    container("swift-large").delete(f"segments/three-segments/{2:016}")
    rows = container("swift-rows")
    rows.delete("page/0500")
    rows.put("extra/row")
    for kind, grant in (("public", session.account.swift_user.partition(":")[0]), ("private", PUBLIC)):
        session.ask("POST", stage.container(f"swift-{kind}"), headers=[("X-Container-Read", grant)])
    uploads = container("swift-uploads")
    for number in range(ROUNDS):
        for name in (f"segments/{number}/{1:016}", f"copied/{number}", f"deleted/{number}", f"deleted-large/{number}"):
            assert uploads.delete(name).status == 204


def damage_s3(stage, session):
    def bucket(item):
        return Bucket(session, stage.container(item))

    bucket("s3-objects").delete("sizes/link")
    rows = bucket("s3-rows")
    rows.delete("page/0500")
    rows.put("extra/row")
    grants = bucket("s3-grants")
    grants.put("public", b"public")
    grants.put("private", b"private", headers=[("X-Amz-Acl", "public-read")])
    uploads, facts = bucket("s3-uploads"), stage.facts("s3-uploads")
    assert Upload(uploads, "standing", facts["standing"]["id"]).abort().status == 204
    for one in facts["rounds"]:
        Upload(uploads, f"upload/{one['number']}", one["id"]).abort()
        Upload(uploads, f"given-up/{one['number']}", one["given_up"]).abort()
        uploads.delete(f"copied/{one['number']}")


def test_damage_is_told_by_the_check_that_claims_it(here, prepared, embedded):
    """And nothing else is red."""
    directory = prepared("damaged", "swift-large", *(f"{api}-{item}" for api in ("swift", "s3") for item in ITEMS))
    stage, gateway = Stage.open(directory), embedded.gateway
    with Client(endpoint_of(gateway)) as client:
        swift = SwiftSession(client, gateway.swift_auth_url, gateway.account, prefix=stage.prefix)
        swift.login()
        damage_swift(stage, swift)
        damage_s3(stage, S3Session(client, gateway.account, prefix=stage.prefix))
    done = here.run("--stage", "check", "--stage-dir", str(directory))
    assert done.code == 1, done.output
    assert done.red == EXPECTED
    assert "error" not in done.verdicts.values()
