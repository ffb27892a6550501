"""`comparison.html` in a real browser: what is read first, what differs, what a check opens, with mouse and keys."""

import json
import re

import pytest
from playwright.sync_api import expect

from reports.compare import compare
from reports.model import MUST, Verdict
from reports.pages.comparison import write_comparison
from reports.pages.comparison_checks import changes
from reports.pages.comparison_exchanges import pack
from tests.pages.browsing import axe, copied, shown
from tests.pages.runs import asking, written
from tests.reports.building import deviation, line, result

PUSH = "replay[2.8.3-swift-push-small]"
SAYS = ("Content-Length: 0", "X-Trans-Id: tx0000000000000000000a1-006b0750b9-1005-default")


def answer(status="HTTP/1.1 200 OK", *fields, target="/c/o", **more):
    return line("x", status, fields=(*SAYS, *fields), **more) | {"request": asking("GET", f"{target}")}


def gateway(place, name, *, push=True, server="", s3=Verdict.PASS, only_here=False, **options):
    """A gateway on which a push works or does not, with the field that it is given."""
    bad = deviation("status-line", exchanges=[1], message="expected 201, got 500")
    checks = [
        result(PUSH) if push else result(PUSH, bad),
        result("acl", deviation("acl", MUST, impact="anybody reads", exchanges=[3])) if push else result("acl"),
        result("head-of-a-segment", observations={"etag": server}),
        result("s3-get", verdict=s3, reason="" if s3 is Verdict.PASS else "501 NotImplemented"),
        *[result(f"same-{n}") for n in range(4)],
        *([result("of-new-only")] if only_here else []),
        result("set-up"),
    ]
    fields = [f"Server: {server}"] if server else []
    evidence = {
        PUSH: [answer(target="/c/a"), answer("HTTP/1.1 201 Created" if push else "HTTP/1.1 500 Oh", target="/c/b")],
        "head-of-a-segment": [answer("HTTP/1.1 200 OK", "Accept-Ranges: bytes", *fields)],
        "acl": [answer("HTTP/1.1 200 OK" if push else "HTTP/1.1 403 Forbidden", target="/private")],
        "same-1": [answer(target=f"/c/{n}", seconds=0.002 + n / 1000) for n in range(10)],
    }
    return written(place / name, checks, evidence, gateway=name, run_id=name, **options)


def drawn(place, *runs, **options):
    path = place / "comparison.html"
    write_comparison(compare(runs), path, **options)
    return path


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    place = tmp_path_factory.mktemp("two")
    old = gateway(place, "old")
    return drawn(place, old, gateway(place, "new", push=False, server="Ceph (tentacle)", s3=Verdict.UNSUPPORTED))


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    place = tmp_path_factory.mktemp("three")
    bad = {"push": False, "server": "C"}
    return drawn(place, gateway(place, "a"), gateway(place, "b", **bad), gateway(place, "c", **bad, only_here=True))


def test_the_first_screen_says_who_and_what_and_how_much(opened, two):
    page = opened(two)

    said = "1 registry operation that worked on old fails on new and 1 check that judged old cannot judge new."
    expect(page.locator("h1")).to_have_text(re.compile(re.escape(said)))
    assert page.locator(".gateways strong").all_inner_texts() == ["old", "new"]
    heads = [text.split(maxsplit=1)[-1] for text in page.locator(".tally thead th").all_inner_texts()[1:]]
    numbers = page.locator(".tally tbody td").all_inner_texts()
    told = dict(zip(heads, numbers, strict=True))
    assert told == {
        "worse": "1",
        "no longer judged": "0",
        "newly unsupported": "1",
        "fixed": "1",
        "changed": "1",
        "judged in one only": "0",
    }
    expect(page.locator(".broken a")).to_have_text(PUSH)
    assert page.locator(".tally").bounding_box()["y"] < 500
    assert page.title().startswith("old and new: 1 registry operation")
    # Without any colour words say what it says.
    cells = page.locator(f"[id='check={PUSH}'] > summary .at").all_inner_texts()
    assert [" ".join(text.split()) for text in cells] == ["old: ✓ pass", "new: ✗ fail ▲ worse"]


