"""What bench.scale counts, reckons and simulates."""

import json
from collections import Counter
from dataclasses import replace
from statistics import fmean

import pytest

from bench.counting import MIB, Cost, by_client, cost, is_look, layer, left, of_page, pieces, sweeps, walked
from bench.fleet import Assumed, Prices, collected, next_prime, pull, push, rates, shards, stored, whole
from bench.queues import closed_loop, mm1_wait, mmk_wait, open_queue, quantile
from bench.scale import Unusable, added_up, main, priced, table
from fixtures.recordings.har import built_in
from fixtures.recordings.model import Kind

SWIFT, S3 = "2.8.3-swift", "3.1.1-s3"
FLEET = Assumed()


def test_a_push_over_swift_counted_by_hand():
    """POST, PATCH and PUT of one layer, read line by line in registry-2.8.3-swift.har."""
    counted = of_page(built_in(SWIFT), "push-blob-docker-style")
    assert counted.methods == {"GET": 10, "HEAD": 15, "PUT": 11, "DELETE": 4}
    assert counted.kinds["PUT", "put-content"] == 6
    assert counted.kinds["PUT", "put-manifest"] == 4
    assert counted.kinds["GET", "list"] == 7
    # Seven listings with the container's counts, and eight HEADs of a large object, which list its segments twice.
    assert counted.sweeps == 7 * 2 + 8 * 2
    assert counted.writes == 15
    assert counted.up == 12_000_523


def test_a_push_over_s3_counted_by_hand():
    counted = of_page(built_in(S3), "push-blob-docker-style")
    assert counted.methods == {"GET": 11, "HEAD": 4, "PUT": 9, "POST": 4}
    assert counted.sweeps == 4 + 2, "four lists of objects, two of uploads"
    # Six small objects, two parts, the upload begun and completed, a copy, and one and three objects deleted.
    assert counted.writes == 6 + 2 + 2 + 1 + 1 + 3


@pytest.mark.parametrize("name", ["2.5.0-swift", SWIFT, "2.8.2-swift", "2.7.1-s3", "2.8.2-s3", "2.8.3-s3", S3])
def test_a_layer_of_another_size_costs_what_was_recorded_of_one(name):
    recording = built_in(name)
    recorded = of_page(recording, "push-blob-multi-segment")
    data = {Kind.PUT_SEGMENT, Kind.UPLOAD_PART}
    size = sum(step.size for step in recording.steps if step.page == "push-blob-multi-segment" and step.kind in data)
    reckoned = layer(recording, size)
    assert (reckoned.requests, reckoned.sweeps) == (recorded.requests, recorded.sweeps)
    assert reckoned.writes == recorded.writes
    assert reckoned.kinds == recorded.kinds


def test_pieces():
    assert pieces(built_in(SWIFT), 20 * MIB + 1, 20 * MIB) == 2
    assert pieces(built_in(S3), 21 * MIB, 10 * MIB) == 3
    assert pieces(built_in("2.8.3-s3"), 21 * MIB, 10 * MIB) == 2, "a short last part is joined"
    assert pieces(built_in(S3), 0, 10 * MIB) == 1


def test_a_large_object_of_many_segments_is_listed_in_lots_of_a_hundred():
    few, many = (layer(built_in(SWIFT), count * MIB, MIB) for count in (100, 101))
    assert many.sweeps == few.sweeps + 8 * 2


def test_sweeps_of_a_request():
    steps = built_in(SWIFT).steps
    head = next(step for step in steps if step.kind is Kind.AWAIT_MANIFEST)
    assert sweeps(head) == 2
    assert sweeps(next(step for step in steps if step.page == "pull-blob-small")) == 3
    assert sweeps(next(step for step in steps if step.kind is Kind.PUT_MANIFEST)) == 0


def test_looks_at_the_storage_belong_to_no_operation():
    recording = built_in(SWIFT)
    page = [step for step in recording.steps if step.page == "push-manifest-tag"]
    assert sum(map(is_look, page)) == 1
    assert of_page(recording, "push-manifest-tag").requests == len(page) - 1


