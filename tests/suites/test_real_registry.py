"""A real registry's failure is told with its own words beside the answer that caused it; a useless one in one line."""

import pytest

from fixtures.gateways.daemons import rooms

LIKE_DISTRIBUTION = (
    '#!/bin/sh\n[ "$1" = --version ] && exec echo "docker-registry github.com/docker/distribution 2.8.2"\n'
)


def script(path, text):
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


def test_a_push_that_fails_shows_what_the_registry_wrote_beside_the_answer(on_embedded):
    outcome = on_embedded.run(
        "-q",
        "-p",
        "no:randomly",
        "-k",
        "real_registry and push and swift",
        "--recordings",
        "none",
        "--inject",
        "head-empty-dlo-without-status",
    )

    assert outcome.code == 1, outcome.output
    assert outcome.red == {"real-registry[swift-push-image]"}
    assert outcome.rules == {"status-line", "registry-operation"}
    failures = outcome.output.partition("= rgw-conformance =")[0]
    told = next(line for line in failures.splitlines() if "the registry wrote" in line)
    assert "malformed HTTP status code" in told
    assert "level=error" in told
    assert "the answer breaks status-line" in told
    assert r"< Content-Length: 0\r\nDate:" in failures


def test_every_errand_is_done_over_https_with_both_apis(suites):
    outcome = suites.run("-q", "-n", "2", "-k", "real_registry", "--recordings", "none", "--configuration", "https")

    assert outcome.code == 0, outcome.output
    assert set(outcome.verdicts.values()) == {"pass"}
    overheard = [outcome.run["checks"][f"real-registry[{api}-push-image]"]["observations"] for api in ("swift", "s3")]
    assert all(observed["requests"] > 10 for observed in overheard)


def test_a_mutant_stands_before_a_gateway_that_speaks_https(suites, tmp_path):
    outcome = suites.run(
        "-q",
        "-p",
        "no:randomly",
        "-k",
        "head_of_an_empty or real_registry and push and swift",
        "--recordings",
        "none",
        "--configuration",
        "https",
        "--inject",
        "head-empty-dlo-without-status",
        env={"TMPDIR": str(tmp_path)},
    )

    assert outcome.code == 1, outcome.output
    assert outcome.run["gateway"]["url"].startswith("https://127.0.0.1:")
    assert outcome.red == {"head-of-empty-dlo", "real-registry[swift-push-image]"}
    assert [path for path in tmp_path.rglob("ca.pem") if "run-" not in str(path)] == []
    assert list((tmp_path / rooms().name).iterdir()) == []


def test_a_registry_without_a_driver_is_untested_with_it(on_embedded, tmp_path):
    """Distribution 3.0 removed the Swift driver."""
    binary = script(
        tmp_path / "registry",
        LIKE_DISTRIBUTION.replace("2.8.2", "3.0.0")
        + 'grep -q \'"storage": {"swift"\' "$2" && echo "panic: StorageDriver not registered: swift" >&2 && exit 2\n'
        + 'exec docker-registry "$@"\n',
    )
    outcome = on_embedded.run(
        "-q", "-k", "root or real_registry and (start or tags)", "--recordings", "none", "--registry", binary
    )

    verdicts = {id_: v for id_, v in outcome.verdicts.items() if id_.startswith("real-registry[")}
    assert verdicts["real-registry[swift-start]"] == verdicts["real-registry[swift-list-tags]"] == "untested"
    assert verdicts["real-registry[s3-start]"] == verdicts["real-registry[s3-list-tags]"] == "pass"
    assert outcome.run["checks"]["real-registry[swift-start]"]["reason"] == f"{binary} has no swift driver"


def test_a_registry_that_is_not_there_is_one_line(on_embedded):
    outcome = on_embedded.run("--registry", "no-such-binary")

    assert outcome.code == 4
    assert len(outcome.error_lines) == 1
    assert "no-such-binary is not on PATH" in outcome.error_lines[0]


def test_a_program_that_is_no_registry_is_one_line(on_embedded):
    outcome = on_embedded.run("--registry", "true")

    assert outcome.code == 4
    assert len(outcome.error_lines) == 1
    assert "true is no docker registry" in outcome.error_lines[0]


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["one-process", "two-workers"])
def test_a_registry_that_exits_at_once_is_one_line(on_embedded, tmp_path, workers):
    binary = script(tmp_path / "registry", LIKE_DISTRIBUTION + 'echo "no such driver" >&2\nexit 3\n')
    outcome = on_embedded.run("--registry", binary, *workers)

    assert outcome.code == 4
    assert len(outcome.error_lines) == 1
    assert f"{binary} does not start: no such driver" in outcome.error_lines[0]


def test_without_a_registry_its_checks_are_untested(on_embedded, tmp_path):
    empty = tmp_path / "bin"
    empty.mkdir()
    outcome = on_embedded.run("-q", "-k", "real_registry or root", "--recordings", "none", env={"PATH": str(empty)})

    mine = {id_: check for id_, check in outcome.run["checks"].items() if id_.startswith("real-registry[")}
    assert mine
    assert {check["verdict"] for check in mine.values()} == {"untested"}
    assert all("docker-registry is not on PATH" in check["reason"] for check in mine.values())
    assert "error" not in outcome.verdicts.values()


def test_two_workers_and_a_selection_give_the_same_verdicts(on_embedded):
    whole = on_embedded.run("-q", "-n", "2", "-k", "real_registry", "--recordings", "none")
    part = on_embedded.run("-q", "-k", "real_registry and (collect or behind or tags)", "--recordings", "none")

    assert whole.code == part.code == 0, whole.output + part.output
    assert set(whole.verdicts.values()) == {"pass"}
    assert part.verdicts.items() <= whole.verdicts.items()
    assert len(part.verdicts.keys() - {"set-up"}) == 8
