"""Markdown with formulas on screen."""

from time import process_time

import pytest
from textual.app import App, ComposeResult
from textual.color import Color
from textual.containers import VerticalScroll
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.selection import SELECT_ALL, Selection
from textual.theme import Theme

from tests.screens.test_themes import contrast
from tests.waiting import until
from tutor.screens.themes import THEMES
from tutor.text.ascii_mode import needs_ascii
from tutor.widgets.markdown.mathdown import (
    HIGHLIGHTED_LANGUAGES,
    CodeFence,
    FormulaDisplay,
    MathBlock,
    MathMarkdown,
    MathParagraph,
)
from tutor.widgets.markdown.mathtext import GLUE, MathText, formula_line, glue_numbers, text_content

LONG = r"a_1 + a_2 + a_3 + a_4 + a_5 + a_6 + a_7 + a_8 + a_9 + a_{10} + a_{11} + a_{12}"


class Page(App[None]):
    """One text on a page."""

    def __init__(self, markdown: str, ascii: bool = False) -> None:
        super().__init__()
        self.markdown = markdown
        self.ascii = ascii

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            yield MathMarkdown(self.markdown, ascii=self.ascii)


def shown(app: App[None]) -> list[str]:
    """The lines on screen."""
    return [line.text.rstrip() for line in app.screen._compositor.render_strips()]


async def settle(pilot: Pilot[None]) -> None:
    """Wait until Markdown has made its blocks."""
    await until(pilot, lambda: bool(pilot.app.query_one(MathMarkdown).children))
    await pilot.pause()


async def lines_of(markdown: str, width: int = 60, ascii: bool = False) -> list[str]:
    """What a page of `width` columns shows of `markdown`."""
    app = Page(markdown, ascii)
    async with app.run_test(size=(width, 30)) as pilot:
        await settle(pilot)
        return [line for line in shown(app) if line]


async def test_an_inline_formula_stands_in_the_text_in_one_line() -> None:
    assert await lines_of(r"Let $\beta_1^t + x^2$ be.") == ["Let β₁ᵗ + x² be."]


@pytest.mark.parametrize("width", range(14, 40))
async def test_an_inline_formula_is_never_broken(width: int) -> None:
    lines = await lines_of(r"Words before it $a + b + c = d$, and words after it $x + y$ end.", width)
    assert sum(line.count("a + b + c = d") for line in lines) == 1
    assert sum(line.count("x + y") for line in lines) == 1
    assert not any(GLUE in line for line in lines)


async def test_a_display_formula_is_a_block_of_several_rows() -> None:
    lines = await lines_of("Before.\n\n$$\\frac{a}{b}$$\n\nAfter.")
    assert [line.strip() for line in lines] == ["Before.", "a", "───", "b", "After."]


async def test_a_display_formula_is_laid_out_anew_when_the_width_changes() -> None:
    app = Page(f"$${LONG}$$")
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        assert len([line for line in shown(app) if line]) == 1
        await pilot.resize_terminal(40, 30)
        await until(pilot, lambda: len([line for line in shown(app) if line]) > 1)
        lines = [line for line in shown(app) if line]
        assert max(len(line) for line in lines) <= 40


async def test_copying_a_display_formula_gives_its_latex() -> None:
    app = Page(r"$$\frac{a}{b}$$")
    async with app.run_test() as pilot:
        await settle(pilot)
        formula = app.query_one(FormulaDisplay)
        assert formula.get_selection(Selection(Offset(0, 0), Offset(1, 0))) == (r"$$\frac{a}{b}$$", "\n")


async def test_copying_text_with_a_formula_gives_ordinary_spaces() -> None:
    app = Page(r"Let $a + b$ be.")
    async with app.run_test() as pilot:
        await settle(pilot)
        assert app.query_one(MathParagraph).get_selection(SELECT_ALL) == ("Let a + b be.", "\n")


async def test_a_formula_too_wide_for_the_page_can_be_reached_and_scrolled_with_keys() -> None:
    app = Page(r"$$\begin{pmatrix}" + " & ".join(f"a_{{{n}}}" for n in range(20)) + r"\end{pmatrix}$$")
    async with app.run_test(size=(40, 20)) as pilot:
        await settle(pilot)
        block = app.query_one(MathBlock)
        assert block.can_focus
        block.focus()
        await pilot.press("right", "l", "l")
        await until(pilot, lambda: block.scroll_target_x == 3)
        await pilot.press("h", "left")
        assert block.scroll_target_x == 1
        await pilot.resize_terminal(200, 20)
        await until(pilot, lambda: not block.can_focus)


