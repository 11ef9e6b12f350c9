"""The simulation beside a question: its picture and readings, and the next step once it is answered."""

from asyncio import Lock
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message

from tutor.questions.base import Scene
from tutor.text.ascii_mode import prefers_ascii
from tutor.widgets.lazy_container import LazyContainer
from tutor.widgets.literal import Static
from tutor.widgets.markdown.mathtext import GLUE, MathText, text_content

if TYPE_CHECKING:
    from tutor.sims.engine.player import Player
    from tutor.sims.engine.view import View


BESIDE = "-beside"
"""The CSS class of a question card whose picture is narrow enough to be shown beside the question, if there is room."""


class SceneView(LazyContainer):
    """The part of a simulation that a question shows. The next step stays hidden until the answer is graded."""

    DEFAULT_CSS = """
    SceneView {
        height: auto;
        border-left: outer $panel;
        padding: 0 0 0 1;
        margin-bottom: 1;
        & > .scene-caption { color: $text-muted; }
        & > PictureView { height: 12; }
    }
    """

    class Revealed(Message):
        """The picture and readings were drawn, which moves everything below them."""

    def __init__(self, scene: Scene) -> None:
        super().__init__()
        self._scene = scene
        self._player: Player[Any] | None = None
        """`None` until `make` has run the simulation."""
        self._showing_lock = Lock()
        """Held while the parts are replaced by the parts of another step."""

    def compose(self) -> ComposeResult:
        """Yield the caption; `make` adds the rest once the text of the page has been painted."""
        yield Static("the simulation is being set up …", classes="scene-caption")

    async def reveal(self) -> None:
        """Take the step that the question asks about, and show its result."""
        if self._player is None or not self._player.step():
            return
        await self._show_state("The next step: ")

    async def make(self) -> None:
        """Run the simulation to the step that the question shows, and show it."""
        from tutor.sims.engine.player import Player
        from tutor.sims.table import find_simulation

        self._player = Player(find_simulation(self._scene.simulation).build(**self._scene.values))
        self._player.jump(self._scene.step)
        await self._show_state("")

    async def _show_state(self, lead: str) -> None:
        """Show the current step; if `lead` is not "", also its narration after the words of `lead`."""
        async with self._showing_lock:
            await self._replace_parts(lead)
        self.post_message(self.Revealed())

    async def _replace_parts(self, lead: str) -> None:
        """Replace picture, readings and narration by those of the current step."""
        from tutor.widgets.plots.plot import PictureView
        from tutor.widgets.plots.room import room_of

        player = self._player
        assert player is not None
        view = player.view()
        caption = self.query_one(".scene-caption", Static)
        caption.update(f"{player.simulation.title} · step {player.position}")
        await self.query_children(".scene-part").remove()
        if view.pictures:
            picture = view.pictures[view.newest]
            picture_view = PictureView(classes="scene-part")
            await self.mount(picture_view)
            picture_view.show(picture)
            room = room_of(picture)  # its least rows and columns are 0 if it can be drawn in any number
            picture_view.styles.min_height = room.min_rows + 1 if room.min_rows else None
            # The parent is the card; a picture without a minimum width can be shown beside the question.
            if self.parent is not None:
                self.parent.set_class(room.min_columns == 0, BESIDE)
        readings = MathText(classes="scene-part")
        readings.update(_readings_content(view))
        await self.mount(readings)
        if lead:
            await self.mount(MathText(view.narration, lead=lead.strip(), classes="scene-part"))


def _readings_content(view: "View") -> Content:
    """The main readings in a row.

    `GLUE` replaces the blanks within a reading, so that lines break only between readings.
    """
    shown_readings = []
    for reading in view.readings:
        if reading.is_detail or reading.value is None:  # skip minor readings and those not computed yet
            continue
        label = text_content(reading.label, prefers_ascii())
        glued_label = Content(label.plain.replace(" ", GLUE), spans=list(label.spans))
        glued_value = reading.text.replace(" ", GLUE)
        shown_readings.append(Content.assemble(glued_label, GLUE, (glued_value, "bold")))
    return Content("   ").join(shown_readings)
