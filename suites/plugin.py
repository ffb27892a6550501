"""Runs the rules on what a check exchanged, and decides what the check comes to.

Rule 1: a deviation is the gateway's, an exception of ours is an error; neither is ever taken for the other.
Rule 2: pytest's outcome follows from the verdict, and the verdict from the deviations.
"""

import gc
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Final

import pytest

from fixtures.gateways.keepers import fault_of
from fixtures.gateways.model import Gateway
from fixtures.gateways.profile import comes_back, endpoint_of
from fixtures.observer import Observer, Seen, Unprepared
from fixtures.plugin import OBSERVERS, SESSION
from fixtures.recordings.go import GO_VERSIONS, transport_error
from fixtures.wire.client import NoAnswer
from fixtures.wire.evidence import evidence_of
from fixtures.wire.line import MALFORMED
from fixtures.wire.message import Exchange
from fixtures.wire.redaction import Redactor
from reports.model import BREAKS, MUST, SET_UP, CheckResult, Deviation, Level, Verdict, verdict_of
from suites import crashes, known
from suites.claims import Claim, NotJudged, claim_of
from suites.explaining import briefly
from suites.repeating import round_of
from suites.rules.catalogue import RULES
from suites.rules.model import Complaint, Rule, shown

SET_UP_CLAIM: Final = Claim(SET_UP, oracle="registry", level=BREAKS, impact="checks cannot be prepared", api="")
COMPLAINTS: Final = 200
"""How often one rule complains of what one check exchanged before the rest is not counted any more."""
GONE: Final = pytest.StashKey[dict[str, str]]()
"""Gateways that went away and did not come back, with the check during which they did."""


def judge(exchanges: Sequence[Exchange], claim: Claim = SET_UP_CLAIM) -> list[Deviation]:
    """What the rules find in these exchanges; where a client cannot read an answer, its loss sets level and impact."""
    found = []
    for rule in RULES.values():
        for message, numbers in _some(rule.judge(exchanges)):
            level, impact = _weight(rule, exchanges[numbers[-1]], claim)
            if level not in (BREAKS, MUST) and MALFORMED in exchanges[numbers[-1]].tags:
                continue
            found.append(Deviation(rule.id, level, rule.oracle, impact, message, numbers))
    return found


def _some(complaints: Iterator[Complaint]) -> Iterator[Complaint]:
    """The first of a rule's complaints: a head of 100,000 lines that are no fields is one fault, not 100,000."""
    yield from islice(complaints, COMPLAINTS)
    more = list(islice(complaints, 1))
    if more:
        yield f"and more than {COMPLAINTS} times in this check: {more[0][0]}", more[0][1]


def _weight(rule: Rule, exchange: Exchange, claim: Claim) -> tuple[Level, str]:
    """A replayed registry says itself what an unreadable answer costs it; any other check says it with its claim.

    What Go reads all the same is forbidden, and breaks no registry.
    """
    if not rule.unreadable:
        return (rule.replayed or rule.level) if "level" in exchange.tags else rule.level, rule.impact
    costs = MUST if claim.level is BREAKS and _read_by_go(exchange) else claim.level
    return exchange.tags.get("level", costs), exchange.tags.get("impact", claim.impact)


def _read_by_go(exchange: Exchange) -> bool:
    """Whether the Go of every registry hands this answer over whole."""
    whole = exchange.failure is None and exchange.response is not None and exchange.response.complete
    return whole and all(transport_error(exchange, go) is None for go in GO_VERSIONS)


