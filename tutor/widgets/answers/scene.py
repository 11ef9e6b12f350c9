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
"""The class of a card whose picture is narrow, and beside the question where there is room."""


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
        self._showing_lock = Lock()

    def compose(self) -> ComposeResult:
        """The caption; the rest is added once the text has been painted."""
        yield Static("the simulation is being set up …", classes="scene-caption")

    async def reveal(self) -> None:
        """Take one step and show the result."""
        if self._player is None or not self._player.step():
            return
        await self._show_state("The next step: ")

    async def make(self) -> None:
        """Run the simulation to its step and show it."""
        from tutor.sims.engine.player import Player
        from tutor.sims.table import find_simulation

        self._player = Player(find_simulation(self._scene.simulation).build(**self._scene.values))
        self._player.jump(self._scene.step)
        await self._show_state("")

    async def _show_state(self, lead: str) -> None:
        """Show the current step, with its narration if there is a `lead` before that."""
        async with self._showing_lock:
            await self._replace_parts(lead)
        self.post_message(self.Revealed())

    async def _replace_parts(self, lead: str) -> None:
        """Exchange picture, readings and narration for those of the current step."""
        from tutor.widgets.plots.plot import PictureView
        from tutor.widgets.plots.room import room_of

        player = self._player
        assert player is not None
        view = player.view()
        caption = self.query_one(".scene-caption", Static)
        caption.update(f"{player.simulation.title} · step {player.position}")
        await self.query_children(".scene-part").remove()
        if view.pictures:
            picture = PictureView(classes="scene-part")
            await self.mount(picture)
            picture.show(view.pictures[view.newest])
            room = room_of(view.pictures[view.newest])
            picture.styles.min_height = room.rows + 1 if room.rows else None
            if self.parent is not None:
                self.parent.set_class(not room.columns, BESIDE)
        readings = MathText(classes="scene-part")
        readings.update(_readings_content(view))
        await self.mount(readings)
        if lead:
            await self.mount(MathText(view.narration, lead=lead.strip(), classes="scene-part"))


def _readings_content(view: "View") -> Content:
    """The readings, as many to a line as fit, none of them broken."""
    parts = []
    for item in view.readings:
        if item.detail or item.value is None:
            continue
        label = text_content(item.label, prefers_ascii())
        value = item.text.replace(" ", GLUE)
        label = Content(label.plain.replace(" ", GLUE), spans=list(label.spans))
        parts.append(Content.assemble(label, GLUE, (value, "bold")))
    return Content("   ").join(parts)
