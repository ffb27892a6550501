"""Judges what one user's operation exchanged, and counts it.

Rule 1: every answer that came is judged, by the rules of every exchange and as the replay of its registry is.
Rule 2: that a gateway is overloaded is said by name and counted, whatever the registry makes of it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from bench.load.ledger import EVERY, WHOLE, Found, Ledger, Operation
from fixtures.observer import Observer
from fixtures.recordings.dialect import Played
from fixtures.recordings.har import in_an_id
from fixtures.recordings.model import Recording
from fixtures.wire.evidence import evidence_of
from fixtures.wire.message import Exchange
from reports.model import BREAKS, SET_UP, Deviation
from suites import known
from suites.claims import Claim
from suites.plugin import SET_UP_CLAIM, judge
from suites.registry.judgement import judge_step

OVERLOADED: Final = (429, 498)
"""Statuses below 500 that mean "not now": 498 is OpenStack Swift's, of its ratelimit."""
NOT_SENT: Final = "not sent, for want of an earlier answer"
AGAIN: Final = "asked again, as the registry does"
_CODE: Final = re.compile(rb"<Code>([A-Za-z]{1,40})</Code>")


def claim_for(scenario: str, recording: Recording, page: str) -> Claim:
    """What an operation under load claims: what its replay does."""
    return Claim(
        f"load[{scenario}-{recording.name}-{in_an_id(page)}]",
        oracle=f"registry {recording.registry}",
        level=BREAKS,
        impact=f"registry {recording.registry}: {page.replace('-', ' ')} fails",
        api=recording.api,
        says="The gateway answers this operation's requests under load so that the registry that sent them can go on.",
    )


def trouble(exchange: Exchange) -> str | None:
    """What an answer says of an overloaded gateway, in a few words; None if it says nothing of it."""
    if exchange.failure is not None:
        return f"not answered: {exchange.failure}"
    response = exchange.response
    if response is None or response.status is None or (response.status < 500 and response.status not in OVERLOADED):
        return None
    code = _CODE.search(response.kept)
    return f"{response.status}{f' {code[1].decode()}' if code else ''}"


class Judge:
    """One process's; what it finds goes into its ledger."""

    def __init__(self, ledger: Ledger, observer: Observer, scenario: str, profile: Mapping[str, Any]) -> None:
        self.ledger = ledger
        self._observer = observer
        self._scenario = scenario
        self._profile = profile
        self._shown: set[tuple[str, str, str]] = set()

    def page(self, played: Sequence[Played], recording: Recording, page: str, *, whole: bool = True) -> Claim:
        """Judge an operation that was played, or the part of it that was, and what was done to prepare it."""
        claim = claim_for(self._scenario, recording, page)
        exchanges = [exchange for step in played for exchange in step.exchanges]
        # First: it says how much the rules' findings weigh.
        own = [found for step in played for found in judge_step(step, recording)]
        judged = judge(exchanges, claim)
        alike = f"replay[{recording.name}-{in_an_id(page)}]"
        self._deviate(claim.id, [(d, exchanges[d.exchanges[-1]] if d.exchanges else None) for d in judged], alike)
        self._deviate(claim.id, own, alike)
        operation = self.ledger[claim.id]
        operation.played += whole
        operation.requests += len(exchanges)
        for step in played:
            self._count(operation, claim.id, step)
        if whole and exchanges and not any(step.blocked or trouble(e) for step in played for e in step.exchanges):
            seconds = sum(exchange.seconds for exchange in exchanges)
            operation.time(WHOLE, seconds, seconds)
        self.set_up()
        return claim

    def set_up(self) -> None:
        """Judge what was exchanged to make and remove containers since this was last asked."""
        seen = self._observer.end_set_up()
        if not seen.exchanges and not seen.found:
            return
        judged = judge(seen.exchanges, SET_UP_CLAIM)
        self._deviate(SET_UP, [(d, seen.exchanges[d.exchanges[-1]] if d.exchanges else None) for d in judged], SET_UP)
        self._deviate(SET_UP, seen.found, SET_UP)
        operation = self.ledger[SET_UP]
        operation.requests += len(seen.exchanges)
        operation.troubles.update(name for e in seen.exchanges if (name := trouble(e)) is not None)

    def failed(self, why: str) -> None:
        """Count what kept a user from beginning, or from cleaning up."""
        self.set_up()
        self.ledger[SET_UP].troubles[why] += 1

    def _deviate(self, id_: str, found: Iterable[tuple[Deviation, Exchange | None]], alike: str) -> None:
        for deviation, exchange in found:
            # What is known of this version in a replay is known under load.
            ((accepted,), _) = known.accept(alike, [deviation], self._profile, known.entries())
            key = id_, deviation.rule, deviation.level
            shown = None
            if exchange is not None and key not in self._shown:
                self._shown.add(key)
                shown = evidence_of(exchange, self._observer.redactor)
            message = self._observer.redactor.said(accepted.message)
            self.ledger[id_].deviate(Found(replace(accepted, message=message, exchanges=()), example=shown))

    def _count(self, operation: Operation, id_: str, step: Played) -> None:
        if step.blocked is not None:
            operation.troubles[step.blocked if step.untested else NOT_SENT] += 1
        if len(step.exchanges) > 1:
            operation.troubles[AGAIN] += len(step.exchanges) - 1
        for exchange in step.exchanges:
            name = trouble(exchange)
            if name is not None:
                operation.troubles[name] += 1
            elif exchange.first_byte is not None:
                for kind in (f"{step.step.method} {step.step.kind}", EVERY):
                    operation.time(kind, exchange.first_byte, exchange.seconds)
            if self.ledger.is_example(id_, f"{step.step.method} {step.step.kind}"):
                operation.examples.append(evidence_of(exchange, self._observer.redactor))