def test_only_what_differs_is_shown_until_all_is_asked_for(opened, two):
    page = opened(two)
    page.evaluate("document.querySelectorAll('details.group').forEach((one) => one.open = true)")
    different = ["acl", "head-of-a-segment", PUSH, "s3-get"]
    expect(page.locator(".matches")).to_have_text("4 of 9 checks")
    assert shown(page) == sorted(different)

    page.get_by_label("Also the 5 that are alike").check()
    expect(page.locator(".matches")).to_have_text("9 of 9 checks")
    page.evaluate("document.querySelectorAll('details.group').forEach((one) => one.open = true)")
    assert len(shown(page)) == 9


def test_each_filter_leaves_what_it_says(opened, two):
    page = opened(two)
    form, matches = page.locator("#filter"), page.locator(".matches")

    form.get_by_label("fixed").check()
    expect(matches).to_have_text("1 of 9 checks")
    assert shown(page) == ["acl"]
    form.get_by_role("button", name="Clear").click()
    form.get_by_label("newly unsupported").check()
    expect(matches).to_have_text("1 of 9 checks")
    assert shown(page) == ["s3-get"]
    form.get_by_role("button", name="Clear").click()
    form.get_by_label("must", exact=True).check()
    expect(matches).to_have_text("1 of 9 checks")
    assert shown(page) == ["acl"]
    form.get_by_role("button", name="Clear").click()
    form.get_by_label("Text").fill("TENTACLE")
    expect(matches).to_have_text("1 of 9 checks")
    assert shown(page) == ["head-of-a-segment"]


def test_a_check_opens_to_both_exchanges_and_marks_what_differs_and_nothing_else(opened, two):
    page = opened(two, anchor="check=head-of-a-segment")
    here = page.locator(".check.here")
    rows = here.locator(".beside tr.differs")

    expect(rows).to_have_count(1)
    expect(rows.locator("mark")).to_have_text("< Server: Ceph (tentacle)")
    expect(rows.locator("td.none")).to_have_text("no such line")
    # Transactions and hosts always differ: they are words, and not marked.
    expect(here.locator(".beside")).to_contain_text("X-Trans-Id: {transaction}")
    expect(here.locator(".beside thead")).to_have_text(re.compile("old.*new"))

    here.get_by_role("button", name="Bytes").click()
    expect(here.get_by_label("Response on old, exchange 2")).to_contain_text("tx0000000000000000000a1-006b0750b9")
    here.get_by_role("button", name="Hex").click()
    expect(here.get_by_label("Response on new, exchange 2")).to_contain_text("48 54 54 50 2f 31 2e 31 20 32")
    here.get_by_role("button", name="Side by side").click()
    expect(rows).to_have_count(1)


def test_within_a_line_only_the_bytes_that_differ_are_marked(opened, two):
    page = opened(two, anchor=f"check={PUSH}")
    marks = page.locator(".check.here .beside mark")

    # 201 Created and 500 Oh share the last digit's place and nothing of the phrase.
    expect(page.locator(".check.here figcaption strong")).to_have_text("GET object: 201 on old; 500 on new")
    for n, told in enumerate(("< HTTP/1.1 201 Created", "< HTTP/1.1 500 Oh")):
        expect(page.locator(f".check.here tr.differs td >> nth={n}")).to_have_text(told, use_inner_text=True)
    expect(marks.first).to_have_text(re.compile("^2"), use_inner_text=True)
    assert "HTTP" not in "".join(marks.all_inner_texts())
    expect(page.locator(".check.here .result").nth(1)).to_contain_text("expected 201, got 500")


