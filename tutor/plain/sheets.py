"""The glossary, the formula sheet and the errata, line by line."""

from typing import TYPE_CHECKING

from tutor.content.collected import Source, collect_errata, collect_formulas, collect_terms, find_entries, matches_words
from tutor.content.plain import markdown_lines, plain_inline
from tutor.errors import clip
from tutor.maths.render import MathError, ascii_line, display
from tutor.plain.lines import PAGE_WIDTH

if TYPE_CHECKING:
    from tutor.content.course import Course


def glossary_lines(course: "Course", words: str = "", *, ascii: bool = False, pack: str | None = None) -> list[str]:
    """List the terms that a search for `words` finds, each with its meaning and its lesson.

    With `pack`, the title of a pack, only those of its lessons are listed.
    """
    lines = []
    terms = [term for term in collect_terms(course) if _is_of_pack(term.source, pack)]
    for term in find_entries(terms, words):
        meaning = " ".join(term.meaning.split())  # on one line
        lines += markdown_lines(f"- **{term.name}**: {meaning} {_source_text(term.source)}", ascii)
    return lines or [_empty_message("term", words)]


def formula_lines(course: "Course", words: str = "", *, ascii: bool = False, pack: str | None = None) -> list[str]:
    """List the named formulas with `words` in their name, LaTeX or lesson.

    With `pack`, the title of a pack, only those of its lessons are listed.
    """
    lines = []
    for formula in collect_formulas(course):
        searched_texts = (formula.words, formula.name, formula.latex, formula.source.title, formula.source.lesson)
        if _is_of_pack(formula.source, pack) and matches_words(words, *searched_texts):
            heading = f"{formula.words} {_source_text(formula.source)}"
            lines += [heading, *_indented_formula_lines(formula.latex, ascii), ""]
    without_last_blank = lines[:-1]
    return without_last_blank or [_empty_message("formula", words)]


def _indented_formula_lines(latex: str, ascii: bool) -> list[str]:
    """A formula laid out for a page; its LaTeX if it cannot be laid out."""
    indent = "    "  # indented below its heading
    try:
        lines = [ascii_line(latex)] if ascii else display(latex, PAGE_WIDTH - len(indent))
    except MathError:
        lines = [latex]
    return [indent + line.rstrip() for line in lines]


def errata_lines(
    course: "Course", number: int | None = None, *, ascii: bool = False, pack: str | None = None
) -> list[str]:
    """List the errata ("common slips") with their proofs; with `number` only that one.

    With `pack`, the title of a pack, only those of its lessons are listed.
    """
    lines = []
    for erratum in collect_errata(course):
        has_number = number is None or erratum.number == number
        if has_number and _is_of_pack(erratum.source, pack):
            name = f"Common slip {erratum.number}" if erratum.number else "A common slip"
            indented_text = ["  " + line for line in markdown_lines(erratum.text, ascii)]
            lines += [f"{name} {_source_text(erratum.source)}", *indented_text, ""]
    if not lines:
        return [_empty_message("erratum", "" if number is None else str(number))]
    without_last_blank = lines[:-1]
    return [line.rstrip() for line in without_last_blank]


def _is_of_pack(source: Source, pack: str | None) -> bool:
    """Whether an entry comes from the pack with the title `pack`; true of every entry if `pack` is `None`."""
    return pack is None or source.pack == pack


def _source_text(source: Source) -> str:
    """The command that opens the section where an entry stands, in brackets, with the title of its pack."""
    pack = f"{source.pack}: " if source.pack else ""
    return plain_inline(f"({pack}chainrule learn {source.lesson} --section {source.section + 1})")


def _empty_message(entry_kind: str, words: str) -> str:
    """Say that no entry ("term", "formula", "erratum") has `words`; if they are "", that there is none at all."""
    return f"there is no {entry_kind} with '{clip(words)}'" if words else f"the lessons have no {entry_kind} yet"
