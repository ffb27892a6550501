"""A run is written down before it writes anything, and only what it wrote is ever removed."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.gateways.profile import endpoint_of
from fixtures.gateways.runs import Journal, NotOurs, container_name, new_run_id, prefix, remove_run
from fixtures.gateways.swift import Container, SwiftSession, SwiftStore, containers_of
from fixtures.wire.client import Client
from tests.running import ROOT


@given(st.lists(st.text(max_size=30), max_size=3))
def test_a_name_is_fit_for_swift_and_s3(parts):
    run_id = new_run_id()
    name = container_name(run_id, *parts)

    assert name.startswith(prefix(run_id).rstrip("-"))
    assert 3 <= len(name) <= 63
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert name[0].isalnum()
    assert name[-1].isalnum()


def test_run_ids_differ():
    assert len({new_run_id() for _ in range(100)}) == 100


@pytest.mark.parametrize("run_id", ["", "a", "../../etc", "ABCDEF1", "a" * 30, "abc-def-ghi"])
def test_what_is_no_run_id_has_no_prefix(run_id):
    with pytest.raises(ValueError, match="is no run id"):
        prefix(run_id)


def dead_process() -> tuple[int, str]:
    """A process that is gone."""
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    child.wait()
    return child.pid, "1"


def record(journal, run_id, url="http://gw:1", *, dead=False):
    journal.record(run_id, name="gw", gateway_url=url, swift_auth_url=f"{url}/auth/v1", user="one:swift")
    if dead:
        path = journal.directory / f"{run_id}.json"
        pid, born = dead_process()
        entries = [entry | {"pid": pid, "born": born} for entry in json.loads(path.read_text())]
        path.write_text(json.dumps(entries))


def test_a_run_is_dead_when_its_process_is_gone(tmp_path):
    journal = Journal(tmp_path)
    record(journal, "living1")
    record(journal, "deadly1", dead=True)

    (entry,) = journal.dead()
    assert (entry.run_id, entry.name, entry.user) == ("deadly1", "gw", "one:swift")
    journal.close("deadly1", gateway_url="http://gw:1")
    assert journal.dead() == []


def test_a_run_on_two_gateways_is_forgotten_one_by_one(tmp_path):
    journal = Journal(tmp_path)
    for url in ("http://old:1", "http://new:1", "http://new:1"):
        record(journal, "abcdef1", url)
    assert len(json.loads((tmp_path / "abcdef1.json").read_text())) == 2

    journal.close("abcdef1", gateway_url="http://old:1")
    (entry,) = json.loads((tmp_path / "abcdef1.json").read_text())
    assert entry["gateway_url"] == "http://new:1"
    journal.close("abcdef1", gateway_url="http://new:1")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_journal_is_passed_over(tmp_path):
    (tmp_path / "abcdef1.json").write_text("[{")
    (tmp_path / "abcdef2.json").write_text('[{"run_id": "abcdef2"}]')

    assert Journal(tmp_path).dead() == []
    assert Journal(tmp_path / "none").dead() == []


@dataclass
class Store:
    """An account that may list what it was not asked for."""

    containers: dict[str, list[str]]
    lies: list[str] = field(default_factory=list)

    def list_containers(self, prefix):
        return [name for name in self.containers if name.startswith(prefix)] + self.lies

    def list_objects(self, container):
        return list(self.containers[container])

    def delete_objects(self, container, names):
        for name in names:
            self.containers[container].remove(name)

    def delete_container(self, container):
        assert not self.containers.pop(container)


def test_only_a_runs_own_containers_are_removed():
    store = Store({"rgwc-abcdef1-a": ["x", "y"], "rgwc-abcdef1-b": [], "rgwc-abcdef2-a": ["x"], "registry": ["layer"]})

    assert remove_run(store, "abcdef1") == 2
    assert set(store.containers) == {"rgwc-abcdef2-a", "registry"}


def test_a_listing_that_names_what_is_not_ours_stops_the_removal():
    store = Store({"registry": ["layer"]}, lies=["registry"])

    with pytest.raises(NotOurs, match="registry"):
        remove_run(store, "abcdef1")
    assert store.containers == {"registry": ["layer"]}


@pytest.fixture
def account(embedded):
    """The first account of the real gateway."""
    gateway = embedded.gateway
    with Client(endpoint_of(gateway)) as client:
        session = SwiftSession(client, gateway.swift_auth_url, gateway.account, prefix="rgwc-")
        session.login()
        yield session


def clean(embedded, state, *arguments, key=None):
    account = embedded.gateway.account
    env = os.environ | {
        "XDG_STATE_HOME": str(state),
        "RGW_SWIFT_USER": account.swift_user,
        "RGW_SWIFT_KEY": key or account.swift_key.value,
    }
    command = [sys.executable, "-m", "fixtures.gateways", "clean", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_cleaning_removes_what_dead_runs_left_on_a_real_gateway(embedded, account, tmp_path):
    dead, living = new_run_id(), new_run_id()
    journal = Journal(tmp_path / "rgw-conformance" / "runs")
    record(journal, dead, embedded.gateway.url, dead=True)
    record(journal, living, embedded.gateway.url)
    for run_id in (dead, living):
        container = Container(account, container_name(run_id, "main", "1"))
        account.send("PUT", container.name)
        container.put("files/ä ü", b"1")

    refused = clean(embedded, tmp_path, key="not-the-key-at-all")
    assert refused.returncode == 1
    assert "no login as" in refused.stderr
    assert "not-the-key" not in refused.stdout + refused.stderr

    assert clean(embedded, tmp_path, "--run-id", living).returncode == 1
    done = clean(embedded, tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert "1 containers removed" in done.stdout
    assert list(containers_of(account, prefix(dead))) == []
    assert list(containers_of(account, prefix(living))) == [container_name(living, "main", "1")]
    assert journal.dead() == []
    # The gateway is shared by the tests of a process.
    remove_run(SwiftStore(account), living)
