"""Runs the suites as a user does: as a program, and reads what it says and writes."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from fixtures.gateways.model import Account, Gateway

ROOT = Path(__file__).parents[1]
TOO_LONG = 300.0
"""Seconds after which a run hangs."""


@dataclass(frozen=True)
class Outcome:
    """What a run came to."""

    code: int
    output: str
    directory: Path

    @property
    def runs(self) -> dict[str, Any]:
        """Each gateway's run.json."""
        return {path.parent.name: json.loads(path.read_text()) for path in self.directory.glob("*/run.json")}

    @property
    def run(self) -> dict[str, Any]:
        """The run.json of the only gateway."""
        (run,) = self.runs.values()
        return run

    @property
    def verdicts(self) -> dict[str, str]:
        """The verdict of each check."""
        return {id_: check["verdict"] for id_, check in self.run["checks"].items()}

    @property
    def red(self) -> set[str]:
        """Checks with a deviation that makes the run red."""
        return {
            id_
            for id_, check in self.run["checks"].items()
            if any(d["accepted"] is None and d["level"] in ("breaks", "must") for d in check["deviations"])
        }

    @property
    def rules(self) -> set[str]:
        """The rules that were broken without being known."""
        return {
            d["rule"] for check in self.run["checks"].values() for d in check["deviations"] if d["accepted"] is None
        }

    @property
    def error_lines(self) -> list[str]:
        """What pytest calls a usage error."""
        return [line for line in self.output.splitlines() if line.startswith("ERROR: ")]


def _keystone(account: Account) -> str:
    login = account.keystone
    if login is None:
        return ""
    return (
        f'keystone_auth_url = "{login.auth_url}"\nkeystone_user = "{login.user}"\n'
        f'keystone_password = "{login.password.value}"\nkeystone_project = "{login.project}"\n'
        f'keystone_domain = "{login.domain}"\n'
    )


@dataclass
class Suites:
    """How the suites are run."""

    directory: Path
    options: list[str] = field(default_factory=list)
    number: int = 0
    pages: bool = False
    """Whether pages are written, which takes longer than many of these runs."""
    gentle: bool = False
    """Whether a gateway that is named by URL is asked as slowly as somebody else's."""

    def on(self, gateway: Gateway, *, name: str = "external") -> Self:
        """From now on against this gateway, whose credentials go into a file."""
        account = gateway.account
        assert account.swift_key is not None
        assert account.s3_secret_key is not None
        credentials = self.directory / "credentials.toml"
        credentials.touch(mode=0o600)
        credentials.write_text(
            f'[default]\nswift_user = "{account.swift_user}"\nswift_key = "{account.swift_key.value}"\n'
            f's3_access_key = "{account.s3_access_key}"\ns3_secret_key = "{account.s3_secret_key.value}"\n'
            f'version = "{gateway.version}"\n'
            + (f'ca_file = "{gateway.ca_file}"\n' if gateway.ca_file is not None else "")
            + _keystone(account)
        )
        self.options += ["--gateway-url", f"{name}={gateway.url}", "--credentials", str(credentials)]
        return self

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the user's, and a journal of the test's own."""
        # Without compiled files pytest rewrites the asserts of all checks anew for each of these runs.
        left_out = ("RGW_", "PYTEST_", "PYTHONDONTWRITEBYTECODE")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(left_out)}
        return kept | {"XDG_STATE_HOME": str(self.directory / "state"), "COLUMNS": "200"}

    def command(self, *arguments: str) -> tuple[list[str], Path]:
        """The command, and where it will report."""
        self.number += 1
        reports = self.directory / f"run-{self.number}"
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-o",
            f"cache_dir={self.directory / 'cache'}",
            "suites",
            *self.options,
            *([] if self.pages else ["--no-pages"]),
            *([] if self.gentle else ["--max-rate", "100000"]),
        ]
        return [*command, "--report-dir", str(reports), *arguments], reports

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start a run and do not wait for it."""
        command, _ = self.command(*arguments)
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str, env: dict[str, str] | None = None) -> Outcome:
        """Run to the end."""
        command, reports = self.command(*arguments)
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=self.environment | (env or {}),
            capture_output=True,
            text=True,
            timeout=TOO_LONG,
            check=False,
        )
        return Outcome(done.returncode, done.stdout + done.stderr, reports)
