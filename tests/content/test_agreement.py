"""The check, the plain text and the screen see the same fences, headings, formulas and links in every text."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it.token import Token

import tutor
from tests.content.lessons import GOOD, broken, said
from tutor.content.checks.markup import title_notes
from tutor.content.formulas import Formula, read_formulas, text_notes
from tutor.content.links import find_links
from tutor.content.markdown import code_lines, parse, without_code
from tutor.content.outline import outline
from tutor.content.plain import markdown_lines
from tutor.content.read import read_lesson
from tutor.content.sections import scan
from tutor.widgets.markdown.mathtext import markdown_parser


def within(tokens: list[Token]) -> list[Token]:
    """All tokens, those within paragraphs too."""
    return [part for token in tokens for part in (token, *(token.children or ()))]


def on_screen(markdown: str) -> list[Token]:
    """What the screen's own parser makes of a text."""
    return within(markdown_parser(False).parse(markdown))


def formulas_on_screen(markdown: str) -> list[str]:
    return [
        str(token.meta.get("latex", token.content)).strip()
        for token in on_screen(markdown)
        if "latex" in token.meta or token.type == "math_block"
    ]


def code_on_screen(markdown: str) -> list[str]:
    return [token.content for token in on_screen(markdown) if token.type in {"fence", "code_block"}]


def links_on_screen(markdown: str) -> list[str]:
    """Addresses as they are followed; Textual takes each apart once more."""
    addresses = [token.attrs.get("href", token.attrs.get("src")) for token in on_screen(markdown)]
    return [str(address).replace("%25", "%") for address in addresses if address is not None]


ODD = {
    "a fence in a list": "- one\n\n  ```\n  $x$ [l](m) {name}\n  ## no\n  ```\n- two $y$",
    "a fence of tildes": "~~~ a`b\n$x$ [l](m) {name}\n```\n## no\n~~~\n\n$y$",
    "a longer fence": "````\n```\n$x$ [l](m) {name}\n```\n````\n\n$y$",
    "a fence in a quote": "> ```\n> $x$ [l](m) {name}\n> ```\n> $y$",
    "a fence set in a little": "   ```\n   $x$ [l](m) {name}\n   ```\n$y$",
    "code that is indented": "words\n\n    $x$ [l](m) {name}\n    ## no\n\n$y$",
    "code after a tab": "words\n\n\t$x$ [l](m) {name}\n\n$y$",
    "code in a list": "- a\n\n      $x$ [l](m) {name}\n\n- $y$",
    "two fences": "```\n$x$ {name}\n```\n$y$\n~~~\n[l](m)\n~~~",
    "a fence under words": "words\n```\n$x$ [l](m) {name}\n```\n$y$",
    "a fence that is not closed": "$y$\n\n```\n$x$ [l](m) {name}",
    "a shorter end": "````\n$x$ [l](m) {name}\n```\n````\n$y$",
    "an end with words": "```\n$x$\n``` end\n[l](m) {name}\n```\n$y$",
}
"""Texts in which `$y$` is the only formula, and no link is one."""


@pytest.mark.parametrize("name", ODD)
def test_what_is_in_code_is_code_for_all(name: str) -> None:
    text = ODD[name]
    seen = [item.latex for item in read_formulas(text) if isinstance(item, Formula)]
    assert seen == formulas_on_screen(text) == ["y"]
    assert links_on_screen(text) == []
    assert find_links(text) == ()
    code = code_on_screen(text)
    lines = [line.lstrip("> ").rstrip() for line in markdown_lines(text)]
    assert code
    assert all(line.strip() in lines for piece in code for line in piece.split("\n") if line.strip())
    assert "{name}" not in without_code(text)
    assert len(code_lines(text)) == len(code)
    assert list(title_notes(text, 1)) == []


LINKS = {
    "brackets in an address": ("[a](https://b.org/c_(d))", ["https://b.org/c_(d)"]),
    "angle brackets": ("[a](<https://b.org/c d>)", ["https://b.org/c%20d"]),
    "a title": ("[a](https://b.org 'c')", ["https://b.org"]),
    "brackets in the words": ("[a [b] c](https://b.org)", ["https://b.org"]),
    "an escaped bracket": (r"\[a](https://b.org)", []),
    "code in the words": ("[`]`](https://b.org)", ["https://b.org"]),
    "a formula with brackets": ("$[a](b)$", []),
    "code with brackets": ("`[a](b)`", []),
    "a reference": ("[a][b]\n\n[b]: https://b.org", ["https://b.org"]),
    "an address alone": ("<https://b.org>", ["https://b.org"]),
    "a picture": ("![a](https://b.org/c.png)", ["https://b.org/c.png"]),
    "over two lines": ("see [a\nb](https://b.org)", ["https://b.org"]),
    "two": ("[a](https://b.org)[c](lesson:adam)", ["https://b.org", "lesson:adam"]),
    "a scheme that is never followed": ("[a](javascript:b)", ["javascript:b"]),
}


