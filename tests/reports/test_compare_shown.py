"""How a comparison looks: bytes that differ are marked with and without colour, hostile bytes are only ever text."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.compare import compare
from reports.console import console, print_comparison
from reports.differences import exchange_lines, marks, side_by_side
from reports.escaping import shown_bytes, visible
from reports.markdown import markdown
from reports.normal import Normal
from tests.reports.building import deviation, line, loaded, result

ASKED = "GET /b/o"
NORMALS = Normal("http://127.0.0.1:1", {}), Normal("http://127.0.0.1:1", {})
HOSTILE = "\x1b[31mred\x1b]0;title\x07\x00\u202eevil\u2066<script>alert(1)</script>[bold]`|"


@pytest.fixture
def comparison(tmp_path):
    old = loaded(tmp_path / "old", result("a"), evidence={"a": [line(ASKED, fields=["ETag: x"])]}, gateway="old")
    new = loaded(
        tmp_path / "new",
        result("a", deviation(exchanges=[0])),
        evidence={"a": [line(ASKED, fields=['ETag: "x"', "X-New: 1"])]},
        gateway="new",
    )
    return compare([old, new])


def shown(comparison, **options):
    out = io.StringIO()
    print_comparison(console(out, **{"colour": False, "width": 120} | options), comparison, evidence=True)
    return out.getvalue()


def test_differing_bytes_are_marked_below_their_line(comparison):
    lines = shown(comparison).splitlines()

    at = next(n for n, text in enumerate(lines) if "ETag" in text)
    assert lines[at].split() == ["<", "ETag:", "x", "<", "ETag:", '"x"']
    assert lines[at + 1].split() == ["^", "^"]
    assert lines[at + 1].index("^") == lines[at].index('"x"')
    assert "old -> new: WORSE: 1 new deviation" in lines[0]


def test_with_colour_there_are_no_marks_below(comparison):
    text = shown(comparison, colour=True)

    assert "\x1b[" in text
    assert "^" not in text


def test_no_color_is_heeded(comparison, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("FORCE_COLOR", "1")
    out = io.StringIO()
    print_comparison(console(out, width=120), comparison, evidence=True)

    assert "\x1b[3" not in out.getvalue()
    assert "^" in out.getvalue()


@pytest.mark.parametrize("width", [40, 60, 99, 100, 200])
def test_no_line_is_wider_than_the_terminal(comparison, width):
    assert max(map(len, shown(comparison, width=width).splitlines())) <= width


def test_on_a_narrow_terminal_they_stand_one_above_the_other(comparison):
    text = shown(comparison, width=80)

    assert "- < ETag: x" in text
    assert '+ < ETag: "x"' in text


def test_markdown_has_both_exchanges_with_bold_where_they_differ(comparison):
    text = markdown(comparison)

    assert "<b>&quot;</b>x<b>&quot;</b>" in text
    assert "### Worse" in text
    table = text[text.index("<table>") : text.index("</table>")]
    assert "\n\n" not in table


@pytest.fixture
def hostile(tmp_path):
    fields = [f"X-{HOSTILE.encode().decode('latin-1')}: {HOSTILE.encode().decode('latin-1')}"]
    made = []
    for name, impact in (("old", "one"), ("new", HOSTILE)):
        lines = [
            line(ASKED, "HTTP/1.1 200 " + HOSTILE.encode().decode("latin-1"), fields=fields, body=HOSTILE.encode())
        ]
        found = [deviation(HOSTILE, impact=impact, message=HOSTILE, exchanges=[0])] if name == "new" else []
        made.append(
            loaded(
                tmp_path / name,
                result("a", *found),
                result("b", observations={"x": name + HOSTILE}),
                gateway=name,
                evidence={"a": lines},
            )
        )
    return compare(made)


def is_plain(text):
    return all(character == "\n" or character.isprintable() for character in text)


def test_hostile_bytes_are_text_on_the_terminal(hostile):
    text = shown(hostile)

    assert is_plain(text)
    assert "\\x1b[31mred" in text
    assert "[bold]" in text


def test_hostile_bytes_are_text_in_markdown(hostile):
    text = markdown(hostile)

    assert is_plain(text)
    assert "<script" not in text
    assert "[bold]" not in text.replace("<pre>", "\0").split("\0")[0]


@given(st.binary(max_size=200))
def test_bytes_are_shown_as_printable_ascii_that_tells_them_apart(data):
    text = shown_bytes(data)

    assert text.isascii()
    assert is_plain(text)
    assert text.encode().decode("unicode_escape").encode("latin-1") == data


@given(st.text(max_size=50))
def test_words_are_visible(text):
    assert is_plain(visible(text))


@given(st.lists(st.sampled_from(["A: 1", "A: 2", "B: 1", "C: x", "\x00"]), max_size=6), st.data())
def test_rows_hold_both_exchanges_whole_and_in_order(fields, data):
    others = data.draw(st.permutations(fields))
    old, new = line(ASKED, fields=fields), line(ASKED, fields=[*others, "D: 4"])

    rows = side_by_side(old, new, NORMALS)

    assert [row.old for row in rows if row.old is not None] == exchange_lines(old, NORMALS[0])
    assert [row.new for row in rows if row.new is not None] == exchange_lines(new, NORMALS[1])
    for row in rows:
        for text, spans in ((row.old, row.old_spans), (row.new, row.new_spans)):
            assert all(0 <= a < b <= len(text or "") for a, b in spans)


def test_marks_stand_under_what_they_mark():
    assert marks([(1, 3), (5, 6)]) == " ^^  ^"


def test_an_exchange_without_an_answer_and_one_that_no_parser_reads():
    gone = line(ASKED) | {"response": None, "failure": "no-response", "failure_detail": "closed"}
    raw = line(ASKED) | {"raw": "Content-Length: 0\r\n\r\n", "failure": "malformed"}

    assert "* no-response: closed" in exchange_lines(gone)
    assert "< Content-Length: 0" in exchange_lines(raw)
    assert exchange_lines(None) == ["* no evidence of this exchange"]


def test_data_that_is_no_text_is_not_poured_out():
    lines = exchange_lines(line(ASKED, body=bytes(range(256)) * 16))

    assert lines[-1].endswith("... (4096 bytes)")
    assert max(map(len, lines)) < 200


def test_what_is_left_of_a_token_is_no_difference_and_that_nothing_is_left_is_one():
    field = "X-Auth-Token-Expires"
    old = line("GET /auth/v1", fields=[f"{field}: 86399"])
    same, none = (line("GET /auth/v1", fields=[f"{field}: {left}"]) for left in ("86112", "0"))

    assert not any(row.differs for row in side_by_side(old, same, NORMALS))
    assert [row.new for row in side_by_side(old, none, NORMALS) if row.differs] == [f"< {field}: 0"]
