"""How the suite meets a hostile behaviour: real checks of it, set up and judged by its own code, with small limits.

Rule 1: what a run would do with an answer is done here by the same functions; only pytest is left out.
"""

import re
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from fixtures.gateways.clean import clean_run
from fixtures.gateways.manners import Manners
from fixtures.gateways.model import DEFAULT_AUTH_PATH, Account, Gateway, GatewayError, Secret
from fixtures.gateways.profile import arrive, endpoint_of
from fixtures.gateways.runs import prefix
from fixtures.gateways.s3 import Bucket, S3Session
from fixtures.gateways.swift import Container, SwiftSession
from fixtures.given import Logins, _made, _made_bucket
from fixtures.observer import Observer
from fixtures.sdk import Authorities, Sdk
from fixtures.wire.client import Client, Limits
from fixtures.wire.content import generated
from fixtures.wire.redaction import Redactor
from reports.model import CheckResult, Verdict
from suites.claims import MUST, Claim
from suites.clients.test_requests import test_download_piece_by_piece
from suites.http.test_expect import test_a_client_that_does_not_wait_for_100_is_served
from suites.plugin import SET_UP_CLAIM, conclude
from suites.s3.test_lists import test_a_list_of_nothing_is_empty, test_keys_are_listed_as_they_were_written
from suites.swift.test_auth import (
    test_a_token_can_be_sent_as_a_field,
    test_paths_can_be_put_behind_the_storage_url,
    test_the_storage_url_is_where_the_client_is,
)
from suites.swift.test_listings import test_pages_have_every_row_once
from suites.swift.test_reads import test_head_says_all_that_get_says
from tests.hostile.model import LIMITS, Behaviour, Met

RUN = "hostile1"
_ACCOUNT = Account("hostile:user", Secret("a-key-of-nobody"), "HOSTILEACCESS", Secret("a-secret-of-nobody"))
_LAYER = generated("a layer", 16 * 1024 * 1024)


@dataclass
class Scene:
    """What checks are given, made by the code that makes it in a run."""

    gateway: Gateway
    observer: Observer
    wire: Client

    @property
    def session(self) -> SwiftSession:
        return Logins().session(self.gateway, _ACCOUNT, self.wire, self.observer, prefix(RUN))

    @property
    def container(self) -> Container:
        return _made(Container(self.session, f"{prefix(RUN)}main-1"), self.gateway, self.observer)

    @property
    def bucket(self) -> Bucket:
        s3 = S3Session(self.wire, _ACCOUNT, prefix=prefix(RUN))
        return _made_bucket(Bucket(s3, f"{prefix(RUN)}main-1"), self.gateway, self.observer)


def _library(scene: Scene) -> None:
    container = scene.container
    with ExitStack() as stack:
        authorities = Authorities()
        stack.callback(authorities.close)
        sdk = stack.enter_context(Sdk(scene.gateway, scene.observer, LIMITS, authorities))
        browser = stack.enter_context(requests.Session())
        browser.trust_env = False
        browser.mount("http://", _Limited())
        url = f"{sdk.url}{container.session.storage_path}/{container.name}"
        token = {"X-Auth-Token": container.session.token}
        test_download_piece_by_piece(browser=browser, place=(lambda name: f"{url}/{name}", token))


class _Limited(HTTPAdapter):
    """As the suites' own session has it."""

    def send(self, request: Any, **options: Any) -> Any:
        return super().send(request, **options | {"timeout": (LIMITS.connect, LIMITS.silence)})


def _write(scene: Scene) -> None:
    answer = scene.container.put("layer", _LAYER)
    assert answer.status == 201, f"PUT is answered with {answer.status}"
    assert scene.observer._current is not None
    last = scene.observer._current[-1]
    assert last.sent_body, "PUT is answered with 201 before its body has been sent"


