"""Lessons as lines of plain text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.content.lessons import GOOD, folder
from tests.content.section_text import section_text
from tutor.content.course import Course
from tutor.content.find import lessons_folder
from tutor.content.model import Erratum, Prose, SimulationBlock, TextTemplate
from tutor.content.plain import block_lines, command_of, markdown_lines

LESSONS = sorted(lessons_folder().glob("*.md"))


@pytest.fixture(scope="module")
def course() -> Course:
    return Course(lessons_folder())


def test_a_section_is_its_title_and_its_blocks_without_questions(tmp_path: Path) -> None:
    why, see, questions = Course(folder(tmp_path, toy=GOOD)).lesson("toy").sections
    assert section_text(why) == [
        "Why it matters",
        "==============",
        "",
        "A kernel has k numbers, and each costs $1. Written out:",
        "",
        "    k = 5 · 5",
        "",
        "symbol  meaning",
        "------  -------------------",
        "k       numbers in a kernel",
        "",
        '    price = "$"  # a dollar in code is no formula',
    ]
    assert section_text(see) == [
        "See it",
        "======",
        "",
        "Simulation: chainrule sim conv-cost --set kernels=125 --step 1",
        "Try this:",
        "- Step once. What is k now?",
        "- Step back.",
        "",
        "A common slip:",
        "  The notes say k = 256. Check it: step twice.",
    ]
    assert section_text(questions) == ["Questions", "========="]


def test_ascii_reaches_formulas_prose_and_code() -> None:
    markdown = "A **θ** – and $\\theta_{t-1}$.\n\n```\nθ = 1\n```"
    lines = markdown_lines(markdown, ascii=True)
    assert all(line.isascii() for line in lines)
    assert "theta" in lines[0]


def test_paragraphs_and_lists_are_wrapped_with_a_hanging_indent() -> None:
    markdown = "one two\nthree four five six\n\n- aaa bbb ccc ddd eee fff\n  ggg\n- hhh\n\n10. iii jjj kkk lll mmm"
    assert markdown_lines(markdown, width=20) == [
        "one two three four",
        "five six",
        "",
        "- aaa bbb ccc ddd",
        "  eee fff ggg",
        "- hhh",
        "",
        "10. iii jjj kkk lll",
        "    mmm",
    ]


def test_a_short_formula_is_not_broken_over_lines() -> None:
    (first, second) = markdown_lines("The sum of all is $a + b + c$.", width=22)
    assert (first, second) == ("The sum of all is", "a + b + c.")


@pytest.mark.parametrize(
    ("markdown", "line"),
    [
        ("**bold**, *thin*, __bold__, _thin_ and `co_de*`", "bold, thin, bold, thin and co_de*"),
        ("a **bold $x * y$ rule** here", "a bold x * y rule here"),
        ("2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"),
        (r"\*not thin\* and \$5", "*not thin* and $5"),
        ("[the notes](notes.md) and ![a picture](a.png)", "the notes (notes.md) and a picture (a.png)"),
        ("``a ` b``", "a ` b"),
        ("> quoted\n> text", "> quoted text"),
        ("* star\n", "* star"),
    ],
)
def test_marks_of_markdown_go_and_words_stay(markdown: str, line: str) -> None:
    assert markdown_lines(markdown) == [line]


def test_headings_are_underlined_and_tables_line_up() -> None:
    assert markdown_lines("### The $x$ rule ###\ntext") == ["The x rule", "----------", "text"]
    table = "| a | $\\hat m$ | |\n|---|:-:|---|\n| **one** | `2 \\| 3` |\n| x | y | z | w |"
    assert markdown_lines(table) == [
        "a    m̂",
        "---  -----  -",
        "one  2 | 3",
        "x    y      z",
    ]


def test_a_table_that_is_too_wide_is_wrapped_within_its_columns() -> None:
    table = "| node | what it does |\n|---|---|\n| $a + b$ | passes it back to both of them, unchanged |\n| c | stops |"
    assert markdown_lines(table, width=30) == [
        "node   what it does",
        "-----  -----------------------",
        "a + b  passes it back to both",
        "       of them, unchanged",
        "c      stops",
    ]
    assert markdown_lines(f"- one\n\n  {table.replace(chr(10), chr(10) + '  ')}", width=32)[2:] == [
        "  node   what it does",
        "  -----  -----------------------",
        "  a + b  passes it back to both",
        "         of them, unchanged",
        "  c      stops",
    ]


def test_a_table_whose_words_do_not_fit_beside_each_other_is_said_row_by_row() -> None:
    table = "| network | accuracy of validation | |\n|---|---|---|\n| convolutional | 95% | best |\n| dense | | |"
    assert markdown_lines(table, width=24) == [
        "network: convolutional",
        "  accuracy of",
        "    validation: 95%",
        "  best",
        "network: dense",
    ]
    for width in range(20, 60):
        lines = markdown_lines(table, width=width)
        assert max(map(len, lines)) <= width
        assert set(" ".join(lines).replace(":", "").split()) >= {"convolutional", "validation", "accuracy", "95%"}


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_no_table_of_the_course_is_wider_than_a_terminal(course: Course, path: Path) -> None:
    lesson = course.lesson(path.stem.partition("-")[2])
    lines = [line for section in lesson.sections for line in section_text(section)]
    rules = [line for line in lines if set(line) == {"-", " "}]
    assert [line for line in rules if len(line) > 80] == []


def test_aligned_formulas_beside_each_other_stay_apart() -> None:
    two = r"$$\begin{align*} z &= 1 & h &= 2 \\ o &= 3 & C &= 4 \end{align*}$$"
    assert markdown_lines(two) == ["    z = 1   h = 2", "    o = 3   C = 4"]


def test_an_equation_wider_than_a_page_is_broken_before_its_signs_of_equality() -> None:
    long = "1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9"
    assert markdown_lines(f"$$s = {long} = {long} = 45$$") == [
        "    s",
        f"      = {long}",
        f"      = {long}",
        "      = 45",
    ]


def test_a_display_formula_stands_on_a_line_of_its_own() -> None:
    assert markdown_lines("so that\n$$\na = b\n$$\nfollows") == ["so that", "    a = b", "follows"]
    assert markdown_lines("so that\n\n$$\na = b\n+ c\n$$") == ["so that", "", "    a = b + c"]


def test_a_command_opens_the_simulation_where_the_page_stands() -> None:
    values: dict[str, object] = {"logits": [2, 1, 0.1], "training": True, "seed": 7, "mode": "classic"}
    block = SimulationBlock(1, "dropout", values, 3, ())
    assert command_of(block) == (
        "chainrule sim dropout --set logits=2,1,0.1 --set training=true --seed 7 --set mode=classic --step 3"
    )
    assert all(len(line) <= 40 for line in block_lines(block, width=40))


@pytest.mark.parametrize("number", [0, 11])
def test_a_slip_has_no_number_beside_the_text_since_several_of_a_page_may_share_it(number: int) -> None:
    assert block_lines(Erratum(1, number, TextTemplate("Text.")))[0] == "A common slip:"


@given(st.text(alphabet="ab $*_`\\|-#>\n1.[]()\ue000~", max_size=80), st.booleans())
def test_no_markdown_raises(markdown: str, ascii: bool) -> None:
    lines = block_lines(Prose(1, TextTemplate(markdown)), ascii)
    assert all("\n" not in line for line in lines)


@given(st.lists(st.sampled_from(["word", "$x + y$", "**bold**", "–", "(so)"]), min_size=1, max_size=60))
def test_no_line_of_prose_is_wider_than_the_page(words: list[str]) -> None:
    assert all(len(line) <= 30 for line in markdown_lines(" ".join(words), width=30))


def test_equations_that_stand_below_each_other_get_a_line_each() -> None:
    lines = markdown_lines("$$\\begin{align*} a &= 1 \\\\ b &= \\frac{1}{2} \\end{align*}$$", False)
    assert [line.strip() for line in lines if line.strip()] == ["a = 1", "b = 1/2"]


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("Here $x_1$ and $x_2$.", "Here x₁ and x₂."),
        ("$$\n\\frac{a}{b}\n$$", "    a/b"),
        ("The rule is\n\n$$w \\leftarrow w - \\eta g$$\n\nso.", "The rule is\n\n    w ← w − ηg\n\nso."),
        ("It costs \\$5, or \\$6.", "It costs $5, or $6."),
        ("It costs $5 and $6.", "It costs $5 and $6."),
        ("A formula $a +\nb$ over two lines.", "A formula a + b over two lines."),
        ("No formula $a\n\nb$ over two paragraphs.", "No formula $a\n\nb$ over two paragraphs."),
        ("Code `$x_1$` stays.", "Code $x_1$ stays."),
        ("```\n$x_1$\n```\n$x_1$", "    $x_1$\nx₁"),
        ("Broken $\\frac{a}$ stays.", "Broken $\\frac{a}$ stays."),
        ("A set $\\{0, 1\\}$.", "A set {0, 1}."),
        ("5\\% is $5\\%$", "5% is 5%"),
    ],
)
def test_formulas_in_markdown_become_lines(markdown: str, plain: str) -> None:
    assert "\n".join(markdown_lines(markdown)) == plain


def test_ascii_takes_the_prose_along() -> None:
    assert markdown_lines("So $\\hat m_t$ — “less” than 5 × 5…", ascii=True) == ['So hat(m)_t -- "less" than 5 x 5...']


@pytest.mark.parametrize("cell", ["$= 3$", "$\\to 2$", "$\\le x$", "$-5$", "$\\quad 1$", "&nbsp;4", "`a`"])
@pytest.mark.parametrize("ascii", [False, True])
def test_no_cell_of_a_table_begins_with_a_space(cell: str, ascii: bool) -> None:
    lines = markdown_lines(f"| {cell} | b |\n|---|---|\n| longer cell | 2 |", ascii)
    assert lines[0] == lines[0].lstrip()
    assert len({len(line) - len(line.lstrip()) for line in lines}) == 1