def test_what_stays():
    assert left(built_in(SWIFT), "push-blob-multi-segment") == {"segment": 3, "blob": 1, "layer link": 1}
    assert left(built_in(S3), "push-blob-multi-segment") == {"blob": 1, "layer link": 1}
    assert left(built_in(S3), "push-manifest-tag") == {"blob": 1, "revision link": 1, "tag link": 2}


def test_finding_blobs():
    assert walked(built_in("2.8.3-s3")) == (1.0, 6)
    assert walked(built_in(S3)) == (0.0, 0)
    # Three listings and a HEAD for each of five layers, and no segments for the manifest.
    assert walked(built_in(SWIFT)) == ((5 * 8 + 6) / 6, 6)
    assert collected(built_in(S3), 1e5, 280_000) == 280


def test_who_reads_blobs():
    assert by_client(built_in("2.8.3-account-in-url-swift"), "pull-blob-small")
    assert not by_client(built_in(SWIFT), "pull-blob-small")


def test_costs_add_up():
    one = cost(built_in(SWIFT).steps[:7])
    assert (one + one).kinds == (one * 2).kinds
    assert (one + one).heads == one.heads * 2
    assert (Cost() + one) == one


def test_an_image():
    fleet = replace(FLEET, sizes=((1.0, 100.0),))
    recording = built_in(SWIFT)
    assert push(fleet, recording).requests == 9 * 1 + 4 * 40 + 6
    assert pull(fleet, recording).requests == 3 + 3 + 5
    assert pull(fleet, recording).sweeps == 5 * 3
    assert push(fleet, recording).up == pytest.approx(3 * MIB, rel=0.01)


def test_the_index():
    fleet = replace(FLEET, sizes=((1.0, 100.0),), blobs=1000)
    assert stored(fleet, built_in(S3)) == {"blob": 1000, "layer link": 1200, "revision link": 200, "tag link": 400}
    assert stored(fleet, built_in(SWIFT))["segment"] == 800
    assert shards(fleet, 1_100_000) == 11
    assert shards(fleet, 1_200_001) == 13
    assert next_prime(1998) == 1999


def test_rates():
    fleet = replace(FLEET, registries=864, pushes=100, pulls=0, health=10)
    parts = rates(fleet, built_in(S3))
    assert parts["push"].requests == pytest.approx(push(fleet, built_in(S3)).requests)
    assert parts["health"].sweeps == pytest.approx(86.4)
    assert whole(rates(replace(fleet, health=0), built_in(S3), peak=True)).requests == pytest.approx(
        5 * parts["push"].requests
    )


def test_a_sweep_takes_longer_with_each_lot_of_shards():
    prices = Prices(wait_read=0.001, shard=0, round_trip=0.001, max_aio=128)
    assert prices.sweep_seconds(11) == pytest.approx(0.002)
    assert prices.sweep_seconds(1999) == pytest.approx(0.001 + 16 * 0.001)


def exponential(mean, count=5000):
    import random  # noqa: PLC0415

    chance = random.Random(7)
    return [chance.expovariate(1 / mean) for _ in range(count)]


def test_the_simulation_agrees_with_the_closed_forms():
    services = exponential(0.001)
    service = fmean(services)
    one = open_queue(700, services, 1, requests=100_000)
    assert fmean(one.waits) == pytest.approx(mm1_wait(700, service), rel=0.1)
    assert one.rate == pytest.approx(700, rel=0.02)
    four = open_queue(3400, services, 4, requests=100_000)
    assert fmean(four.waits) == pytest.approx(mmk_wait(3400, service, 4), rel=0.15)
    assert mmk_wait(700, service, 1) == pytest.approx(mm1_wait(700, service))


def test_fixed_service_times_halve_the_wait():
    """M/D/1 waits half as long as M/M/1 (Pollaczek 1930, Khinchin 1932)."""
    fixed = open_queue(800, [0.001], 1, requests=100_000)
    assert fmean(fixed.waits) == pytest.approx(mm1_wait(800, 0.001) / 2, rel=0.1)