@pytest.mark.parametrize("name", LINKS)
def test_links_are_the_same_for_all(name: str) -> None:
    text, addresses = LINKS[name]
    assert [address for _, address in find_links(text)] == links_on_screen(text) == addresses
    plain = " ".join(markdown_lines(text, width=500))
    assert all(address in plain or "chainrule" in plain for address in addresses)
    assert "](" not in plain or not addresses


DOLLARS = {
    r"\$5 and \$6": [],
    r"$a\$b$": [r"a\$b"],
    "`$x$` and $y$": ["y"],
    "`` ` $x$ `` and $y$": ["y"],
    "`a\n$x$ b` and $y$": ["y"],
    "[$x$](https://b.org) $y$": ["x", "y"],
    "**$x$** *$y$*": ["x", "y"],
    "| $x$ | `$` |\n|---|---|\n| $y$ | \\$ |": ["x", "y"],
    "### $x$ ###": ["x"],
    "- $$x$$\n- $y$": ["x", "y"],
    "> $$\n> x\n> $$": ["x"],
    "$$x$$ (name)\n\n$y$": ["x", "y"],
    "$$\nx\n$$ (name)": ["x"],
    "$$\nx\n+ y\n$$": ["x\n+ y"],
    "1. $x$\n\n   $$y$$": ["x", "y"],
    "a &#36;x&#36; $y$": ["y"],
    "<https://b.org/$x$> $y$": ["y"],
}


@pytest.mark.parametrize("text", DOLLARS)
def test_formulas_are_the_same_for_all(text: str) -> None:
    assert text_notes(text) == []
    seen = [item.latex for item in read_formulas(text) if isinstance(item, Formula)]
    assert seen == formulas_on_screen(text) == DOLLARS[text]
    shown = "\n".join(markdown_lines(text))
    assert "name" not in shown
    words = [token.content for token in on_screen(text) if token.type in {"text", "code_inline"}]
    assert shown.count("$") == "".join(words).count("$")


PIECES = [
    "word",
    "$x$",
    "\\$5",
    "$",
    "$$y$$",
    "$$\nz\n$$",
    "$$z$$ (label)",
    "`c $`",
    "[l](https://b.org/a_(b))",
    "<b>",
    "<foo>",
    "<!-- a",
    "```",
    "``` x",
    "````",
    "~~~",
    "~~~ a`b",
    "## head",
    "### head $h$",
    "# head",
    "- item",
    "  more",
    "1. one",
    "> quote",
    "    set in",
    "\tset in",
    "| a | b |",
    "|---|---|",
    "---",
    "===",
    "[r]: https://b.org",
    "**",
    "",
    "",
]
texts = st.lists(st.sampled_from(PIECES) | st.text(alphabet="a1 $`~#>-|[]()<\\\t_*", max_size=8), max_size=12).map(
    "\n".join
)


@settings(max_examples=300, deadline=None)
@given(texts)
def test_any_text_has_the_same_formulas_code_and_links_for_all(text: str) -> None:
    shared = within(list(parse(text)))
    assert [token.content for token in shared if token.type in {"fence", "code_block"}] == code_on_screen(text)
    assert [address for _, address in find_links(text)] == links_on_screen(text)
    if not text_notes(text):
        seen = [item.latex for item in read_formulas(text) if isinstance(item, Formula)]
        assert seen == formulas_on_screen(text)
    plain = [line.removeprefix("> ").strip() for line in markdown_lines(text)]
    assert all(code.strip() in "\n".join(plain) for code in code_on_screen(text) if "\n" not in code.strip())