async def test_in_ascii_every_formula_is_one_line_of_ascii() -> None:
    lines = await lines_of("Let $\\beta_1$ be.\n\n$$\\frac{\\alpha}{b}$$", ascii=True)
    assert all(line.isascii() for line in lines)
    assert "beta_1" in lines[0]
    assert len(lines) == 2


async def test_money_is_not_a_formula() -> None:
    assert await lines_of(r"It costs \$5, then \$6.") == ["It costs $5, then $6."]


async def test_a_formula_that_cannot_be_read_shows_its_source() -> None:
    assert await lines_of(r"Let $\frac{a$ be.") == [r"Let $\frac{a$ be."]


async def test_formulas_stand_in_headings_and_tables_with_ordinary_spaces() -> None:
    lines = await lines_of(
        "# On $a + b$\n\n#### Then $x + y$\n\n###### Last $u + v$\n\n| $c + d$ | e |\n|---|---|\n| $f + g$ | h |"
    )
    whole = "\n".join(lines)
    assert "On a + b" in whole
    assert "Then x + y" in whole
    assert "Last u + v" in whole
    assert "c + d" in whole
    assert "f + g" in whole


async def test_code_and_formulas_look_different() -> None:
    app = Page("A `code` and a $formula$.")
    async with app.run_test() as pilot:
        await settle(pilot)
        styles = {str(span.style) for span in app.query_one(MathParagraph)._content.spans}
        assert styles == {".code_inline", ".formula"}


async def test_code_in_a_link_looks_like_the_rest_of_the_link_and_code_after_it_like_code() -> None:
    app = Page("Open [`adam` at $t = 3$](show:adam?step=3), then `sgd`.")
    async with app.run_test(size=(60, 30)) as pilot:
        await settle(pilot)
        spans = app.query_one(MathParagraph)._content.spans
        assert [(span.start, span.style) for span in spans if isinstance(span.style, str)] == [
            (13, ".formula"),
            (25, ".code_inline"),
        ]


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
async def test_code_can_be_read_and_looks_neither_wrong_nor_like_a_warning_in_any_theme(theme: Theme) -> None:
    app = Page("Some `code` here.\n\n- `code` in a list\n\n| `code` |\n|---|\n| `code` |\n\n## `code`")
    app.register_theme(theme)
    app.theme = theme.name
    async with app.run_test() as pilot:
        await settle(pilot)
        inks = [
            (Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor))
            for strip in app.screen._compositor.render_strips()
            for text, style, _ in strip
            if text.strip() == "code" and style is not None and style.color and style.bgcolor
        ]
        assert len(inks) == 5
        for ink, ground in inks:
            assert contrast(ink, ground) >= (7 if "contrast" in theme.name else 4.5)
            assert ink == Color.parse(app.theme_variables["foreground"])
            assert ground != Color.parse(app.theme_variables["background"])


class Text(App[None]):
    """One light text."""

    def compose(self) -> ComposeResult:
        yield MathText(r"Twice $a + b + c + d$ is **more** than `x`.", lead="Hint 1:")


async def test_a_light_text_keeps_its_formulas_whole_too() -> None:
    app = Text()
    async with app.run_test(size=(24, 10)) as pilot:
        await pilot.pause()
        lines = [line for line in shown(app) if line]
        assert lines == ["Hint 1: Twice", "a + b + c + d is more", "than x."]
        assert app.query_one(MathText).get_selection(SELECT_ALL) == (
            "Hint 1: Twice a + b + c + d is more than x.",
            "\n",
        )


def test_a_light_text_keeps_paragraphs_lists_and_styles() -> None:
    content = text_content("One *two*.\n\n- **a**\n- b\n\n1. c")
    assert content.plain == "One two.\n• a\n• b\n1. c"
    assert {(content.plain[span.start : span.end], str(span.style)) for span in content.spans} == {
        ("two", "italic"),
        ("a", "bold"),
    }


def test_a_formula_in_a_line_has_no_space_to_break_at() -> None:
    assert " " not in formula_line("a + b = c")
    assert formula_line("a + b = c").replace(GLUE, " ") == "a + b = c"


