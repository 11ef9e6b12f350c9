"""Slips that a lesson shows otherwise than its author means: the check names each, with its line."""

from pathlib import Path

import pytest

from tests.conftest import Command
from tests.content.lessons import GOOD, broken, line_of, said
from tutor.content.checks.markup import html_notes, title_notes
from tutor.maths.groups import bare_names

HTML = [
    ("<b>bold</b>", "<b> is HTML, which is shown as it is typed; write **bold**"),
    ("H<sub>2</sub>O", "<sub> is HTML, which is shown as it is typed; write a formula, such as $x_1$"),
    ("one<br/>two", "<br/>two is HTML, which is shown as it is typed; begin a new paragraph"),
    ("a <!-- note -->", "<!-- note --> is HTML, which is shown as it is typed; take the comment out"),
    ('<a href="x">y</a>', '<a href="x"> is HTML, which is shown as it is typed; write [words](https://…)'),
    ("<SPAN class=x>y</SPAN>", "<SPAN class=x> is HTML, which is shown as it is typed; write Markdown"),
]
PLACES = {
    "prose": "A kernel has",
    "a table": "numbers in a kernel",
    "a task": "Step back.",
    "an erratum": "Check it:",
    "a question": "What is ${a} + 1$?",
    "a hint": "Count on from {a}.",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("html", "says"), HTML, ids=[row[0] for row in HTML])
def test_html_is_a_fault_wherever_text_is(tmp_path: Path, place: str, html: str, says: str) -> None:
    typed = html if place in {"prose", "a table", "an erratum"} else html.replace('"', '\\"')
    text = broken(PLACES[place], f"{PLACES[place]} {typed}")
    found = said(tmp_path, text)
    shown = says.split(" is HTML")
    assert any(line.startswith(f"{line_of(text, typed)}: {shown[0][:4]}") and shown[1] in line for line in found), found


@pytest.mark.parametrize(
    "text",
    [
        "`<b>` in code",
        "```\n<b>\n```",
        "$a<b>c$ in a formula",
        "a < b and c > d",
        "a <https://example.org> link",
        r"\<b> taken literally",
        "    <b> set in",
        "write <your-name> here",
        "1 <2> 3",
    ],
)
def test_what_is_no_html_is_no_fault(text: str) -> None:
    assert not list(html_notes(text, 1))


TITLES = [
    ("# A heading", 0, "a heading with one # begins no page; write ## for a page, or ### within one"),
    ("   # A heading", 0, "a heading with one # begins no page"),
    ("A heading\n===", 1, "the line === makes a heading of the text above it; put an empty line between"),
    ("some words\n---", 1, "the line --- makes a heading of the text above it; put an empty line between"),
    ("> ## Quoted", 0, "this heading begins no page; write ## at the left margin"),
    ("- # In a list", 0, "a heading with one # begins no page"),
]


@pytest.mark.parametrize(("title", "below", "says"), TITLES, ids=[row[0] for row in TITLES])
def test_a_heading_that_begins_no_page_is_a_fault(tmp_path: Path, title: str, below: int, says: str) -> None:
    text = broken("A kernel has", f"{title}\n\nA kernel has")
    number = line_of(text, title.split("\n", maxsplit=1)[0]) + below
    found = said(tmp_path, text)
    assert any(line.startswith(f"{number}: {says}") for line in found), found


@pytest.mark.parametrize("text", ["### Within a page", "words\n\n---\n\nwords", "```\n# a comment\n```", "#1 is first"])
def test_what_begins_no_page_on_purpose_is_no_fault(text: str) -> None:
    assert not list(title_notes(text, 1))


@pytest.mark.parametrize(
    ("latex", "names"),
    [
        (r"3 \times {c}", ["c"]),
        (r"{beta1} + \left( {x_1} \right)", ["beta1", "x_1"]),
        (r"\frac{ {c} }{2} + {n}^2", ["c", "n"]),
        (r"\begin{pmatrix} {a} & 1 \end{pmatrix}", ["a"]),
        (r"\frac{c}{d} + \sqrt{n} + x^{c}_{d} + \hat{m} + \mathrm{abc} + \sum_{k}^{n}", []),
        (r"49{,}152 + {n + 1} + \text{ab} + \underbrace{a}_{b} + \operatorname{sign}(x)", []),
        (r"\frac{", []),
    ],
)
def test_words_in_braces_of_their_own_are_found(latex: str, names: list[str]) -> None:
    assert list(bare_names(latex)) == names


def test_a_name_in_a_formula_that_stands_for_nothing_is_a_fault(tmp_path: Path) -> None:
    asked = broken("What is ${a} + 1$?", r"What is ${a} \\times {c}$?")
    assert any("{c} stands for no number here" in line for line in said(tmp_path, asked))
    misspelt = broken("What is ${a} + 1$?", r"What is ${a} \\times {alpha}$?")
    assert any("{alpha} stands for no number here" in line for line in said(tmp_path, misspelt))
    why = broken('why: "${a} + 1', 'why: "${b} + 1')
    assert any("{b} stands for no number here" in line for line in said(tmp_path, why))
    prose = broken("$$k = 5 \\cdot 5$$", "$$k = 5 \\cdot {c}$$")
    (line,) = said(tmp_path, prose)
    assert (
        line == f"{line_of(prose, '{c}')}: there is no value 'c'; take its braces off if the letter stands for itself"
    )
    assert said(tmp_path, broken("$$k = 5 \\cdot 5$$", r"$$k = \\frac{c}{d} + x^{c}$$".replace("\\\\", "\\"))) == []


def test_a_folder_without_lessons_is_a_fault(command: Command, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "README.md").write_text("# Not a lesson\n", "utf-8")
    for folder in ("empty", "notes"):
        done = command("check", str(tmp_path / folder))
        assert done.code == 1
        assert "this folder holds no lessons" in done.out
    assert command("--lessons", str(tmp_path / "empty"), "check").code == 1
    assert command("check", "/").code == 1
    nowhere = command("check", "")
    assert nowhere.code == 2
    assert "name a file or a folder" in nowhere.error_line
    (tmp_path / "20-toy.md").write_text(GOOD, "utf-8")
    assert command("check", str(tmp_path / "20-toy.md"), "").code == 2