@settings(max_examples=300, deadline=None)
@given(texts)
def test_a_page_is_cut_at_the_headings_and_fences_that_are_shown(text: str) -> None:
    lines = text.split("\n")
    seen = [token for token in parse(text) if token.level == 0]
    cut = [token for token in outline(lines) if token.level == 0]
    _, notes = scan(["## A", *lines])
    if any("not closed" in message or "indented" in message for _, message in notes):
        return
    for kind in ("heading_open", "fence"):
        shown = [token.map for token in seen if token.type == kind and token.markup not in {"=", "-"}]
        assert [token.map for token in cut if token.type == kind] == shown


@settings(max_examples=200, deadline=None)
@given(texts)
def test_the_lines_of_prose_are_those_of_the_file(text: str) -> None:
    lines = ["## A", *text.split("\n")]
    sections, _ = scan(lines, 1)
    for block in (block for section in sections for block in section.blocks if block.name == "prose"):
        for number, line in enumerate(block.text.split("\n"), block.first_line):
            assert line in {"", lines[number - 1], lines[number - 1].rstrip()}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_line_ends_change_nothing(tmp_path: Path, end: str) -> None:
    path = tmp_path / "20-toy.md"
    path.write_bytes(GOOD.encode().replace(b"\n", end.encode()))
    if end == "\r":  # front matter ends with a line feed
        path.write_bytes(GOOD.encode().replace(b"```\n\n", b"```\r\r"))
    reading = read_lesson(path)
    assert [fault.message for fault in reading.faults] == []
    assert [len(section.blocks) for section in reading.sections] == [1, 2, 2]


CUT = [
    ("a heading in a list", "- a\n\n  ## b", "this heading begins no page"),
    ("a heading in a quote", "> ## b", "this heading begins no page"),
    ("a block in a list", "- a\n\n  ```{values}\n  ab: 1\n  ```", "a block cannot be indented"),
    ("a block in a quote", "> ```{values}\n> ab: 1\n> ```", "a block cannot be indented"),
    ("a block set in", "words\n\n    ```{values}\n    ab: 1\n    ```", "a block cannot be indented"),
    ("a fence that is not closed", "~~~\ncode", "this block is not closed; put a line ~~~ after its end"),
    ("a long fence that is not closed", "````\ncode\n```", "this block is not closed; put a line ```` after its end"),
    ("tildes that are not closed", "~~~ a`b\ncode", "this block is not closed; put a line ~~~ after its end"),
    ("a formula over a fence", "$$ a\n```\nb $$\n```", "the $$ is not closed"),
    ("a formula over a heading", "$$ a\n### b\nc $$", "the $$ is not closed"),
    ("a formula over two items", "- $$ a\n- b $$", "the $$ is not closed"),
    ("a formula in a row", "| a |\n|---|\n| $|k|$ |", "would split the table's cell"),
]


@pytest.mark.parametrize(("text", "says"), [row[1:] for row in CUT], ids=[row[0] for row in CUT])
def test_what_would_be_shown_otherwise_than_meant_is_a_fault(tmp_path: Path, text: str, says: str) -> None:
    assert any(says in line for line in said(tmp_path, broken("A kernel has", f"{text}\n\nA kernel has")))


SOUND = [
    "## C#\n\nwords",
    "~~~ a`b\n## no page\n~~~",
    "- ```\n  ## no page\n  ```",
    "````\n```{question} number\n## no page\n```\n````",
    "```yaml\n                - - - - - - - - - deep in code\n```",
    "> ```\n> a $\n> ```",
    "    a $ in code that is indented",
]


@pytest.mark.parametrize("text", SOUND)
def test_what_is_shown_as_it_is_meant_is_no_fault(tmp_path: Path, text: str) -> None:
    assert said(tmp_path, broken("A kernel has", f"{text}\n\nA kernel has")) == []


def test_no_other_module_makes_a_parser_or_looks_for_fences() -> None:
    folder = Path(tutor.__file__).parent
    texts = {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*.py")}
    assert {name for name, text in texts.items() if 'MarkdownIt("' in text} == {
        "content/markdown.py",
        "content/outline.py",
    }
    assert {name for name, text in texts.items() if "~{3,}" in text} == {"content/outline.py"}


def test_a_title_keeps_its_sharp() -> None:
    sections, _ = scan(["## In C# ##", "words"])
    assert [section.title for section in sections] == ["In C#"]


def test_code_over_two_lines_moves_no_line_after_it() -> None:
    text = "see `a\nb` and\n[c](show:x) <b>\n$5 and"
    assert find_links(text) == ((2, "show:x"),)
    assert [line for line, _ in text_notes(text)] == [4]
