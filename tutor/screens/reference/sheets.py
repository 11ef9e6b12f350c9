"""The glossary and the formula sheet, searched while typing."""

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.content import Content

from tutor.content.collected import NamedFormula, Term, collect_formulas, collect_terms
from tutor.content.formula_letters import letters_of
from tutor.content.plain import plain_inline
from tutor.screens.reference.listing import ListingEntry, ListingScreen, origin_content
from tutor.text.ascii_mode import prefers_ascii
from tutor.widgets.content_rows import GAP, balanced_lines, cells_row, hanging_lines, wrapped_lines
from tutor.widgets.literal import OptionList, Static, literal
from tutor.widgets.markdown.mathtext import text_content

MIN_TABLE_WIDTH = 88
"""The fewest columns in which an entry is a row of a table, with its origin at the right.

Otherwise the origin is below.
"""
MIN_COLUMNS_WIDTH = 64
"""The fewest columns in which a word has its meaning beside it; otherwise that follows in a paragraph."""
NAME_WIDTH = 23
"""Columns of the names in a table; longer names take two lines."""
ORIGIN_WIDTH = 18
"""Columns of the origins in a table, enough for `lesson 22, page 27`."""
ROWS_OF_LETTERS, FEW_ROWS_OF_LETTERS = 8, 5
"""Rows for the letters of a formula, a line each, on a tall screen and on others; longer lists are running text."""
NO_LETTERS = "Its page says what its letters mean: Enter leads there."
"""Said below the formula sheet of a formula none of whose letters is in the glossary with a meaning for it."""
WORDS, LETTERS = "Words", "Letters and signs of formulas"
"""The headings of the glossary's two parts."""


class GlossaryScreen(ListingScreen):
    """The words and letters of the course. Type to search, a letter alone or words; Enter opens the lesson."""

    heading = "Glossary"
    empty_message = "The lessons explain no words yet."

    def make_entries(self, width: int) -> Sequence[ListingEntry]:
        """Each term with its meaning and where it comes from: the words, then the letters."""
        terms = collect_terms(self.session.course)
        words = [term for term in terms if not term.letter]
        letters = [term for term in terms if term.letter]
        return [_glossary_entry(term, width) for term in (*words, *letters)]


def _glossary_entry(term: Term, width: int) -> ListingEntry:
    """Format a term as a row of a table if `width` cells are enough, otherwise as a paragraph."""
    name = Content.styled(plain_inline(term.name, prefers_ascii()), "bold")
    # The meaning loses its styles, so that only the name stands out.
    meaning = Content(text_content(term.meaning, prefers_ascii()).plain)
    if width >= MIN_TABLE_WIDTH:
        lay_out = _table_row
    else:
        lay_out = _two_columns if width >= MIN_COLUMNS_WIDTH and not term.letter else _paragraph
    # Used below another meaning of the same letter, where the letter need not be repeated.
    content_without_letter = None
    if term.letter:
        blank_name = Content(" " * name.cell_length)
        content_without_letter = lay_out(blank_name, meaning, term, width)
    return ListingEntry(
        lay_out(name, meaning, term, width),
        source=term.source,
        words=term.words,
        letter=term.letter,
        part=LETTERS if term.letter else WORDS,
        content_without_letter=content_without_letter,
    )


def _table_row(name: Content, meaning: Content, term: Term, width: int) -> Content:
    """A term in three columns: its name, its meaning and its origin."""
    meaning_width = width - NAME_WIDTH - ORIGIN_WIDTH - 2 * GAP
    cells = (name, meaning, origin_content(term.source, is_short=True))
    return cells_row(cells, (NAME_WIDTH, meaning_width, ORIGIN_WIDTH))


def _two_columns(name: Content, meaning: Content, term: Term, width: int) -> Content:
    """A term in two columns: its name, and its meaning with its origin below."""
    meaning_width = width - NAME_WIDTH - GAP
    origin = origin_content(term.source)
    if origin.cell_length > meaning_width:
        origin = origin_content(term.source, is_short=True)
    lines = [*balanced_lines(meaning, meaning_width), origin]
    return cells_row((name, Content("\n").join(lines)), (NAME_WIDTH, meaning_width))


def _paragraph(name: Content, meaning: Content, term: Term, width: int) -> Content:
    """A term as a paragraph with its origin below; all lines but the first are indented."""
    indent = name.cell_length + GAP if term.letter else GAP
    lines = hanging_lines(name.pad_right(GAP), meaning, indent, width)
    return Content("\n").join([*lines, origin_content(term.source).pad_left(indent)])


