"""`python -m bench.load` as a user has it: on a real RGW, and on one that is wrong once in five hundred answers."""

import itertools
import json
import os
import re
import subprocess
import sys
import time

import pytest

from bench.load import __main__ as load
from fixtures.gateways.clean import clean_run, stores
from fixtures.gateways.daemons import until
from fixtures.gateways.profile import endpoint_of
from fixtures.wire.client import Client, Limits
from fixtures.wire.proxy import Proxy
from fixtures.wire.tampering import End, Say, Tap
from reports.loading import load as loaded
from tests.running import ROOT, Suites


class EveryFiveHundredth(Tap):
    """Leaves out the status line of every 500th answer."""

    def __init__(self):
        self.numbers = itertools.count(1)
        self.struck = 0

    def answer(self, passing, head):
        del passing
        if next(self.numbers) % 500:
            return None
        self.struck += 1
        return Say(head=head.raw.partition(b"\r\n")[2])


class Mute(Tap):
    """Says nothing any more from the hundredth answer on."""

    def __init__(self):
        self.numbers = itertools.count(1)

    def answer(self, passing, head):
        del passing, head
        return Say(head=b"", limit=0, end=End.SILENCE) if next(self.numbers) > 100 else None


@pytest.fixture
def start_load(tmp_path, embedded):
    """Starts it against a gateway at this port, or the real one; the process, and its directory."""
    suites = Suites(tmp_path).on(embedded.gateway)
    credentials = suites.options[suites.options.index("--credentials") + 1]

    def start(*arguments, port=None, name="gw"):
        directory = tmp_path / f"reports-{name}"
        url = f"{name}=http://127.0.0.1:{port or embedded.port}"
        command = [sys.executable, "-m", "bench.load", "--gateway-url", url, "--credentials", credentials]
        command += ["--report-dir", str(directory), "--max-rate", "100000", "--allow-account-writes", *arguments]
        process = subprocess.Popen(
            command, cwd=ROOT, env=suites.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        return process, directory

    return start


@pytest.fixture
def run_load(start_load):
    """Runs it to its end: its exit code, what it said, and its directory."""

    def run(*arguments, **options):
        process, directory = start_load(*arguments, **options)
        said = process.communicate(timeout=120)[0]
        return process.returncode, said, directory

    return run


def test_two_workers_on_a_real_gateway_judge_everything(run_load, embedded):
    code, said, directory = run_load("--workers", "2", "--users", "4", "--spawn-rate", "4", "--run-time", "5s")

    assert code == 0, said
    assert "gw: no deviations" in said
    assert "nothing is left of run" in said
    run = loaded(directory).run
    assert run.complete
    told = {id_: check.verdict for id_, check in run.checks.items()}
    assert {"pass"} <= set(told.values()) <= {"pass", "untested"}, told
    assert {"2.8.3-s3", "2.8.3-swift"} == {
        "-".join(id_.split("-")[2:4]) for id_, v in told.items() if v == "pass" and "load" in id_
    }
    with (directory / "gw" / "exchanges.jsonl").open() as file:
        lines = [json.loads(line) for line in file]
    assert {line["check"] for line in lines} <= set(run.checks)
    account = embedded.gateway.account
    written = said + "".join(path.read_text() for path in (directory / "gw").iterdir())
    assert [s for s in (account.swift_key.value, account.s3_secret_key.value) if s in written] == []
    containers = {
        line["request"]["head"].split("rgwc-")[1].split("/")[0]
        for line in lines
        if "-load-w" in line["request"]["head"]
    }
    assert {name.split("-load-")[1].split("-")[0] for name in containers} == {"w0", "w1"}


@pytest.fixture
def light(tmp_path):
    """The pages of a push that carry few bytes: many requests in little time."""
    har = json.loads((ROOT / "fixtures/recordings/data/registry-2.8.3-s3.har").read_text())
    pages = ("head-blob-absent", "push-blob-monolithic-small", "push-blob-cancelled", "push-config")
    har["log"]["entries"] = [entry for entry in har["log"]["entries"] if entry["pageref"] in pages]
    (tmp_path / "light.har").write_text(json.dumps(har))
    return tmp_path / "light.har"


def test_what_is_wrong_once_in_five_hundred_answers_is_found(run_load, embedded, light):
    tap = EveryFiveHundredth()
    with Proxy("127.0.0.1", embedded.port, tap=tap) as proxy:
        code, said, directory = run_load(
            *("--scenario", "push", "--users", "2", "--spawn-rate", "2", "--run-time", "8s", "--recording", str(light)),
            port=proxy.port,
        )

    assert tap.struck, said
    assert code == 1, said
    run = loaded(directory).run
    assert run.latency["load[push-light-push-config]"]["PUT put-object"]["whole"]["p50"] > 0
    deviations = [(id_, d) for id_, check in run.checks.items() for d in check.deviations if d.red]
    assert "status-line" in {d.rule for _, d in deviations}, deviations
    assert " status-line in load[push-light-" in said
    with (directory / "gw" / "exchanges.jsonl").open() as file:
        lines = [json.loads(line) for line in file]
    for id_, deviation in deviations:
        assert [lines[number]["check"] for number in deviation.exchanges] == [id_] * len(deviation.exchanges)


def test_a_gateway_that_falls_silent_is_told_and_the_load_ends(run_load, embedded):
    began = time.monotonic()
    with Proxy("127.0.0.1", embedded.port, tap=Mute()) as proxy:
        code, said, directory = run_load(
            *("--users", "2", "--spawn-rate", "2", "--run-time", "4s", "--silence-timeout", "1", "--stop-timeout", "2"),
            port=proxy.port,
        )

    seconds = time.monotonic() - began
    # What nobody could remove through a gateway that is silent.
    run = loaded(directory).run
    clean_run(embedded.gateway, run.run_id, Limits())

    assert code == 1, said
    assert "not answered: timeout" in said
    assert "may be left" in said, "nobody could remove anything"
    assert seconds < 60
    assert run.complete


def test_a_load_whose_launcher_is_killed_ends_and_removes_what_it_made(start_load, embedded):
    process, _ = start_load("--workers", "2", "--users", "2", "--spawn-rate", "2", "--run-time", "600s")
    with Client(endpoint_of(embedded.gateway)) as client:
        swift, *_ = stores(embedded.gateway, client, "rgwc-")
        until(
            lambda: any("-load-w" in name for name in swift.list_containers("rgwc-")),
            what="an image",
            seconds=60,
            alive=lambda: process.poll() is None,
        )
    process.kill()
    # Its end is not theirs: whoever still holds the pipe still runs.
    said = process.communicate(timeout=60)[0]

    assert "nothing is left of run" in said


def test_a_load_that_is_told_to_end_writes_what_it_has_and_removes_what_it_made(start_load, embedded):
    process, directory = start_load("--workers", "2", "--users", "2", "--spawn-rate", "2", "--run-time", "60s")
    with Client(endpoint_of(embedded.gateway)) as client:
        swift, *_ = stores(embedded.gateway, client, "rgwc-")
        # The second image of a worker is begun when the first has been judged.
        until(
            lambda: any(re.search("-load-w[01]-2$", name) for name in swift.list_containers("rgwc-")),
            what="the second image",
            seconds=60,
            alive=lambda: process.poll() is None,
        )
    process.terminate()
    said = process.communicate(timeout=60)[0]

    assert process.returncode == 143, said
    assert "ended before its time" in said
    assert "nothing is left of run" in said
    run = loaded(directory).run
    assert not run.complete
    assert not any(check.red() for check in run.checks.values())


def test_no_gateway_no_load(capsys, monkeypatch):
    monkeypatch.setattr(load, "_load", None)
    assert load.main([]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: no gateway is named")
    assert said.count("\n") == 1


def test_without_locust_it_says_how_to_get_it(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(load, "VENV", tmp_path)
    assert load.main(["--gateway-url", "http://127.0.0.1:1"]) == 4
    assert capsys.readouterr().err == "error: Locust is not installed: make .venv-load/ready\n"


def test_secrets_of_the_environment_become_a_private_file(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("RGW_SWIFT_USER", "one:swift")
    monkeypatch.setenv("RGW_SWIFT_KEY", 'se"cret')
    seen = []

    def look(told, gateway, options):
        path = options[options.index("--credentials") + 1]
        with open(path) as file:  # noqa: PTH123
            seen.append((gateway, file.read(), os.stat(path).st_mode & 0o777, options, load._clean()))  # noqa: PTH116
        return 0

    monkeypatch.setattr(load, "_load", look)
    monkeypatch.setattr(load, "VENV", tmp_path)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").touch()
    assert load.main(["--gateway-url", "a=http://127.0.0.1:1"]) == 0, capsys.readouterr().err
    ((gateway, text, mode, options, environment),) = seen
    assert gateway == "a=http://127.0.0.1:1"
    assert text == '[default]\nswift_user = "one:swift"\nswift_key = "se\\"cret"\n'
    assert mode == 0o600
    assert 'se"cret' not in " ".join([*options, *environment.values()])