def test_what_is_alike_around_a_difference_is_folded_and_comes_back(opened, tmp_path):
    fields = [f"X-Field-{n}: same" for n in range(12)]
    old = written(tmp_path / "a", [result("c")], {"c": [answer("HTTP/1.1 200 OK", *fields, "X-Z: 1")]}, run_id="a")
    new = written(tmp_path / "b", [result("c")], {"c": [answer("HTTP/1.1 200 OK", *fields, "X-Z: 2")]}, run_id="b")
    page = opened(drawn(tmp_path, old, new), anchor="check=c")
    here = page.locator(".check.here")

    expect(here.locator("mark")).to_have_text(["1", "2"], use_inner_text=True)
    count = here.locator(".beside tbody tr").count()
    here.get_by_role("button", name=re.compile(r"Show \d+ lines")).click()
    expect(here.get_by_role("button", name=re.compile("Show"))).to_have_count(0)
    assert here.locator(".beside tbody tr").count() > count
    expect(here.locator(".beside")).to_contain_text("X-Field-3", use_inner_text=True)
    assert here.locator(".beside").inner_text().count("X-Field-3") == 2


def test_an_anchor_opens_its_check_also_one_that_is_alike_and_can_be_shared(opened, two):
    page = opened(two, anchor="check=same-3")

    expect(page.locator(".check.here .id")).to_be_visible()
    expect(page.locator(".check.here")).to_have_attribute("open", "")
    page.locator(".check.here").get_by_role("button", name="Copy link").click()
    expect(page.locator("#said")).to_contain_text("Link to this check copied")
    assert copied(page) == f"{two.as_uri()}#check=same-3"


def test_it_is_used_with_the_keyboard_alone(opened, two):
    page = opened(two)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#checks"
    page.keyboard.press("Tab")
    expect(page.locator("#all")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator(".matches")).to_have_text("9 of 9 checks")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("push small")
    expect(page.locator(".matches")).to_have_text("1 of 9 checks")
    focused = "document.activeElement.closest('details.check > summary') !== null"
    for _ in range(25):
        page.keyboard.press("Tab")
        if page.evaluate(focused):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Side by side")).to_be_visible()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Hex":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_label("Response on new, exchange 1")).to_be_visible()


@pytest.mark.parametrize(("dark", "width"), [(False, 1400), (True, 390)])
def test_axe_finds_nothing_serious(opened, three, dark, width):
    page = opened(three, anchor=f"check={PUSH}", dark=dark, width=width)
    page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
    expect(page.locator(".check.here .beside")).to_be_visible()

    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_three_gateways_are_in_one_page_and_those_alike_share_a_column(opened, three):
    page = opened(three, anchor=f"check={PUSH}")

    expect(page.locator("h1")).to_contain_text("2 of 2 gateways are worse than a. 1 registry operation")
    assert page.locator(".tally tbody th").all_inner_texts() == ["b", "c"]
    assert page.locator(".parted strong").all_inner_texts()[:3] == ["a, b, c", "a", "b, c"]
    expect(page.locator(".check.here .beside thead th")).to_have_text(["a", "b, c"], use_inner_text=True)
    assert page.locator(".heads").first.locator(".cell-name").all_inner_texts() == ["a", "b", "c"]


def test_latency_is_a_picture_with_words_and_a_table(opened, three):
    page = opened(three)
    picture = page.get_by_role("img", name="Time until the first byte of an answer, by kind of request and gateway")

    expect(picture).to_have_count(1)
    assert picture.locator("rect.g").count() == 3
    page.get_by_text("By kind of request as a table").click()
    table = page.locator("table.latency").last
    expect(table.locator("tbody th")).to_have_text("GET object")
    expect(table.locator("tbody td").first).to_contain_text(re.compile(r"\d\.\d\d \(\d\.\d\d to \d"))


def test_two_runs_that_do_not_differ(opened, tmp_path):
    same = drawn(tmp_path, gateway(tmp_path, "old", profile={}), gateway(tmp_path, "new", profile={}))
    page = opened(same)

    expect(page.locator("h1")).to_have_text(re.compile("Nothing differs between old and new."))
    expect(page.get_by_text("No check differs.")).to_be_visible()
    expect(page.locator(".matches")).to_have_text(re.compile("0 of 9 checks"))
    assert page.locator(".check:visible").count() == 0