def test_the_simulation_is_repeatable():
    assert open_queue(500, [0.001, 0.002], 1, requests=500, seed=3) == open_queue(
        500, [0.001, 0.002], 1, requests=500, seed=3
    )
    assert open_queue(500, [0.001], 1, requests=500, seed=3) != open_queue(500, [0.001], 1, requests=500, seed=4)


def test_more_than_can_be_served_is_refused():
    with pytest.raises(ValueError, match="100% busy"):
        open_queue(1000, [0.001], 1)


def test_a_closed_loop_is_bounded_by_servers_and_by_clients():
    assert closed_loop(1, [0.001], 2, pause=0.001, requests=2000).rate == pytest.approx(500, rel=0.01)
    assert closed_loop(16, [0.001], 2, pause=0.001, requests=5000).rate == pytest.approx(2000, rel=0.01)
    assert quantile(closed_loop(16, [0.001], 2, requests=5000).responses, 0.5) == pytest.approx(0.008, rel=0.01)


def test_prices_are_the_slope_over_shards():
    def costs(shards_):
        each = {"seconds": 0.001, "gateway_cpu": 0.0005, "osd_cpu": 0.0001, "rados_reads": 1, "rados_writes": 0}
        listing = each | {"gateway_cpu": 0.001 + 0.00001 * shards_, "seconds": 0.002 + 0.00002 * shards_}
        names = ("HEAD link", "GET link", "PUT link", "HEAD large object", "GET large object", "GET 4 MiB", "PUT 4 MiB")
        return dict.fromkeys(names, each) | {"list": listing}

    prices = priced({"shards": {"1": costs(1), "1001": costs(1001)}, "max_aio": 128})
    # A listing is two sweeps.
    assert prices.shard == pytest.approx(0.000005)
    assert prices.sweep == pytest.approx(0.00025)


def test_operations_added_up_from_other_recordings(tmp_path):
    names = (SWIFT, "2.5.0-swift")
    with (tmp_path / "exchanges.jsonl").open("w") as file:
        for name in names:
            for step in built_in(name).steps:
                file.write(json.dumps({"check": f"replay[{name}-{step.page}]", "seconds": 0.002}) + "\n")
    said = added_up(tmp_path / "run.json", [built_in(name) for name in names])
    assert f"| {SWIFT} | push-blob-docker-style | 40 | 80 | 80 | 1 |" in said


def test_a_run_without_exchanges_is_one_line(tmp_path):
    with pytest.raises(Unusable, match="cannot be read"):
        added_up(tmp_path / "run.json", [built_in(SWIFT)])


def test_tables():
    assert table(["a", "b"], [[1234, 0.123456]]) == "| a | b |\n| --- | --- |\n| 1,234 | 0.123 |\n"


def test_the_command(capsys):
    assert main(["--recordings", S3, "--registries", "10", "--blobs", "1000000"]) == 0
    said = capsys.readouterr().out
    assert "registries=10, blobs=1000000" in said
    assert "| 3.1.1-s3 | 28 / 6 / 15 |" in said


def test_a_recording_that_is_not_there(capsys):
    assert main(["--recordings", "nobody"]) == 4
    assert "no recording is called 'nobody'" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "[]", '{"shards": {}}', '{"shards": {"1": {}}, "max_aio": 1}'])
def test_what_is_no_capacity_is_one_line(tmp_path, capsys, text):
    (tmp_path / "bad.json").write_text(text)
    assert main(["--capacity", str(tmp_path / "bad.json")]) == 4
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1


def test_requests_in_flight():
    """Little's law: 1,000 requests in a second that take a millisecond each are one at a time."""
    busy = Cost(Counter({("GET", "get-content"): 1000}), down=100 * MIB)
    assert Prices(wait_read=0.001, stream=100).in_flight(busy, 11) == pytest.approx(1 + 1)