def pytest_configure() -> None:
    """What is known must be readable before anything is started."""
    try:
        known.entries()
    except known.KnownError as error:
        raise pytest.UsageError(str(error)) from error


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Generator[None, Any, Any]:
    """What is collected stays to the end: looking for garbage in it, then and later, is time for nothing."""
    if not gc.isenabled():
        return (yield)
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A socket that is closed late is noticed in whatever check runs then: that is a warning, not its error."""
    # Of a module at once: a mark for each of thousands of checks would be a noticeable part of collecting them.
    modules: set[pytest.Item | pytest.Collector] = set()
    for item in items:
        if item.parent is not None and item.parent not in modules and claim_of(item) is not None:
            modules.add(item.parent)
            item.parent.add_marker(pytest.mark.filterwarnings("default::pytest.PytestUnraisableExceptionWarning"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, Any, Any]:
    """A check that could not be prepared has a verdict too."""
    try:
        if claim_of(item) is not None:
            _still_there(item)
        return (yield)
    except Exception as error:
        claim = claim_of(item)
        if claim is None:
            raise
        told = isinstance(error, Unprepared | NotJudged)
        verdict = error.verdict if told else Verdict.ERROR
        reason = error.reason if told else f"{type(error).__name__}: {error}"
        # Nobody else ends what was opened for it: checks that are not judged would each hold a connection.
        observer_of(item).close_connections()
        result = conclude(claim, Seen([], [], {}), NotJudged(verdict, reason), 0.0)
        result = accepted(item.config, gateway_of(item).name, result)
        report(item, result, Seen([], [], {}), api=claim.api)
        if verdict is Verdict.ERROR:
            raise
        announce(_masked(result, observer_of(item)), [], None, observer_of(item).redactor)


def _still_there(item: pytest.Item) -> None:
    if gateway_of(item).refusal is not None:
        raise Unprepared(Verdict.BLOCKED, "the gateway does not start; see set-up")
    since = item.config.stash.setdefault(GONE, {}).get(gateway_of(item).name)
    if since is not None:
        raise Unprepared(Verdict.BLOCKED, f"the gateway has been gone since {since}")
    crashes.wait(gateway_of(item))


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> object | None:
    """Call a check, judge it, and raise what pytest shall make of it."""
    claim = claim_of(pyfuncitem)
    if claim is None:
        return None
    observer = observer_of(pyfuncitem)
    began = time.perf_counter()
    gateway, before = gateway_of(pyfuncitem), crashes.known(gateway_of(pyfuncitem))
    seen, outcome = attempt(pyfuncitem, observer)
    result = conclude(claim, seen, outcome, time.perf_counter() - began)
    # A raw connection that was lost is told by what the check says of it alone.
    suspect = isinstance(outcome, NotJudged) or with_known(result, pyfuncitem).red()
    # With --faults it died because it was to die, and what it did then is not asked again.
    ordered = pyfuncitem.config.getoption("--faults")
    death = None if ordered else crashes.death(gateway, seen.exchanges, before=before, blocked=suspect)
    if death is not None:
        _begin_anew(pyfuncitem)
    if death is not None and not death.mine:
        with crashes.one_by_one(gateway):
            crashes.wait(gateway)
            before = crashes.known(gateway)
            seen, outcome = attempt(pyfuncitem, observer, anew=True)
            death = crashes.death(gateway, seen.exchanges, before=before, blocked=False)
        result = conclude(claim, seen, outcome, time.perf_counter() - began)
    if death is not None:
        result = _survived(result, death, seen.exchanges)
    elif any(exchange.failure in crashes.LOST for exchange in seen.exchanges):
        _wait_for_gateway(pyfuncitem, claim)
    result = accepted(pyfuncitem.config, gateway.name, with_known(result, pyfuncitem))
    report(pyfuncitem, result, seen, api=claim.api)
    announce(_masked(result, observer), seen.exchanges, outcome, observer.redactor)
    return True


def _wait_for_gateway(item: pytest.Item, claim: Claim) -> None:
    """Give a gateway that takes no more connections time to come back; the rest is blocked if it does not."""
    gateway = gateway_of(item)
    if not comes_back(endpoint_of(gateway), item.config.getoption("--gateway-wait")):
        item.config.stash[GONE][gateway.name] = claim.id


def _begin_anew(item: pytest.Function) -> None:
    """A conversation that lost an answer is played again from its start, in a new container."""
    if "conversations" in item.funcargs:
        item.funcargs["conversations"].forget(item.funcargs["gateway"], item.funcargs["recording"])
    if "registries" in item.funcargs:
        item.funcargs["registries"].forget(item.funcargs["gateway"])


def attempt(item: pytest.Function, observer: Observer, *, anew: bool = False) -> tuple[Seen, BaseException | None]:
    """Call the check's function once; what it raised is told, not raised. `anew`: with all of its own set up again."""
    observer.begin()
    outcome: BaseException | None = None
    try:
        if anew:
            with observer.setting_up():
                _set_up_again(item)
        with briefly(item.config):
            item.obj(**{name: item.funcargs[name] for name in item._fixtureinfo.argnames})  # noqa: SLF001 - as pytest does
    except (Exception, pytest.skip.Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - `conclude` sorts it out
        outcome = error
    seen = observer.end()
    # What was not sent for another's client made that client fail, and not the gateway.
    return seen, fault_of(gateway_of(item)) or outcome


def _set_up_again(item: pytest.Function) -> None:
    """Give a check that is repeated a container of its own once more: it wrote into the first one before the crash."""
    request = item._request  # noqa: SLF001 - pytest has no public way; pytest-rerunfailures goes this one too
    for fixture in reversed(list(request._fixture_defs.values())):  # noqa: SLF001
        if fixture.scope == "function":
            fixture.finish(request)
    item._initrequest()  # noqa: SLF001
    item.setup()


def conclude(claim: Claim, seen: Seen, outcome: BaseException | None, seconds: float) -> CheckResult:
    """The result of a check, from how its function ended and what it exchanged."""
    deviations = [*judge(seen.exchanges, claim), *seen.deviations()]
    own = _own_deviation(claim, outcome, seen.exchanges)
    # That an answer cannot be read need not be told twice, if what tells it is as bad.
    if own is not None and not (
        isinstance(outcome, NoAnswer)
        and any(d.exchanges == own.exchanges and d.level.rank <= own.level.rank for d in deviations)
    ):
        deviations.append(own)
    result = CheckResult(
        id=claim.id,
        verdict=verdict_of(deviations),
        level=claim.level,
        oracle=claim.oracle,
        impact=claim.impact,
        claim=claim.says,
        deviations=tuple(deviations),
        observations=seen.observations,
        measurements=seen.measurements,
        seconds=seconds,
    )
    if isinstance(outcome, NotJudged | Unprepared):
        # A rule that was broken on the way is broken, whatever the check's own question came to.
        verdict = outcome.verdict if result.verdict is Verdict.PASS else result.verdict
        return replace(result, verdict=verdict, reason=outcome.reason)
    if outcome is not None and own is None:
        return replace(result, verdict=Verdict.ERROR, reason=f"{type(outcome).__name__}: {outcome}")
    return result


def with_known(result: CheckResult, item: pytest.Item) -> CheckResult:
    """The result with its known deviations accepted; entries that no longer match are an observation."""
    profile = item.config.stash[SESSION].profiles[gateway_of(item).name]
    deviations, gone = known.accept(result.id, result.deviations, profile, known.entries())
    if gone and result.verdict.judged:
        rules = sorted(entry.rule for entry in gone)
        return replace(result, observations={**result.observations, "known-but-gone": rules})
    return replace(result, deviations=deviations)


def accepted(config: pytest.Config, gateway: str, result: CheckResult) -> CheckResult:
    """The result with all accepted that the baseline has too, where there is one."""
    found: CheckResult | None = config.hook.pytest_rgw_accept(config=config, gateway=gateway, result=result)
    return found or result


def _own_deviation(claim: Claim, outcome: BaseException | None, exchanges: Sequence[Exchange]) -> Deviation | None:
    """What the check's own expectation says, if that is how it ended."""
    evidence = (len(exchanges) - 1,) if exchanges else ()
    if isinstance(outcome, NoAnswer):
        return Deviation(claim.id, claim.level, claim.oracle, claim.impact, str(outcome), evidence)
    if isinstance(outcome, AssertionError | pytest.fail.Exception):
        said = str(outcome).strip().splitlines()
        message = said[0] if said else "the claim does not hold"
        return Deviation(claim.id, claim.level, claim.oracle, claim.impact, message, evidence)
    return None


def _survived(result: CheckResult, death: crashes.Death, exchanges: Sequence[Exchange]) -> CheckResult:
    """The result with the crash in place of all that follows from it: what was lost says nothing more."""
    others = tuple(d for d in result.deviations if not any(exchanges[n].failure in crashes.LOST for n in d.exchanges))
    return replace(result, verdict=Verdict.FAIL, reason="", deviations=(death.deviation(exchanges), *others))


def gateway_of(item: pytest.Item) -> Gateway:
    """The gateway that this check runs on."""
    found = getattr(item, "funcargs", {}).get("gateway")
    if found is None:
        gateways = {gateway.label: gateway for gateway in item.config.stash[SESSION].gateways}
        label = getattr(item, "callspec", None) and item.callspec.params.get("gateway")
        found = gateways.get(label) or next(iter(gateways.values()))
    return found


def observer_of(item: pytest.Item) -> Observer:
    """Who notes what this check exchanges."""
    return item.config.stash[OBSERVERS][gateway_of(item).name]


def report(item: pytest.Item, result: CheckResult, seen: Seen, *, api: str) -> None:
    """Hand a result and its evidence to whoever writes the run."""
    _report(item.config, gateway_of(item).name, observer_of(item), result, seen, api=api, number=round_of(item))


def _report(
    config: pytest.Config,
    name: str,
    observer: Observer,
    result: CheckResult,
    seen: Seen,
    *,
    api: str,
    number: int = 1,
) -> None:
    evidence = [evidence_of(exchange, observer.redactor) for exchange in seen.exchanges]
    config.hook.pytest_rgw_check(
        config=config, gateway=name, result=_masked(result, observer), evidence=evidence, api=api, number=number
    )


def _masked(result: CheckResult, observer: Observer) -> CheckResult:
    mask = observer.redactor.said
    deviations = tuple(replace(d, message=mask(d.message)) for d in result.deviations)
    observations = {name: _masked_value(value, mask) for name, value in result.observations.items()}
    return replace(result, reason=mask(result.reason), deviations=deviations, observations=observations)


def _masked_value(value: Any, mask: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, list | tuple):
        return [_masked_value(one, mask) for one in value]
    if isinstance(value, dict):
        return {name: _masked_value(one, mask) for name, one in value.items()}
    return value


def announce(
    result: CheckResult, exchanges: Sequence[Exchange], outcome: BaseException | None, redactor: Redactor
) -> None:
    """Raise what makes pytest show this result as it is."""
    if result.verdict is Verdict.ERROR and outcome is not None:
        raise outcome
    failing = [d for d in result.deviations if d.level in (BREAKS, MUST)]
    if failing and result.accepted is not None:
        pytest.xfail(_plain("; ".join(dict.fromkeys(d.known or f"in the baseline: {d.message}" for d in failing))))
    if failing:
        pytest.fail("\n".join(explain(failing, exchanges, redactor)), pytrace=False)
    if result.verdict in (Verdict.UNSUPPORTED, Verdict.BLOCKED, Verdict.UNTESTED):
        pytest.skip(_plain(f"{result.verdict}: {result.reason}"))


def explain(
    deviations: Sequence[Deviation], exchanges: Sequence[Exchange], redactor: Redactor, limit: int = 5
) -> list[str]:
    """Deviations for the terminal: level, rule, impact, what was seen, and the bytes without their secrets."""
    lines = []
    firsts = {deviation.rule: number for number, deviation in reversed(list(enumerate(deviations)))}
    # The first of each rule before another of the same.
    deviations = [d for _, d in sorted(enumerate(deviations), key=lambda pair: firsts[pair[1].rule] != pair[0])]
    for deviation in deviations[:limit]:
        lines.append(f"{str(deviation.level).upper()} {deviation.rule} ({deviation.oracle}): {deviation.impact}")
        lines.append(f"  {deviation.message}")
        for number in deviation.exchanges[-1:]:
            exchange = exchanges[number]
            said = redactor.head(exchange.raw.decode("latin-1")).encode("latin-1", "replace")
            lines.append(f"  > {exchange.request.method} {exchange.request.path}")
            lines.append(f"  < {shown(said, 200)}")
    if len(deviations) > limit:
        lines.append(f"... and {len(deviations) - limit} more; see run.json")
    return [_plain(redactor.values(line)) for line in lines]


def _plain(text: str) -> str:
    """Text that does nothing to a terminal: what a gateway chose may be anything."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, Any, Any]:
    """Judge the exchanges of set-up, once for each process."""
    for name, observer in session.config.stash[OBSERVERS].items():
        seen = observer.end_set_up()
        gateway = next(g for g in session.config.stash[SESSION].gateways if g.name == name)
        seen = replace(seen, exchanges=[e for e in seen.exchanges if not crashes.of_another(gateway, e)])
        if seen.exchanges or seen.found:
            result = accepted(session.config, name, conclude(SET_UP_CLAIM, seen, None, 0.0))
            _report(session.config, name, observer, result, seen, api="")
    return (yield)