class FormulasScreen(ListingScreen):
    """The formulas of the course. Type to search; Enter opens the lesson a formula comes from."""

    DEFAULT_CSS = """
    FormulasScreen {
        & > #where { height: auto; min-height: 6; max-height: 10; margin: 0 2; padding: 0 1; max-width: 140; }
        & > #where { border-top: solid $panel; }
        & > #where { text-wrap: nowrap; border-title-color: $text-accent; border-title-style: bold; }
        &.-tall > #where { min-height: 9; }
    }
    """

    heading, noun = "Formula sheet", "formula"
    empty_message = "The lessons name no formulas yet."

    def make_entries(self, width: int) -> Sequence[ListingEntry]:
        """Each formula with its name and where it comes from."""
        self._terms = collect_terms(self.session.course)
        return [_formula_entry(formula, width) for formula in collect_formulas(self.session.course)]

    def compose_below(self) -> ComposeResult:
        """Yield the place for what the letters of the formula under the cursor mean."""
        yield Static(id="where")

    def _show_matches(self, typed: str) -> None:
        """List what matches, and explain the first of it; nothing if there is none."""
        super()._show_matches(typed)
        self._say_what_letters_mean()

    @on(OptionList.OptionHighlighted)
    def _say_what_letters_mean(self) -> None:
        """Say below the list what each letter of the formula under the cursor means."""
        where, entry = self.query_one("#where", Static), self.highlighted_entry()
        if entry is None or entry.formula is None:
            where.border_title = ""
            where.update("")
            return
        where.border_title = literal(f" Letters of “{entry.formula.words}” ")
        letters = letters_of(entry.formula, self._terms)
        rows = ROWS_OF_LETTERS if self.has_class("-tall") else FEW_ROWS_OF_LETTERS
        where.update(_letters_content(letters, where.content_size.width, rows))


def _letters_content(letters: Sequence[Term], width: int, rows: int) -> Content:
    """The letters with their meanings: a line for each if they fit into `rows`, otherwise as running text."""
    if not letters:
        return Content.styled(NO_LETTERS, "$text-quiet")
    names = [Content.styled(plain_inline(term.name, prefers_ascii()), "$text-secondary") for term in letters]
    meanings = [Content(text_content(term.meaning, prefers_ascii()).plain) for term in letters]
    name_width = max(name.cell_length for name in names)
    lines = [
        line
        for name, meaning in zip(names, meanings, strict=True)
        for line in cells_row((name, meaning), (name_width, max(1, width - name_width - GAP))).split("\n")
    ]
    if len(lines) > rows:
        parts = [name.pad_right(1) + meaning for name, meaning in zip(names, meanings, strict=True)]
        lines = wrapped_lines(Content("  ").join(parts), width)
    return Content("\n").join(lines)


def _formula_entry(formula: NamedFormula, width: int) -> ListingEntry:
    """Format a formula as a row of a table if it fits into its column, otherwise below its name."""
    source = formula.source
    formula_width = width - NAME_WIDTH - ORIGIN_WIDTH - 2 * GAP
    is_row = False
    if width >= MIN_TABLE_WIDTH:
        lines = _formula_lines(formula.latex, formula_width)
        # Some formulas cannot be broken to fit.
        is_row = all(Content(line).cell_length <= formula_width for line in lines)
    if is_row:
        content = _formula_row(formula, lines, formula_width)
    else:
        lines = _formula_lines(formula.latex, width - GAP)
        content = _formula_below_name(formula, lines, width)
    words = f"{formula.words} {formula.name} {formula.latex} {source.lesson} {source.title}"
    return ListingEntry(content, source, words, formula=formula, is_spaced=not is_row or len(lines) > 1)


def _formula_row(formula: NamedFormula, lines: Sequence[str], formula_width: int) -> Content:
    """Put a formula into three columns; its name and its origin are beside its middle line."""
    lines_above = Content("\n" * ((len(lines) - 1) // 2))
    cells = (
        lines_above + Content.styled(formula.words, "bold"),
        Content.styled("\n".join(lines), "$text-secondary"),
        lines_above + origin_content(formula.source, is_short=True),
    )
    return cells_row(cells, (NAME_WIDTH, formula_width, ORIGIN_WIDTH))


def _formula_below_name(formula: NamedFormula, lines: Sequence[str], width: int) -> Content:
    """Put the lines of a formula, indented, below its name and its origin, which has a column of its own."""
    cells = (Content.styled(formula.words, "bold"), origin_content(formula.source, is_short=True))
    head = cells_row(cells, (max(1, width - ORIGIN_WIDTH - GAP), ORIGIN_WIDTH))
    # A blank line, where a tall bracket would touch the name: not above a numerator that stands beside it.
    name_end = Content(formula.words).cell_length - GAP
    separator = "\n\n" if len(lines) > 1 and lines[0][: max(0, name_end)].strip() else "\n"
    picture = Content.styled("\n".join(" " * GAP + line for line in lines), "$text-secondary")
    return Content.assemble(head, separator, picture)


def _formula_lines(latex: str, width: int) -> list[str]:
    """The formula in two dimensions, or in ASCII on one line for terminals without Unicode; LaTeX if neither works."""
    from tutor.maths.render import MathError, ascii_line, display

    try:
        return [ascii_line(latex)] if prefers_ascii() else display(latex, width)
    except MathError:
        return [latex]
