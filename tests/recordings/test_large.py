"""A layer of any size is replayed without being held in memory."""

import json
import subprocess
import sys

from fixtures.gateways.clean import clean_run
from fixtures.gateways.runs import container_name, new_run_id
from fixtures.wire.client import Limits
from tests.running import ROOT


def test_a_layer_of_1_gib_is_pushed_and_pulled_with_less_than_64_mib_of_growth(embedded):
    run_id = new_run_id()
    told = {"gateway": embedded.gateway.to_json(), "container": container_name(run_id, "layer")}

    done = subprocess.run(
        [sys.executable, "-m", "tests.recordings.large"],
        input=json.dumps(told),
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=280,
        check=False,
    )

    clean_run(embedded.gateway, run_id, Limits())
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["blocked"] == []
    assert result["deviations"] == []
    assert result["pulled"] == 1 << 30
    assert result["grown"] < 64 * 1024 * 1024
