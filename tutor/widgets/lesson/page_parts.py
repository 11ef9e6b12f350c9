"""Parts of a lesson's page besides its text, and its style: the title, an erratum, and the glossary of the lesson."""

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from tutor.content.model import Glossary, Section
from tutor.text.ascii_mode import prefers_ascii
from tutor.widgets.literal import Static, literal
from tutor.widgets.markdown.mathdown import MathMarkdown
from tutor.widgets.markdown.mathtext import MathText

PAGE_CSS = """
LessonPage {
    padding: 1 2 0 2;
    scrollbar-gutter: stable;
    & > * { max-width: 80; }
    & > .turner { height: 1; margin: 1 0; }
    & > .turner > Button { margin-right: 2; min-width: 8; }
    & > .turner > .-previous { dock: left; }
    & > .turner.-column > .-previous { dock: none; }
    & > .turner.-column { layout: vertical; height: auto; }
}
"""


MAX_TERM_CELLS = 22
"""The most cells of the column of terms; a longer term goes on in the next line."""


class PageTitle(Static):
    """The title of a page, with the section's note below it, such as that the page may be skipped."""

    DEFAULT_CSS = "PageTitle { color: $text-accent; margin-bottom: 1; }"

    def __init__(self, section: Section) -> None:
        title = Content.styled(section.title, "bold")
        note = Content.styled(section.note, "$text-quiet")
        super().__init__(Content("\n").join((title, note)) if section.note else title)


class ErratumBox(Vertical):
    """An erratum: what is often written or thought, why it fails, and how to check it."""

    DEFAULT_CSS = """
    ErratumBox {
        height: auto;
        border: round $warning;
        border-title-color: $text-warning;
        padding: 0 1;
        margin-bottom: 1;
        & MathMarkdown > MarkdownBlock:last-child { margin-bottom: 0; }
    }
    """

    def __init__(self, text: str, place: str = "") -> None:
        """Show the Markdown `text` of an erratum.

        In a lesson its title says what it is; in the list of all errata, `place` is the title: where the erratum is
        from.
        """
        super().__init__()
        capitalised_place = f"{place[:1].upper()}{place[1:]}"
        self.border_title = literal(f"! {capitalised_place or 'Common slip'}")
        self._text = text

    def compose(self) -> ComposeResult:
        """Yield the text of the box, formulas included."""
        yield MathMarkdown(self._text)


class GlossaryBox(Vertical):
    """The words of a lesson, each with its meaning."""

    DEFAULT_CSS = """
    GlossaryBox {
        height: auto;
        border: round $foreground 30%;
        border-title-color: $text-muted;
        padding: 0 1;
        margin-bottom: 1;
        & > Horizontal { height: auto; }
        & .term { margin-right: 2; text-style: bold; }
        & .meaning { width: 1fr; }
    }
    """

    def __init__(self, glossary: Glossary) -> None:
        super().__init__()
        self._glossary = glossary
        self.border_title = literal(glossary.title)

    def compose(self) -> ComposeResult:
        """Yield a column of terms and one of their meanings."""
        from tutor.content.plain import plain_inline

        terms = [plain_inline(term, prefers_ascii()) for term, _ in self._glossary.terms]
        term_cells = min(MAX_TERM_CELLS, max(map(cell_len, terms), default=0))
        for term, (_, meaning) in zip(terms, self._glossary.terms, strict=True):
            name = Static(term, classes="term")
            name.styles.width = term_cells
            yield Horizontal(name, MathText(meaning.text, classes="meaning"))
