"""The glossary, the formula sheet and the errata, line by line."""

from typing import TYPE_CHECKING

from tutor.content.collected import Source, errata, formulas, matches_words, terms
from tutor.content.plain import markdown_text, plain_inline
from tutor.errors import clip
from tutor.maths.render import MathError, ascii_line, display
from tutor.plain.lines import PAGE_WIDTH

if TYPE_CHECKING:
    from tutor.content.course import Course


def glossary_lines(course: "Course", word: str = "", ascii: bool = False) -> list[str]:
    """The terms in which `word` stands, each with its meaning and its lesson."""
    lines = []
    for term in terms(course):
        if matches_words(word, term.name, term.meaning):
            lines += markdown_text(f"- **{term.name}**: {' '.join(term.meaning.split())} {_where(term.source)}", ascii)
    return lines or [_nothing("term", word)]


def formula_lines(course: "Course", word: str = "", ascii: bool = False) -> list[str]:
    """The named formulas in whose name, lesson or source `word` stands."""
    lines = []
    for item in formulas(course):
        if matches_words(word, item.name, item.latex, item.source.title, item.source.lesson):
            lines += [f"{item.name} {_where(item.source)}", *_formula(item.latex, ascii), ""]
    return lines[:-1] or [_nothing("formula", word)]


def _formula(latex: str, ascii: bool) -> list[str]:
    try:
        rows = [ascii_line(latex)] if ascii else display(latex, PAGE_WIDTH - 4)
    except MathError:
        rows = [latex]
    return ["    " + row.rstrip() for row in rows]


def errata_lines(course: "Course", number: int | None = None, ascii: bool = False) -> list[str]:
    """The common slips with their proofs; only those of `number` when it is given."""
    lines = []
    for item in errata(course):
        if number is None or item.number == number:
            name = f"Common slip {item.number}" if item.number else "A common slip"
            lines += [f"{name} {_where(item.source)}", *("  " + line for line in markdown_text(item.text, ascii)), ""]
    return [line.rstrip() for line in lines[:-1]] or [_nothing("erratum", "" if number is None else str(number))]


def _where(source: Source) -> str:
    return plain_inline(f"(chainrule learn {source.lesson} --section {source.section + 1})")


def _nothing(what: str, word: str) -> str:
    return f"there is no {what} with '{clip(word)}'" if word else f"the lessons have no {what} yet"
