"""What is collected from all lessons: words, named formulas, errata."""

import re
from pathlib import Path

import pytest

from tests.content.lessons import GOOD, RICH, broken, folder
from tutor.content.collected import (
    collect_errata,
    collect_formulas,
    collect_terms,
    find_entries,
    lesson_terms,
    matches_words,
)
from tutor.content.course import Course, open_course
from tutor.content.formulas import Formula, read_formulas
from tutor.content.model import Glossary, Lesson, Prose, texts_of
from tutor.plain.sheets import errata_lines, formula_lines, glossary_lines

GREEK = re.findall(
    r"\\\w+",
    r"\alpha\beta\gamma\delta\varepsilon\eta\theta\kappa\lambda\mu\xi\pi\sigma\tau\Delta\nabla",
)


def course(tmp_path: Path) -> Course:
    other = GOOD.replace("toy", "odd").replace("The notes say $k = 256$.", "The notes say $k = 250$.")
    other += "\n```{glossary}\nArea: Width times height.\n```\n"
    return Course(folder(tmp_path, toy=RICH, odd=other))


def test_words_come_in_the_order_of_the_alphabet_with_their_figures(tmp_path: Path) -> None:
    found = collect_terms(course(tmp_path))
    assert [(term.name, term.source.lesson, term.source.section) for term in found] == [
        ("Area", "odd", 2),
        ("kernel", "toy", 1),
        ("ratio", "toy", 0),
    ]
    assert found[1].meaning == "A small grid of numbers; here there are 125."


def test_named_formulas_come_with_their_figures_and_unnamed_ones_not(tmp_path: Path) -> None:
    (found,) = collect_formulas(course(tmp_path))
    assert (found.name, found.latex, found.source.lesson, found.source.section) == (
        "saving",
        r"\frac{28,800}{600,000} = {0.048}",
        "toy",
        0,
    )


def test_errata_come_in_the_order_of_the_course(tmp_path: Path) -> None:
    text = broken("```{erratum} 1", "```{erratum}").replace("toy", "two")
    path = folder(tmp_path, two=text)
    found = collect_errata(Course(path))
    assert [(item.number, item.source.lesson, item.source.section) for item in found] == [(0, "two", 1), (1, "pal", 1)]
    assert found[1].text == "The notes say $k = 256$. Check it: step twice."


def test_a_lesson_that_cannot_be_read_is_left_out_of_the_lists(tmp_path: Path) -> None:
    path = folder(tmp_path, toy=RICH.replace("} choice", "} choise"))
    assert collect_terms(Course(path)) == []
    assert collect_formulas(Course(path)) == []


def test_a_value_that_does_not_compute_leaves_the_other_words(tmp_path: Path) -> None:
    path = folder(tmp_path, toy=RICH.replace("kernels: 125\nstandard", "kernels: 1 / 0\nstandard"))
    assert [term.name for term in collect_terms(Course(path))] == ["kernel", "ratio"]


def test_lists_are_written_line_by_line_and_searched(tmp_path: Path) -> None:
    found = course(tmp_path)
    assert glossary_lines(found, "grid SMALL") == [
        "- kernel: A small grid of numbers; here there are 125. (chainrule learn toy",
        "  --section 2)",
    ]
    assert glossary_lines(found, "nowhere") == ["there is no term with 'nowhere'"]
    assert formula_lines(found, "sav") == [
        "saving (chainrule learn toy --section 1)",
        "    28,800",
        "    ─────── = 0.048",
        "    600,000",
    ]
    assert all(line.isascii() for line in formula_lines(found, ascii=True))
    assert errata_lines(found, 1)[:2] == [
        "Common slip 1 (chainrule learn odd --section 2)",
        "  The notes say k = 250. Check it: step twice.",
    ]
    assert errata_lines(found, 7) == ["there is no erratum with '7'"]
    assert glossary_lines(Course(tmp_path)) == ["the lessons have no term yet"]


def test_every_word_that_is_typed_must_stand_in_the_text() -> None:
    assert matches_words("", "anything")
    assert matches_words("B a", "abc", "d")
    assert not matches_words("a x", "abc")


def test_the_lists_of_the_course_are_sound() -> None:
    found = open_course()
    names = [(item.source.lesson, item.name) for item in collect_formulas(found)]
    assert len(names) == len(set(names))
    assert all(item.text for item in collect_errata(found))
    assert all(term.name and term.meaning.strip() for term in collect_terms(found))


