"""The base class of the course's screens, with banner, back key and help; and a notice for small terminals."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input

from tutor.quiz.session import Session
from tutor.screens.requests import GoHome, OpenScreen, OpenSimulation
from tutor.text.output import MIN_TERMINAL_SIZE
from tutor.widgets.literal import Static
from tutor.widgets.modal import Modal, ResizeSafeScreen

MIN_WIDE_COLUMNS = 120
"""The fewest columns of a terminal in which text and simulation are shown side by side."""
MIN_TWO_COLUMNS = 60
"""The fewest columns of a terminal in which two columns of text, or text and a small picture, are side by side."""
THREE_WIDTHS = [(0, "-slim"), (MIN_TWO_COLUMNS, "-narrow"), (MIN_WIDE_COLUMNS, "-wide")]
"""The breakpoints of a screen that is laid out otherwise where not even two columns fit."""
MIN_TALL_ROWS = 32
"""From so many rows of a terminal on, a screen has the class `-tall`: more blank rows, and larger pictures in cards."""


CHARACTER_KEYS = frozenset({"slash", "space"})
"""Keys with a name of their own that type a character. `?` is not one of them: it opens help even during typing."""


class Banner(Widget):
    """The top line: your place in the course at the left, a note on your progress at the right."""

    DEFAULT_CSS = """
    Banner {
        dock: top;
        height: 1;
        padding: 0 1;
        background: $panel;
        color: $foreground;
    }
    """

    title: reactive[str] = reactive("")
    note: reactive[str] = reactive("")

    def __init__(self, title: str = "", note: str = "") -> None:
        super().__init__()
        self.set_reactive(Banner.title, title)
        self.set_reactive(Banner.note, note)

    def render(self) -> Content:
        """Both texts, left and right; the title is cut when space is short."""
        note = Content(self.note)
        min_gap = 2 if self.note else 0
        title_width = max(0, self.size.width - note.cell_length - min_gap)
        title = Content.styled(self.title, "bold").truncate(title_width, ellipsis=True)
        gap = max(0, self.size.width - title.cell_length - note.cell_length)
        return Content.assemble(title, " " * gap, note)


def _place_binding(key: str, action: str, description: str, id: str, tooltip: str) -> Binding:
    """Make a binding that opens a place of the course and is not shown in the last line of a screen."""
    return Binding(key, action, description, show=False, id=id, tooltip=tooltip)


PLACES = (
    _place_binding("m", "course_map", "Course map", "screen.map", "All lessons, and where you are"),
    Binding(
        "slash",
        "open('find')",
        "Find",
        key_display="/",
        id="screen.find",
        tooltip="Find a lesson, a page, a question, a term or a formula",
    ),
    _place_binding(
        "ctrl+o",
        "open('jump')",
        "Jump",
        "screen.jump",
        "A letter on each row, link and button in sight: press one",
    ),
    _place_binding("f5", "playground", "Playground", "home.playground", "A network to train, with all its parts"),
    _place_binding("f7", "open('glossary')", "Glossary", "home.glossary", "The words of all lessons"),
    _place_binding("f8", "open('formulas')", "Formulas", "home.formulas", "The named formulas of all lessons"),
)
"""The keys that lead to the same places from every screen of the course, also while one types."""


class CourseScreen(ResizeSafeScreen[None]):
    """A screen of the course."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (MIN_WIDE_COLUMNS, "-wide")]  # noqa: RUF012  # declared so by Textual
    VERTICAL_BREAKPOINTS = [(0, "-short"), (MIN_TALL_ROWS, "-tall")]  # noqa: RUF012  # declared so by Textual

    also_shown: ClassVar[frozenset[str]] = frozenset()
    """Ids of bindings with `show=False` that the key bar of this screen shows all the same, if it has room."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,b", "back", "Back", id="screen.back", tooltip="Go back to where you came from"),
        Binding(
            "enter",
            "go_on",
            "Go on",
            show=False,
            id="screen.go-on",
            tooltip="Down to what you have not seen, then to what comes next",
        ),
        *PLACES,
    ]

    only_leads_on: ClassVar[bool] = False
    """Whether this screen only leads to another one, as a form does. Going back from that other screen skips this one.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The bindings that work now, by their keys. The key bar and help show these.

        While the learner types, keys that write a character are left out, except those that the input itself binds.
        """
        bindings = super().active_bindings
        if not self.is_typing:
            return bindings

        def writes_character(key: str) -> bool:
            return len(key) == 1 or key in CHARACTER_KEYS  # other keys have longer names: `f7`, `ctrl+o`

        return {
            key: active for key, active in bindings.items() if active.node is self.focused or not writes_character(key)
        }

    @property
    def is_typing(self) -> bool:
        """Whether letters are being typed as text rather than pressed as keys."""
        return isinstance(self.focused, Input)

    async def action_back(self) -> None:
        """Leave this screen for the one beneath it, or for the course map (the app's `action_leave`)."""
        await self.app.run_action("leave")

    async def action_go_on(self) -> None:
        """Scroll down by a page; at the end, go to what comes after this screen."""
        for scroll in self.query_children(VerticalScroll):
            if scroll.scroll_offset.y < scroll.max_scroll_y:
                scroll.scroll_page_down(animate=False)
                return
        await self.go_further()

    async def go_further(self) -> None:
        """Go to what comes after this screen; by default, back to where it was opened from."""
        await self.action_back()

    def action_course_map(self) -> None:
        """Show the course map."""
        self.post_message(GoHome())

    def action_open(self, name: str) -> None:
        """Show a screen by its name."""
        self.post_message(OpenScreen(name))

    def action_playground(self) -> None:
        """Show the playground on a screen of its own."""
        from tutor.sims.table import find_simulation

        self.post_message(OpenSimulation(find_simulation("playground").build()))


class CourseModal(Modal[None]):
    """A modal screen that needs the course or the record."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session


MIN_SIZE = Size(*MIN_TERMINAL_SIZE)
"""The smallest terminal that the screens are made for."""


def is_too_small(size: Size) -> bool:
    """True when a terminal of this size cannot hold a screen."""
    return size.width < MIN_SIZE.width or size.height < MIN_SIZE.height


class TooSmall(Modal[None], inherit_bindings=False):
    """Says how large the terminal must be, and closes once it is."""

    DEFAULT_CSS = """
    TooSmall { background: $background; color: $foreground; align: center middle; }
    TooSmall Static { width: auto; max-width: 100%; text-align: center; color: $foreground; }
    """

    def compose(self) -> ComposeResult:
        """Yield the one sentence."""
        yield Static(self._sentence(self.app.size))

    def on_resize(self, event: Resize) -> None:
        """Show the new size."""
        self.query_one(Static).update(self._sentence(event.size))

    def _sentence(self, size: Size) -> str:
        needs = f"Chainrule needs {MIN_SIZE.width}×{MIN_SIZE.height}; this is {size.width}×{size.height}."
        return f"{needs} Enlarge the terminal, or press ctrl+q to leave."
