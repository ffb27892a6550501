"""What is on this machine: images of releases, and containers that were started from here."""

from fixtures.containers.leftovers import here
from fixtures.gateways.images import asked
from fixtures.gateways.roles import KIND
from tests.absent import absent


def present(daemon, *releases):
    """The first of these releases whose image is here."""
    tags = {tag for image in daemon.images.list() for tag in image.tags}
    if found := [release for release in releases if asked(release).image in tags]:
        return found[0]
    return absent("images", f"no image of Ceph {' or '.join(releases)} is here; make it with: make images")


def ours(daemon):
    """The containers that were started from here."""
    return daemon.containers.list(all=True, filters={"label": f"{KIND.place}={here()}"}, ignore_removed=True)
