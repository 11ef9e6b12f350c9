"""The glossary, the formula sheet and the errata, line by line."""

from typing import TYPE_CHECKING

from tutor.content.collected import Source, collect_errata, collect_formulas, collect_terms, find_entries, matches_words
from tutor.content.plain import markdown_lines, plain_inline
from tutor.errors import clip
from tutor.maths.render import MathError, ascii_line, display
from tutor.plain.lines import PAGE_WIDTH

if TYPE_CHECKING:
    from tutor.content.course import Course


def glossary_lines(course: "Course", word: str = "", ascii: bool = False, pack: str | None = None) -> list[str]:
    """List the terms that `word` finds, each with its meaning and its lesson; of the pack titled `pack` alone."""
    lines = []
    terms = [term for term in collect_terms(course) if pack in (None, term.source.pack)]
    for term in find_entries(terms, word):
        lines += markdown_lines(f"- **{term.name}**: {' '.join(term.meaning.split())} {_link_to(term.source)}", ascii)
    return lines or [_empty_message("term", word)]


def formula_lines(course: "Course", word: str = "", ascii: bool = False, pack: str | None = None) -> list[str]:
    """List the named formulas with `word` in their name, LaTeX or lesson; of the pack titled `pack` alone."""
    lines = []
    for item in collect_formulas(course):
        texts = (item.words, item.name, item.latex, item.source.title, item.source.lesson)
        if pack in (None, item.source.pack) and matches_words(word, *texts):
            lines += [f"{item.words} {_link_to(item.source)}", *_draw_formula(item.latex, ascii), ""]
    return lines[:-1] or [_empty_message("formula", word)]


def _draw_formula(latex: str, ascii: bool) -> list[str]:
    try:
        rows = [ascii_line(latex)] if ascii else display(latex, PAGE_WIDTH - 4)
    except MathError:
        rows = [latex]
    return ["    " + row.rstrip() for row in rows]


def errata_lines(
    course: "Course", number: int | None = None, ascii: bool = False, pack: str | None = None
) -> list[str]:
    """List the common slips with their proofs; with `number` only that one, of the pack titled `pack` alone."""
    lines = []
    for item in collect_errata(course):
        if number in (None, item.number) and pack in (None, item.source.pack):
            name = f"Common slip {item.number}" if item.number else "A common slip"
            lines += [
                f"{name} {_link_to(item.source)}",
                *("  " + line for line in markdown_lines(item.text, ascii)),
                "",
            ]
    return [line.rstrip() for line in lines[:-1]] or [_empty_message("erratum", "" if number is None else str(number))]


def _link_to(source: Source) -> str:
    pack = f"{source.pack}: " if source.pack else ""
    return plain_inline(f"({pack}chainrule learn {source.lesson} --section {source.section + 1})")


def _empty_message(what: str, word: str) -> str:
    return f"there is no {what} with '{clip(word)}'" if word else f"the lessons have no {what} yet"
