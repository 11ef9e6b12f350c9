"""The glossary and the formula sheet, searched while typing."""

from collections.abc import Sequence

from textual.content import Content

from tutor.content.collected import collect_formulas, collect_terms
from tutor.content.plain import plain_inline
from tutor.screens.reference.listing import ListingEntry, ListingScreen, origin_content
from tutor.text.ascii_mode import prefers_ascii
from tutor.widgets.markdown.mathtext import text_content, unglue_content


class GlossaryScreen(ListingScreen):
    """The letters and words of the course. Type to search, a letter alone or words; Enter opens the lesson."""

    heading = "Glossary"
    empty_message = "The lessons explain no words yet."

    def make_entries(self, width: int) -> Sequence[ListingEntry]:
        """Each term with its meaning and where it comes from."""
        entries = []
        for term in collect_terms(self.session.course):
            meaning = unglue_content(text_content(term.meaning, prefers_ascii()))
            name = plain_inline(term.name, prefers_ascii())
            content = Content.assemble((name, "bold"), "  ", Content(meaning.plain), "\n", origin_content(term.source))
            entries.append(ListingEntry(content, term.source, term.words, term.letter))
        return entries


class FormulasScreen(ListingScreen):
    """The formulas of the course. Type to search; Enter opens the lesson a formula comes from."""

    heading = "Formula sheet"
    empty_message = "The lessons name no formulas yet."

    def make_entries(self, width: int) -> Sequence[ListingEntry]:
        """Each formula with its name and where it comes from."""
        entries = []
        for item in collect_formulas(self.session.course):
            picture = "\n".join(f"  {line}" for line in _formula_lines(item.latex, width - 2))
            content = Content.assemble(
                (item.words, "bold"), "  ", origin_content(item.source), "\n", (picture, "$text-secondary")
            )
            source = item.source
            words = f"{item.words} {item.name} {item.latex} {source.lesson} {source.title}"
            entries.append(ListingEntry(content, source, words))
        return entries


def _formula_lines(latex: str, width: int) -> list[str]:
    """The formula in two dimensions, or on one line of ASCII for a terminal without Unicode."""
    from tutor.maths.render import MathError, ascii_line, display

    try:
        return [ascii_line(latex)] if prefers_ascii() else display(latex, width)
    except MathError:
        return [latex]
