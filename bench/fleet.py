"""What a fleet of registries asks of RGW, reckoned from what operations were counted to cost. No clock, no file.

Rule 1: an assumption is a field of `Assumed`, a count comes from `counting`, a price from `Prices`; nothing else.
"""

from collections import Counter
from dataclasses import dataclass, replace
from math import ceil, isqrt

from bench.counting import MIB, SWEEPS_OF_LISTING, Cost, layer, left, of_page, pieces, walked
from fixtures.recordings.model import Kind, Recording

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Assumed:
    """The fleet. Everything here is an assumption, and an option of `bench.scale`."""

    registries: int = 1000
    blobs: int = 10**8
    """Layers, configurations and manifests, in all."""
    pushes: float = 100
    """Images pushed to each registry in a day."""
    pulls: float = 5000
    """Images pulled from each registry in a day."""
    layers: int = 8
    """Of an image."""
    new: int = 3
    """Layers that a push uploads; of the others it asks and finds them."""
    pulled: int = 4
    """Layers that a pull fetches; the client has the others."""
    links: float = 1.5
    """Repositories that a layer is in."""
    sizes: tuple[tuple[float, float], ...] = ((0.1, 30), (3, 40), (30, 25), (300, 5))
    """Layers: MiB, and how many of a hundred."""
    peak: float = 5
    """The busiest minute against the mean of the day."""
    health: float = 10
    """Seconds between a registry's looks at its storage; 0: it does not look."""
    swift_chunk: int = 20 * MIB
    s3_chunk: int = 10 * MIB
    shard_entries: int = 100_000
    """`rgw_max_objs_per_shard`."""
    dynamic_shards: int = 1999
    """`rgw_max_dynamic_shards`."""
    first_shards: int = 11
    """`bucket_index_max_shards` of the zone: what a new bucket has."""

    @property
    def images(self) -> float:
        """Images in store: each brought its new layers, a configuration and a manifest."""
        return self.blobs / (self.new + 2)

    @property
    def layer_bytes(self) -> float:
        """Mean of a layer."""
        return sum(size * MIB * share for size, share in self.sizes) / sum(share for _, share in self.sizes)


@dataclass(frozen=True, slots=True)
class Prices:
    """CPU seconds of radosgw, and seconds that a request takes when it is alone."""

    read: float = 0.0005
    write: float = 0.0008
    sweep: float = 0.0003
    """Of each sweep of an index, whatever its shards, beside the request itself."""
    shard: float = 0.00002
    """Of each shard that is read."""
    mib_down: float = 0.0006
    mib_up: float = 0.002
    wait_read: float = 0.001
    round_trip: float = 0.001
    """To an OSD and back, of a cluster with disks and a network: assumed, measured nowhere here."""
    stream: float = 100.0
    """MiB in a second that one layer is read or written with: assumed."""
    max_aio: int = 128
    """`rgw_bucket_index_max_aio`: shards that are read at once."""

    def sweep_seconds(self, shards: int) -> float:
        """How long one sweep takes: CPU for each shard, and a round trip for each lot of shards read at once."""
        return self.wait_read + shards * self.shard + ceil(shards / self.max_aio) * self.round_trip

    def in_flight(self, cost: Cost, shards: int) -> float:
        """Requests under way at once where so much comes in a second (Little 1961)."""
        alone = self.wait_read * cost.requests + (self.sweep_seconds(shards) - self.wait_read) * cost.sweeps
        return alone + (cost.up + cost.down) / MIB / self.stream

    def cpu(self, cost: Cost, shards: int) -> float:
        """CPU seconds of radosgw."""
        writes = sum(n for method, n in cost.methods.items() if method in {"PUT", "POST", "DELETE", "COPY"})
        return (
            (cost.requests - writes) * self.read
            + writes * self.write
            + cost.sweeps * (self.sweep + shards * self.shard)
            + cost.up / MIB * self.mib_up
            + cost.down / MIB * self.mib_down
        )


def piece(fleet: Assumed, recording: Recording) -> int:
    """Bytes of a segment or part."""
    return fleet.swift_chunk if recording.api == "swift" else fleet.s3_chunk