@pytest.mark.parametrize("ascii", [False, True])
def test_a_long_formula_may_break_before_relations_and_terms_with_any_characters(ascii: bool) -> None:
    terms = " - ".join(f"x_{{{index}}} y_{{{index}}}" for index in range(1, 13))
    line = formula_line(rf"{terms} \le z", ascii=ascii)
    beginnings = {piece.split(GLUE)[0] for piece in line.split(" ")[1:]}
    assert beginnings == ({"-", "<="} if ascii else {"−", "≤"})


@pytest.mark.parametrize(
    ("environment", "encoding", "ascii"),
    [
        ({"TERM": "xterm-256color"}, "UTF-8", False),
        ({"TERM": "linux"}, "UTF-8", True),
        ({"TERM": "dumb"}, "utf8", True),
        ({"TERM": "xterm"}, "ISO-8859-1", True),
        ({"TERM": "linux", "CHAINRULE_ASCII": "0"}, "UTF-8", False),
        ({"TERM": "xterm", "CHAINRULE_ASCII": "1"}, "UTF-8", True),
    ],
)
def test_terminals_without_the_signs_get_ascii(environment: dict[str, str], encoding: str, ascii: bool) -> None:
    assert needs_ascii(environment, encoding) is ascii


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [("$x$ is 3", "x is 3"), ("- $y$ costs \\$5\n- $z$ 4", "• y costs $5\n• z 4"), ("$x_1$", "x₁")],
)
def test_a_formula_at_the_start_is_seen_whatever_stands_at_the_end(markdown: str, plain: str) -> None:
    assert text_content(markdown).plain == plain


HARD = [
    "a",
    "(",
    "[",
    "{",
    "<",
    '"',
    "'",
    "/",
    "\\",
    "`",
    " ",
    "\t",
    "#",
    "=",
    "0",
    "$",
    "\n ",
    " \n",
    "a\n",
    "<a ",
    "x=",
    "r'",
]


@pytest.mark.parametrize(
    "language", [*sorted(HIGHLIGHTED_LANGUAGES), "autoit", "gherkin", "csharp", "", "no language", "Python x"]
)
def test_code_of_any_language_is_coloured_soon_or_not_at_all(language: str) -> None:
    started = process_time()
    for unit in HARD:
        shown = CodeFence.highlight(unit * (4000 // len(unit)), language)
        assert len(shown.plain) > 3900
    assert process_time() - started < 10
    coloured = bool({str(span.style) for span in CodeFence.highlight("x = 1  # y", language).spans} - {"$text"})
    assert coloured or language.partition(" ")[0].lower() != "python"


LONG = r"m_1 = \beta_1 m_1 + (1-\beta_1) g_1 = 0.9 \cdot (-0.185) + (1 - 0.9) \cdot (-0.900083) = -0.256508"


@pytest.mark.parametrize(
    "latex", ["a = b + c", LONG, "y = " + " + ".join(f"(w_{{{i}}} - 1) x_{{{i}}}" for i in range(20))]
)
@pytest.mark.parametrize("ascii", [False, True])
def test_a_formula_breaks_nowhere_within_a_number_a_name_or_brackets(latex: str, ascii: bool) -> None:
    written = formula_line(latex, ascii)
    pieces = written.split(" ")
    assert all(len(piece) <= 60 for piece in pieces)
    assert all(piece.count("(") == piece.count(")") for piece in pieces)
    assert len(pieces) == 1 or len(written) > 38
    assert all(piece[0] in "=+−-←" for piece in pieces[1:])


@pytest.mark.parametrize("kept", ["“del C by del x”", "“p k”", "4 × 4", "3 × 12 × 12", "(1, −0.5)", "2.5 · 10⁻⁷"])
@pytest.mark.parametrize("width", range(20, 44))
async def test_a_size_or_a_short_reading_in_quotation_marks_is_never_broken(kept: str, width: int) -> None:
    lines = await lines_of(f"The map of a seven is read as ({kept}) in a text, and {kept} is so here.", width)
    assert sum(line.count(kept) for line in lines) == 2, lines


def test_what_stands_between_two_quotations_may_be_broken() -> None:
    assert glue_numbers("the “b c” d e “f g” h") == f"the “b{GLUE}c” d e “f{GLUE}g” h"
    long = "read “a sentence that is too long to be kept on one line”"
    assert glue_numbers(long) == long


def test_a_reading_that_would_leave_a_wide_hole_may_break() -> None:
    assert glue_numbers("(say “del C by del w one”)") == "(say “del C by del w one”)"
