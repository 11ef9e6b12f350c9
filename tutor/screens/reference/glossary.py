"""The glossary: the words of all lessons, searched while one types."""

from collections.abc import Sequence

from textual.content import Content

from tutor.content.collected import terms
from tutor.screens.reference.listing import ListingScreen, Row, origin
from tutor.widgets.markdown.mathtext import text_content, unglued
from tutor.widgets.terminal import prefers_ascii


class GlossaryScreen(ListingScreen):
    """The words of the course. Type to search; Enter opens the lesson that explains the word."""

    name_ = "Glossary"
    nothing = "The lessons explain no words yet."

    def rows(self, width: int) -> Sequence[Row]:
        """Each term with its meaning and where it comes from."""
        found = []
        for term in terms(self.sitting.course):
            meaning = unglued(text_content(term.meaning, prefers_ascii()))
            plain = Content(meaning.plain)
            shown = Content.assemble((term.name, "bold"), "  ", plain, "\n", origin(term.source))
            found.append(Row(shown, term.source, f"{term.name} {plain.plain}"))
        return found