def pushed_layer(fleet: Assumed, recording: Recording) -> Cost:
    """A new layer of the mean size: the mean over all sizes."""
    total = Cost()
    for size, share in fleet.sizes:
        total += layer(recording, round(size * MIB), piece(fleet, recording)) * share
    return total * (1 / sum(share for _, share in fleet.sizes))


def push(fleet: Assumed, recording: Recording) -> Cost:
    """An image: asks of each layer, uploads the new ones and a configuration, and puts the manifest under a tag."""
    return (
        of_page(recording, "head-blob-absent") * (fleet.layers + 1)
        + pushed_layer(fleet, recording) * fleet.new
        + layer(recording, 1500, piece(fleet, recording))
        + of_page(recording, "push-manifest-tag")
    )


def pull(fleet: Assumed, recording: Recording) -> Cost:
    """An image: HEAD and GET of its manifest, its configuration, and the layers that the client has not."""
    blob = replace(of_page(recording, "pull-blob-small"), down=0)
    return (
        of_page(recording, "head-manifest")
        + of_page(recording, "pull-manifest")
        + replace(blob, down=1500)
        + replace(blob, down=fleet.layer_bytes) * fleet.pulled
    )


def look(recording: Recording) -> Cost:
    """One look of a registry at its storage: `Stat` of the root, one listing."""
    kind = _listing(recording)
    return Cost(Counter({("GET", kind.value): 1}), sweeps=SWEEPS_OF_LISTING[kind], heads=900)


def _listing(recording: Recording) -> Kind:
    return Kind.LIST if recording.api == "swift" else Kind.LIST_OBJECTS


def rates(fleet: Assumed, recording: Recording, *, peak: bool = False) -> dict[str, Cost]:
    """What comes in a second, by who asks: the mean of the day, or its busiest minute."""
    times = (fleet.peak if peak else 1) * fleet.registries / DAY
    looks = fleet.registries / fleet.health if fleet.health else 0
    return {
        "push": push(fleet, recording) * (fleet.pushes * times),
        "pull": pull(fleet, recording) * (fleet.pulls * times),
        "health": look(recording) * looks,
    }


def whole(parts: dict[str, Cost]) -> Cost:
    """All together."""
    total = Cost()
    for part in parts.values():
        total += part
    return total


def stored(fleet: Assumed, recording: Recording) -> Counter[str]:
    """Entries of the index, in all buckets together, by what they are."""
    of_layer = left(recording, "push-blob-docker-style")
    of_image = left(recording, "push-manifest-tag")
    size = piece(fleet, recording)
    share = sum(share for _, share in fleet.sizes)
    segments = sum(pieces(recording, round(mib * MIB), size) * part for mib, part in fleet.sizes) / share
    found: Counter[str] = Counter()
    for name, count in of_layer.items():
        times = {"segment": segments, "layer link": fleet.links}.get(name, 1.0)
        alone = 1.0 if name != "layer link" else fleet.links
        found[name] += round(fleet.images * count * (fleet.new * times + alone))
    for name, count in of_image.items():
        found[name] += round(fleet.images * count)
    return found


def shards(fleet: Assumed, entries: float) -> int:
    """Shards that a bucket with so many entries wants: at least those of a new one, else the next prime."""
    wanted = ceil(entries / fleet.shard_entries)
    return fleet.first_shards if wanted <= fleet.first_shards else next_prime(wanted)


def next_prime(number: int) -> int:
    """The smallest prime that is not below."""
    while number < 2 or any(number % n == 0 for n in range(2, isqrt(number) + 1)):
        number += 1
    return number


def collected(recording: Recording, blobs: float, entries: float) -> float:
    """Sweeps with which garbage-collect reads what is there, before it removes anything: a lower bound.

    Finding the blobs as it was recorded, or a thousand entries at a time; marking reads one listing of the revisions
    of each repository, which is left out.
    """
    each, _ = walked(recording)
    return each * blobs + 2 * 256 * SWEEPS_OF_LISTING[_listing(recording)] if each else entries / 1000
