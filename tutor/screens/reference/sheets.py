"""The glossary and the formula sheet, searched while typing."""

from collections.abc import Sequence

from textual.content import Content

from tutor.content.collected import NamedFormula, Term, collect_formulas, collect_terms
from tutor.content.plain import plain_inline
from tutor.screens.reference.listing import ListingEntry, ListingScreen, origin_content
from tutor.screens.reference.rows import GAP, cells_row, hanging_lines
from tutor.text.ascii_mode import prefers_ascii
from tutor.widgets.markdown.mathtext import text_content

MIN_TABLE_WIDTH = 88
"""Columns from which an entry is a row of a table, its place at the right; fewer show its place below or after it."""
NAME_WIDTH = 23
"""Columns of the names in a table; a longer one takes two lines."""
PLACE_WIDTH = 18
"""Columns of the places in a table: enough for `lesson 22, page 27`."""
WORDS, LETTERS = "Words", "Letters and signs of formulas"


class GlossaryScreen(ListingScreen):
    """The words and letters of the course. Type to search, a letter alone or words; Enter opens the lesson."""

    heading = "Glossary"
    empty_message = "The lessons explain no words yet."

    def make_entries(self, width: int) -> Sequence[ListingEntry]:
        """Each term with its meaning and where it comes from: the words, then the letters."""
        terms = sorted(collect_terms(self.session.course), key=lambda term: bool(term.letter))
        return [_glossary_entry(term, width) for term in terms]


def _glossary_entry(term: Term, width: int) -> ListingEntry:
    name = Content.styled(plain_inline(term.name, prefers_ascii()), "bold")
    meaning = Content(text_content(term.meaning, prefers_ascii()).plain)
    nameless = Content(" " * name.cell_length)
    lay_out = _table_row if width >= MIN_TABLE_WIDTH else _paragraph
    return ListingEntry(
        lay_out(name, meaning, term, width),
        term.source,
        term.words,
        term.letter,
        part=LETTERS if term.letter else WORDS,
        continued=lay_out(nameless, meaning, term, width) if term.letter else None,
        is_spaced=width < MIN_TABLE_WIDTH,
    )


def _table_row(name: Content, meaning: Content, term: Term, width: int) -> Content:
    """A term on a line where there is room: its name, its meaning and its place in columns."""
    widths = NAME_WIDTH, width - NAME_WIDTH - PLACE_WIDTH - 2 * GAP, PLACE_WIDTH
    return cells_row((name, meaning, origin_content(term.source, is_short=True)), widths)


def _paragraph(name: Content, meaning: Content, term: Term, width: int) -> Content:
    """A term as a paragraph, and its place below: all lines but the first are indented."""
    indent = name.cell_length + GAP if term.letter else GAP
    lines = hanging_lines(name.pad_right(GAP), meaning, indent, width)
    return Content("\n").join([*lines, origin_content(term.source).pad_left(indent)])


class FormulasScreen(ListingScreen):
    """The formulas of the course. Type to search; Enter opens the lesson a formula comes from."""

    heading = "Formula sheet"
    empty_message = "The lessons name no formulas yet."

    def make_entries(self, width: int) -> Sequence[ListingEntry]:
        """Each formula with its name and where it comes from."""
        return [_formula_entry(item, width) for item in collect_formulas(self.session.course)]


def _formula_entry(item: NamedFormula, width: int) -> ListingEntry:
    """A formula beside its name where there is room, else below it."""
    source = item.source
    name = Content.styled(item.words, "bold")
    room = width - NAME_WIDTH - PLACE_WIDTH - 2 * GAP
    lines = _formula_lines(item.latex, room if width >= MIN_TABLE_WIDTH else width - GAP)
    is_row = width >= MIN_TABLE_WIDTH and all(Content(line).cell_length <= room for line in lines)
    if is_row:
        beside = Content("\n" * (len(lines) // 2))  # the name and the place stand beside the middle of the formula
        cells = (
            beside + name,
            Content.styled("\n".join(lines), "$text-secondary"),
            beside + origin_content(source, True),
        )
        shown = cells_row(cells, (NAME_WIDTH, room, PLACE_WIDTH))
    else:
        lines = _formula_lines(item.latex, width - GAP)
        picture = Content.styled("\n".join(" " * GAP + line for line in lines), "$text-secondary")
        above = "\n\n" if len(lines) > 1 else "\n"  # a tall bracket is not to touch the name
        named = hanging_lines(name.pad_right(GAP), origin_content(source), GAP, width)
        shown = Content.assemble(Content("\n").join(named), above, picture)
    words = f"{item.words} {item.name} {item.latex} {source.lesson} {source.title}"
    return ListingEntry(shown, source, words, is_spaced=not is_row or len(lines) > 1)


def _formula_lines(latex: str, width: int) -> list[str]:
    """The formula in two dimensions, or on one line of ASCII for a terminal without Unicode."""
    from tutor.maths.render import MathError, ascii_line, display

    try:
        return [ascii_line(latex)] if prefers_ascii() else display(latex, width)
    except MathError:
        return [latex]