def formulas_of(lesson: Lesson, *, named: bool) -> str:
    """The LaTeX of a lesson's text outside its glossary; with `named` of its named formulas alone."""
    sources = (
        text.source
        for page in lesson.sections
        for block in page.blocks
        if not isinstance(block, Glossary)
        for text in texts_of(block)
    )
    items = [item for source in sources for item in read_formulas(source) if isinstance(item, Formula)]
    return " ".join(item.latex for item in items if item.label or not named)


def bare(latex: str) -> str:
    """LaTeX without its words and without the figures of a lesson."""
    return re.sub(
        r"\\(text|mathrm)\{[^}]*\}|\\(begin|end)\{[^}]*\}|\{=[^}]*\}|(?<![_^}A-Za-z])\{[a-z]{2,}\w*\}", " ", latex
    )


def letters_in(latex: str) -> set[str]:
    """The variables in a piece of LaTeX: letters that are no part of a command."""
    tokens = set(re.findall(r"\\[A-Za-z]+|[A-Za-z]", bare(latex)))
    return {token for token in tokens if token in GREEK or len(token) == 1}


def letters_of(lesson: Lesson) -> list[str]:
    return [term.name.strip("$") for term in lesson_terms(lesson) if term.letter]


@pytest.mark.parametrize("lesson", list(open_course().lessons()), ids=lambda lesson: str(lesson.id))
def test_every_letter_in_the_glossary_occurs_in_the_formulas_of_its_lesson(lesson: Lesson) -> None:
    latex = bare(formulas_of(lesson, named=False))
    missing = [
        letter
        for letter in letters_of(lesson)
        if not re.search(rf"(?<![A-Za-z\\]){re.escape(letter)}(?![A-Za-z])", latex)
    ]
    assert missing == []


def test_every_named_formula_says_of_what_it_is() -> None:
    """On the formula sheet it stands alone: what it computes, or is compared with, is on its left."""
    relations = ("=", r"\approx", r"\le", r"\ge", r"\leftarrow", ">", "<")
    for formula in collect_formulas(open_course()):
        first_sign = next((sign for sign in formula.latex.split() if sign in relations), "")
        assert first_sign, (formula.source.lesson, formula.name, formula.latex)
        assert formula.latex.split(first_sign)[0].strip(), (formula.source.lesson, formula.name, formula.latex)


def test_every_letter_in_a_named_formula_has_its_meaning_in_that_lesson_or_an_earlier_one() -> None:
    known: set[str] = set()
    missing = {}
    for lesson in open_course().lessons():
        known |= letters_in(" ".join(letters_of(lesson)))
        missing[lesson.id] = letters_in(formulas_of(lesson, named=True)) - known
    assert {lesson: letters for lesson, letters in missing.items() if letters} == {}


def test_a_letter_typed_alone_finds_that_letter_and_nothing_else() -> None:
    terms = collect_terms(open_course())
    assert {(term.letter, term.source.lesson) for term in find_entries(terms, "C")} == {
        ("C", "loss"),
        ("C", "convolution"),
    }
    assert {term.letter for term in find_entries(terms, "letter")} == {term.letter for term in terms if term.letter}
    assert {term.letter for term in find_entries(terms, "sigma")} >= {"σ", "σ′"}
    assert "gradient" in {term.name for term in find_entries(terms, "gradient")}


def test_a_word_of_the_glossary_leads_to_the_page_that_explains_it() -> None:
    found = {(term.source.lesson, term.name): term.source.section for term in collect_terms(open_course())}
    course = open_course()
    for lesson, name, sentence in (
        ("node", "bias", "**bias**"),
        ("backprop", "backpropagation", "**Backpropagation**"),
        ("folding", "batch", "**batches**"),
    ):
        section = course.lesson(lesson).sections[found[lesson, name]]
        texts = [block.template.source for block in section.blocks if isinstance(block, Prose)]
        assert any(sentence in text for text in texts), (lesson, name)
    last_pages = [page == len(course.lesson(lesson).sections) - 1 for (lesson, _), page in found.items()]
    assert sum(last_pages) < len(last_pages) / 5


def test_a_capital_letter_of_the_glossary_does_not_lead_to_the_page_of_the_small_one() -> None:
    course = open_course()
    letters = [term for term in collect_terms(course) if term.letter]
    pages = [(term, course.lesson(term.source.lesson).sections[term.source.section]) for term in letters]
    for term, section in pages:
        texts = [block.template.source for block in section.blocks if isinstance(block, Prose)]
        has_glossary = any(isinstance(block, Glossary) for block in section.blocks)
        assert has_glossary or any(term.name in text for text in (section.title, *texts)), term
