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

from tutor.widgets.key_bar import KeyBar
from tutor.widgets.literal import Static
from tutor.widgets.modal import Modal

if TYPE_CHECKING:
    from tutor.settings.table import Settings

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
    """Key as it is written on a keyboard, and what it does."""


def help_pages(screen: Screen[Any]) -> list[HelpPage]:
    """The help of the focused widget, its surroundings, the screen and the app."""
    keys: dict[DOMNode, dict[str, list[str]]] = {}
    for active in screen.active_bindings.values():
        binding = active.binding
        description = binding.tooltip or binding.description
        # Bindings of ours have ids; those of Textual's own widgets (a dozen ways to scroll) would bury them.
        if active.enabled and description and binding.id:
            key = screen.app.get_key_display(binding)
            keys.setdefault(active.node, {}).setdefault(description, []).append(key)
    return [_make_page(node, node_keys) for node, node_keys in keys.items()]


def settings_pages(settings: "Settings") -> list[HelpPage]:
    """The current settings, and every key by its name in a settings file."""
    from tutor.screens.catalogue import key_table
    from tutor.settings.file import settings_folder
    from tutor.settings.table import SETTINGS_FILE

    values = {name: value for name, value in vars(settings).items() if name != "keys"}
    rows = tuple((name, "as the terminal can" if value is None else dumps(value)) for name, value in values.items())
    path = settings_folder() / SETTINGS_FILE
    location = (
        f"This page shows them. To change one, edit {path}: chainrule settings --init writes that file, with every "
        "setting explained. A theme that you choose in the command palette (^p) is kept there at once."
    )
    keys = tuple(
        (name, f"{settings.keys.get(name, usual_key)} · {tooltip}")
        for name, (usual_key, tooltip) in key_table().bindings.items()
    )
    advice = 'In the file: [keys], then lines such as "quiz.next" = "n,space". Names, keys now, and what they do:'
    return [HelpPage("Settings", location, rows), HelpPage("Keys", advice, keys)]


def _make_page(node: DOMNode, keys: dict[str, list[str]]) -> HelpPage:
    """The help of one node; `keys` are the keys that do what each description says."""
    rows = tuple((" ".join(dict.fromkeys(shown)), description) for description, shown in keys.items())
    return HelpPage(_title_of(node), help_words(type(node)), rows)


def help_words(owner: type[DOMNode]) -> str:
    """What a screen or widget says of itself: its `HELP`, otherwise the first paragraph of its docstring."""
    text = owner.HELP or (getdoc(owner) or "" if owner.__module__.startswith("tutor.") else "")
    return cleandoc(text).split("\n\n")[0]


def _title_of(node: DOMNode) -> str:
    """The name that the class gives itself, or its class name as words: QuestionCard → Question card."""
    if title := getattr(node, "HELP_TITLE", ""):
        return str(title)
    name = type(node).__name__.removesuffix("App").removesuffix("Screen")
    return "".join(f" {sign.lower()}" if sign.isupper() else sign for sign in name).strip().capitalize()


class HelpScreen(Modal[None]):
    """A page over the screen it explains."""

    HELP = "Help. Any of these keys closes it."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,b", "dismiss", "Close", id="help.close", tooltip="Close this page"),
        Binding("question_mark,f1", "dismiss", "Close", show=False, id="help.again", tooltip="Close this page"),
        Binding("j", "scroll('down')", "Down", show=False, id="help.down", tooltip="Scroll down"),
        Binding("k", "scroll('up')", "Up", show=False, id="help.up", tooltip="Scroll up"),
    ]

    def __init__(self, pages: list[HelpPage]) -> None:
        super().__init__()
        self._pages = pages

    def compose(self) -> ComposeResult:
        """The pages in sequence."""
        with VerticalScroll(id="help") as scroll:
            scroll.border_title = "Help"
            for page in self._pages:
                yield Static(self._page_content(page), classes="help-page")
            yield Static(Content(TERMINAL_ADVICE), classes="help-page")
        yield KeyBar()

    def action_scroll(self, direction: str) -> None:
        """Scroll by one line."""
        scroll = self.query_one("#help", VerticalScroll)
        scroll.scroll_relative(y=1 if direction == "down" else -1, animate=False, immediate=True)

    def _page_content(self, page: HelpPage) -> Content:
        lines = [Content.styled(page.title, "bold $accent"), Content(" ".join(page.text.split()))]
        wide = max((Content(key).cell_length for key, _ in page.keys), default=0)
        for key, said in page.keys:
            lines.append(Content.assemble("  ", (key.ljust(wide), "bold"), "  ", said))
        return Content("\n").join(line for line in lines if line.plain)