MEETINGS: dict[str, tuple[Claim, Callable[[Scene], None]]] = {
    id_: (Claim(name, "the oracle", MUST, "what it claims does not hold", "swift"), meet)
    for id_, name, meet in (
        ("read", "head-is-get", lambda scene: test_head_says_all_that_get_says(scene.container)),
        ("rows", "listing-limit", lambda scene: test_pages_have_every_row_once(scene.container, 2)),
        ("write", "write-a-layer", _write),
        ("library", "requests-stream-download", _library),
        (
            "expect",
            "expect-body-at-once",
            lambda scene: test_a_client_that_does_not_wait_for_100_is_served(scene.container, scene.wire),
        ),
        (
            "login",
            "v1-auth-storage-url-place",
            lambda scene: test_the_storage_url_is_where_the_client_is(scene.session, scene.wire),
        ),
        (
            "login-form",
            "v1-auth-storage-url-form",
            lambda scene: test_paths_can_be_put_behind_the_storage_url(scene.session),
        ),
        ("login-token", "v1-auth-token-form", lambda scene: test_a_token_can_be_sent_as_a_field(scene.session)),
        ("s3-list", "s3-list-empty", lambda scene: test_a_list_of_nothing_is_empty(scene.bucket, "v2")),
        ("s3-pages", "s3-list-odd-names", lambda scene: test_keys_are_listed_as_they_were_written(scene.bucket, "v1")),
    )
}


def meet(behaviour: Behaviour, url: str, ca_file: Path, limits: Limits = LIMITS) -> Met:
    """Meet a behaviour as a check, or as the beginning or the end of a run does."""
    scheme = url.partition(":")[0]
    trusted = ca_file if scheme == "https" else None
    gateway = Gateway("hostile", url, url + DEFAULT_AUTH_PATH, _ACCOUNT, ca_file=trusted)
    before = _forget_peak()
    began = time.perf_counter()
    results = (
        _refused(behaviour, gateway) if behaviour.met in ("arrival", "clean") else _checked(behaviour, gateway, limits)
    )
    seconds, peak = time.perf_counter() - began, _memory("VmHWM")
    found = [(d.rule, d.message) for result in results for d in result.deviations]
    verdict = next((r.verdict for r in results if r.verdict is Verdict.ERROR), None) or (
        Verdict.FAIL if any(r.verdict is Verdict.FAIL for r in results) else results[0].verdict
    )
    reason = next((r.reason for r in results if r.verdict is Verdict.ERROR), "")
    naming = [f"`{rule}`: {said}" for rule, said in found if rule in behaviour.named]
    said = reason or (naming or [f"`{rule}`: {said}" for rule, said in found] or ["nothing"])[0]
    return Met(str(verdict), tuple(rule for rule, _ in found), said, seconds, max(0.0, peak - before) / 1024)


def _checked(behaviour: Behaviour, gateway: Gateway, limits: Limits) -> list[CheckResult]:
    claim, check = MEETINGS[behaviour.met]
    observer = Observer(Redactor())
    wire = Client(endpoint_of(gateway), limits=limits, record=observer.record)
    observer.watch(wire)
    scene = Scene(gateway, observer, wire)
    observer.begin()
    outcome: BaseException | None = None
    try:
        check(scene)
    except (Exception, pytest.fail.Exception, pytest.skip.Exception) as error:  # noqa: BLE001 - `conclude` sorts it out
        outcome = error
    result = conclude(claim, observer.end(), outcome, 0.0)
    return [result, conclude(SET_UP_CLAIM, observer.end_set_up(), None, 0.0)]


def _refused(behaviour: Behaviour, gateway: Gateway) -> list[CheckResult]:
    """What a run says in one line when it cannot begin, or cannot clean up."""
    claim = Claim("refused", "the run", MUST, "", "")
    try:
        if behaviour.met == "clean":
            # As gently as `--request-rate 0`: what is measured is not our own patience.
            clean_run(replace(gateway, manners=Manners()), RUN, LIMITS)
        else:
            with Client(endpoint_of(gateway), limits=LIMITS) as client:
                arrive(gateway, client)
    except GatewayError as error:
        message = AssertionError(re.sub(r"127\.0\.0\.1:\d+", "HOST", str(error)))
        return [conclude(claim, Observer(Redactor()).end(), message, 0.0)]
    return [conclude(claim, Observer(Redactor()).end(), None, 0.0)]


def _memory(name: str) -> float:
    """A figure of /proc/self/status in KiB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return float(status.partition(f"{name}:")[2].split()[0])


def _forget_peak() -> float:
    """Begin to measure anew (proc(5), clear_refs); returns what this process has now, in KiB."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _memory("VmHWM")
