"""Images that were pushed before are there: those of recorded registries byte for byte, those of a real one through a
registry, which goes on with uploads, pushes beside them and deletes them: `--stage check`.
"""

import pytest

from fixtures.plugin import REGISTRIES
from fixtures.stages import registry
from fixtures.stages.comparing import bytes_differ, names_differ
from fixtures.stages.model import objects_of
from fixtures.stages.plugin import STAGE
from suites.claims import BREAKS, NotJudged, check, untested
from suites.registry.failed import failure
from suites.swift.rows import in_order, pages


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each recording that was replayed is a check of its own, and each thing that a real registry does."""
    if "item" in metafunc.fixturenames:
        metafunc.parametrize("item", _replayed(metafunc.config))
    if "errand" in metafunc.fixturenames:
        metafunc.parametrize(("choice", "api", "errand"), _errands(metafunc.config))


def _replayed(config: pytest.Config) -> list:
    stage = config.stash[STAGE]
    found = []
    for item in stage.items("replayed-"):
        facts = stage.facts(item) or {}
        claim = check(
            f"stage-{item}",
            oracle="registry",
            level=BREAKS,
            impact="images that were pushed before are damaged or lost",
            api=facts.get("api", "swift"),
        )
        found.append(pytest.param(item, id=item, marks=claim))
    return found


def _errands(config: pytest.Config) -> list:
    found = []
    for choice in config.stash[REGISTRIES][:1]:
        for api in ("swift", "s3"):
            for name, errand in registry.ERRANDS.items():
                id_ = f"{api}-{name}"
                claim = check(f"stage-registry[{id_}]", oracle="registry", level=BREAKS, impact=errand.impact, api=api)
                found.append(pytest.param(choice, api, name, id=id_, marks=claim))
    return found


def test_replayed_images_are_there(item, prepared):
    """Every object that a recorded registry had written is there, with its bytes, and no other."""
    facts = prepared.facts(item)
    wanted = {one.name: one for one in objects_of(facts)}
    container, seen = _listed(prepared, item, facts)
    difference = names_differ(seen, sorted(wanted, key=in_order))
    assert not difference, difference
    found = [f"{name}: {wrong}" for name, one in wanted.items() if (wrong := bytes_differ(one, container.get(name)))]
    assert not found, f"{len(found)} of {len(wanted)} objects differ; the first: {found[0]}"


def _listed(prepared, item, facts):
    if facts["api"] == "s3":
        bucket, _ = prepared.bucket(item)
        return bucket, [key.text or "" for key in bucket.listing().iterfind("./Contents/Key")]
    container, _ = prepared.container(item)
    return container, [name for page in pages(container) for name in page]


def test_a_real_registry_goes_on(choice, api, errand, place, prepared, gateway, observer):
    """A registry on the same container does with the images from before what registries do."""
    if choice.absent:
        untested(choice.absent)
    if not (gateway.account.s3 if api == "s3" else gateway.account.swift):
        untested(f"no {api} credentials for {gateway.name}")
    facts = prepared.facts(registry.item_of(api))
    work = registry.ERRANDS[errand]
    number = prepared.round(f"registry-{api}-{errand}") if work.once else 0
    done = place(choice, api).do(lambda client: work.run(client, number, facts))
    if done.not_done is not None:
        raise NotJudged(*done.not_done)
    for exchange in done.exchanges:
        observer.record(exchange)
    if done.error is not None:
        observer.deviate(*failure(done, "registry", work.impact))
