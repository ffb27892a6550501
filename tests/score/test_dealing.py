"""As few runs, and as short, as will do: nothing that must be met is left out."""

from hypothesis import given
from hypothesis import strategies as st

from fixtures.score.dealing import dealt, recalled
from fixtures.score.judged import Place

PLACES = [
    *(Place(name, "default") for name in "abcde"),
    *(Place(f"replay[2.8.3-swift-{page}]", "default") for page in ("start", "push", "pull")),
]
KNOWN = st.dictionaries(st.sampled_from(["m1", "m2", "m3", "m4"]), st.sets(st.sampled_from(PLACES)))
SECONDS = st.fixed_dictionaries({place: st.floats(0, 10) for place in PLACES})


@given(KNOWN, SECONDS, st.data())
def test_every_mutant_and_every_check_that_is_known_is_met(known, seconds, data):
    worst = {
        name: data.draw(st.sets(st.sampled_from(sorted(places)))) if places else set() for name, places in known.items()
    }
    dear = data.draw(st.dictionaries(st.sampled_from(["m1", "m2", "m3", "m4"]), st.floats(0, 60)))
    chosen = recalled(known, worst, seconds, dear)

    assert set(chosen) == set(known)
    for name, places in chosen.items():
        assert places <= known[name]
        assert bool(places) == bool(known[name])
    assert {p.check for places in chosen.values() for p in places} == {p.check for ps in known.values() for p in ps}


def test_the_cheapest_is_met_and_a_conversation_counts_whole():
    a, b, page, first = PLACES[0], PLACES[1], PLACES[7], PLACES[5]
    seconds = {a: 2.0, b: 1.0, page: 0.5, first: 3.0}

    known = {"m1": {a, b, page}, "m2": {b, a, page, first}}
    chosen = recalled(known, known, seconds, {})

    assert chosen["m1"] == {a, b}
    assert chosen["m2"] == {b, page, first}, "both pages with one mutant"


def test_what_judged_a_mutant_worst_is_met_and_who_takes_long_meets_no_more():
    a, b, c = PLACES[:3]
    seconds = {a: 1.0, b: 2.0, c: 3.0}

    chosen = recalled(
        {"m1": {a, b}, "m2": {a, c}, "m3": {a, c}}, {"m1": {b}, "m2": {a}, "m3": {a}}, seconds, {"m2": 5.0}
    )

    assert chosen == {"m1": {b}, "m2": {a}, "m3": {a, c}}


@given(KNOWN, st.integers(0, 99))
def test_each_check_is_dealt_once_to_one_who_can_meet_it(able, seed):
    given_ = dealt(able, PLACES, seed)

    for name, places in given_.items():
        assert places <= able[name]
    for place in PLACES:
        if place.conversation is None:
            assert sum(place in places for places in given_.values()) == any(
                place in places for places in able.values()
            )


def test_what_there_is_to_do_is_shared():
    places = [Place(f"check-{number}", "default") for number in range(200)]

    given_ = dealt({"h1": set(places), "h2": set(places)}, places, 1)

    assert given_["h1"] | given_["h2"] == set(places)
    assert 60 < len(given_["h1"]) < 140


@given(st.sets(st.sampled_from(PLACES)), st.integers(0, 99))
def test_a_check_meets_the_same_habit_whatever_else_is_dealt(left_out, seed):
    alone = [place for place in PLACES if place.conversation is None]
    able = {name: set(PLACES) for name in ("h1", "h2", "h3")}

    whole, less = dealt(able, alone, seed), dealt(able, [place for place in alone if place not in left_out], seed)

    assert all(less[name] == whole[name] - left_out for name in able)
