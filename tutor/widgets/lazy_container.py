"""A container for expensive parts of a page, built after the text around it is painted."""

from textual.containers import Vertical

from tutor.widgets.deferred import call_after_paint


class LazyContainer(Vertical):
    """A part that is built once, when its page becomes visible: a simulation needs NumPy and plotext."""

    is_made = False
    """Whether `make` was called."""

    def on_show(self) -> None:
        """Build it now that it is visible."""
        self.begin()

    def on_resize(self) -> None:
        """Build it now that it has a place."""
        self.begin()

    def begin(self) -> None:
        """Build it after the next paint, unless that has been done."""
        if not self.is_made:
            call_after_paint(self, self._make)

    async def _make(self) -> None:
        if not self.is_made:
            self.is_made = True
            await self.make()

    async def make(self) -> None:
        """Build the contents: none, until a subclass says which."""
