"""The help screen: explains the focused widget and its keys, then those around it."""

from dataclasses import dataclass
from inspect import cleandoc, getdoc
from json import dumps
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import Screen

from tutor.content.wrapping import wrap
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.literal import Static, literal
from tutor.widgets.modal import Modal

if TYPE_CHECKING:
    from tutor.settings.table import Settings

MAX_HELP_CELLS = 84
"""The width of the frame, as in the style sheet, where the terminal is as wide."""
CELLS_AROUND_PAGE = 8
"""Cells of a line of the frame besides its text: the border, the padding, the margin and the scroll bar."""
TERMINAL_ADVICE = """\
Borders and formulas look torn? In a terminal set to Chinese, Japanese or Korean, lines and Greek letters may take \
two cells: set its “ambiguous width” characters to narrow, or start with CHAINRULE_ASCII=1 for formulas in plain \
letters. chainrule doctor names the signs in doubt. If the colours tire you, choose another theme in the command \
palette (^p), which finds “Settings and keys”, too: other keys, or nothing that moves."""


@dataclass(frozen=True)
class HelpPage:
    """The help for one widget or screen."""

    title: str
    text: str
    keys: tuple[tuple[str, str], ...]
    """(key as it is printed on a keyboard, what it does); on the page of the settings (name, value)."""


def help_pages(screen: Screen[Any]) -> list[HelpPage]:
    """The help of the focused widget, then of the widgets around it, the screen and the app."""
    keys_of_nodes: dict[DOMNode, dict[str, list[str]]] = {}  # for each node: description → keys
    node_of_row: dict[tuple[str, str], DOMNode] = {}  # (action, description) → the innermost node that has it
    for active in screen.active_bindings.values():
        binding = active.binding
        description = binding.tooltip or binding.description
        # Bindings of ours have ids; those of Textual's own widgets (a dozen ways to scroll) would bury them.
        if active.enabled and description and binding.id:
            key = screen.app.get_key_display(binding)
            # A key of the app for what a screen has a key for stands beside that.
            node = node_of_row.setdefault((binding.action.removeprefix("app."), description), active.node)
            keys_of_nodes.setdefault(node, {}).setdefault(description, []).append(key)
    return [_make_page(node, keys) for node, keys in keys_of_nodes.items()]


def settings_pages(settings: "Settings") -> list[HelpPage]:
    """A page with the current settings, and one with the name of every key binding, its keys and what they do."""
    from tutor.screens.catalogue import key_table
    from tutor.settings.file import settings_folder
    from tutor.settings.table import SETTINGS_FILE

    values = {name: value for name, value in vars(settings).items() if name != "keys"}
    value_rows = tuple(
        (name, "as the terminal can" if value is None else dumps(value)) for name, value in values.items()
    )
    path = settings_folder() / SETTINGS_FILE
    how_to_change = (
        f"This page shows them. To change one, edit {path}: chainrule settings --init writes that file, with every "
        "setting explained. A theme that you choose in the command palette (^p) is kept there at once."
    )
    key_rows = tuple(
        (name, f"{settings.keys.get(name, binding.keys)} · {binding.action}")
        for name, binding in key_table().bindings.items()
    )
    how_to_bind = 'In the file: [keys], then lines such as "quiz.next" = "n,space". Names, keys now, and what they do:'
    return [HelpPage("Settings", how_to_change, value_rows), HelpPage("Keys", how_to_bind, key_rows)]


def _make_page(node: DOMNode, keys_by_description: dict[str, list[str]]) -> HelpPage:
    """Make the help of one widget, of a screen or of the app."""
    rows = []
    for description, keys in keys_by_description.items():
        keys_without_repeats = dict.fromkeys(keys)
        rows.append((" ".join(keys_without_repeats), description))
    return HelpPage(_title_of(node), help_text(type(node)), tuple(rows))


def help_text(owner: type[DOMNode]) -> str:
    """The help on a class of screens or widgets: its `HELP`, otherwise the first paragraph of its docstring.

    "" for a class of Textual's own, whose docstring is for programmers.
    """
    text = owner.HELP or ""
    if not text and owner.__module__.startswith("tutor."):
        text = getdoc(owner) or ""
    first_paragraph, _, _ = cleandoc(text).partition("\n\n")
    return first_paragraph


def _title_of(node: DOMNode) -> str:
    """The `HELP_TITLE` of the node, otherwise the name of its class in words: `Question card` for `QuestionCard`."""
    if title := getattr(node, "HELP_TITLE", ""):
        return str(title)
    name = type(node).__name__.removesuffix("App").removesuffix("Screen")
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
    return words.strip().capitalize()


class HelpScreen(Modal[None]):
    """A page over the screen it explains."""

    HELP = "Help. Any of these keys closes it."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,b", "dismiss", "Close", id="help.close", tooltip="Close this page"),
        Binding("question_mark,f1", "dismiss", "Close", show=False, id="help.again", tooltip="Close this page"),
        Binding("j", "scroll('down')", "Scroll", key_display="↑↓", id="help.down", tooltip="Scroll down"),
        Binding("k", "scroll('up')", "Up", show=False, id="help.up", tooltip="Scroll up"),
    ]

    def __init__(self, pages: list[HelpPage], title: str = "Help") -> None:
        """Show `pages` one after the other in a frame with this title."""
        super().__init__()
        self._pages = pages
        self._title = title

    def compose(self) -> ComposeResult:
        """Yield a scrolling frame with the pages in sequence, then the keys."""
        with VerticalScroll(id="help") as scroll:
            scroll.border_title = literal(self._title)
            for page in self._pages:
                yield Static(self._page_content(page), classes="help-page")
            yield Static(Content(TERMINAL_ADVICE), classes="help-page")
        yield KeyBar()

    def on_resize(self) -> None:
        """Break the lines for the new width."""
        for page, shown in zip(self._pages, self.query(".help-page").results(Static), strict=False):  # advice follows
            shown.update(self._page_content(page))

    def action_scroll(self, direction: str) -> None:
        """Scroll by one line."""
        scroll = self.query_one("#help", VerticalScroll)
        scroll.scroll_relative(y=1 if direction == "down" else -1, animate=False, immediate=True)

    def _page_content(self, page: HelpPage) -> Content:
        """The title, the text, and the keys beside what they do, in a column as wide on all pages."""
        lines = [Content.styled(page.title, "bold $accent"), Content(" ".join(page.text.split()))]
        keys_width = max((Content(key).cell_length for page in self._pages for key, _ in page.keys), default=0)
        width = min(MAX_HELP_CELLS, self.app.size.width) - CELLS_AROUND_PAGE
        indent = " " * (keys_width + 4)
        for key, description in page.keys:
            begin = Content.assemble("  ", (key.ljust(keys_width), "bold"), "  ")
            if len(indent) > width // 2:  # then the words would have hardly any room in their column
                lines.append(Content.assemble(begin, description))
                continue
            first, *others = wrap(description, width, indent, indent) or [""]
            lines += [Content.assemble(begin, first.removeprefix(indent)), *map(Content, others)]
        return Content("\n").join(line for line in lines if line.plain)  # an empty text has no line