def test_what_nearly_every_check_sees_is_told_once(tmp_path):
    ids = [f"c{n}" for n in range(30)]
    evidence = [{id_: [answer("HTTP/1.1 200 OK", *more)] for id_ in ids} for more in ((), ("Server: new",))]
    runs = [written(tmp_path / n, map(result, ids), e, run_id=n) for n, e in zip("ab", evidence, strict=True)]
    text = drawn(tmp_path, *runs).read_text()

    assert "of b nearly every check sees <code>header server: absent -&gt; present</code>" in text
    assert text.count('data-v="same"') == 29


def test_a_run_that_was_cut_off_says_so_first(opened, tmp_path):
    old, new = gateway(tmp_path, "old"), gateway(tmp_path, "new", complete=False)
    evidence = new.evidence.path
    evidence.write_bytes(evidence.read_bytes()[:-40])
    page = opened(drawn(tmp_path, old, new))

    expect(page.locator(".first .note")).to_contain_text("The run of new was cut off before its end")


def test_evidence_that_is_missing_is_said_and_verdicts_stand(opened, tmp_path):
    old, new = gateway(tmp_path, "old"), gateway(tmp_path, "new", push=False)
    new.evidence.path.unlink()
    again = type(new)(new.run, type(new.evidence)(new.evidence.path), new.path)
    page = opened(drawn(tmp_path, old, again), anchor=f"check={PUSH}")

    expect(page.locator(".first .note")).to_contain_text("is missing, so answers are not compared")
    expect(page.locator("h1")).to_contain_text("1 registry operation that worked on old fails on new")


def test_it_is_read_without_scripts(opened, two):
    page = opened(two, scripts=False, anchor=f"check={PUSH}")

    assert page.locator("#filter").is_hidden()
    page.locator("details.group > summary", has_text="others").first.click()
    page.locator(f"[id='check={PUSH}'] > summary").click()
    assert page.locator(f"[id='check={PUSH}'] .beside mark").first.is_visible()
    assert page.locator("[id='check=same-1']").is_hidden()
    page.locator("#all").check()
    page.locator("details.group > summary", has_text="same").first.click()
    assert page.locator("[id='check=same-1']").is_visible()


def test_what_there_is_no_room_for_is_said(tmp_path):
    ids = [f"c{n:03}" for n in range(60)]
    noise = [[f"X-Noise: {n * 7919 % 99991} {i * 104729 % 99991}" for n in range(30)] for i in range(60)]
    first = {id_: [answer("HTTP/1.1 200 OK", *noise[i], "X-Q: a")] for i, id_ in enumerate(ids)}
    second = {id_: [answer("HTTP/1.1 200 OK", *noise[i], f"X-Q: b{i:x}z")] for i, id_ in enumerate(ids)}
    runs = [written(tmp_path / n, map(result, ids), e, run_id=n) for n, e in (("a", first), ("b", second))]
    path = drawn(tmp_path, *runs, room=2_000)
    index = json.loads(re.search(r'id="index">(.*?)</script>', path.read_text())[1])

    assert 0 < len(index["places"]) < 60
    assert f"{60 - len(index['places'])} of {60 - len(index['places'])} checks were cut" in path.read_text()


def test_lines_of_several_gateways_keep_their_order(tmp_path):
    bodies = {
        "a": b"<E>\n<Code>1</Code>\n</E>",
        "b": b"<R>\n<Tag>x</Tag>\n</R>",
        "c": b"<R>\n<Tag>y</Tag>\n<New/>\n</R>",
    }
    runs = [
        written(tmp_path / name, [result("c")], {"c": [answer(body=body)]}, run_id=name, gateway=name)
        for name, body in bodies.items()
    ]
    comparison = compare(runs)
    with (tmp_path / "blobs").open("w+b") as file:
        (made,) = pack(comparison, changes(comparison), file).static.values()

    for number, body in enumerate(bodies.values()):
        kept = [row[number][0][2:] for row in made.rows if row[number] is not None]
        assert kept[-len(body.split()) :] == [f"{part}\\n" for part in body.decode().split()[:-1]] + [
            body.decode().split()[-1]
        ]
    (row,) = [row for row in made.rows if any(cell and "<Tag>" in cell[0] for cell in row)]
    assert [cell and cell[0] for cell in row] == [None, "< <Tag>x</Tag>\\n", "< <Tag>y</Tag>\\n"]
