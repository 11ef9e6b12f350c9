"""Keeps keys pressed before a line has opened, and types them into it."""

from weakref import WeakKeyDictionary

from textual.app import App
from textual.events import Key
from textual.widget import Widget

from tutor.widgets.deferred import is_alive, wait_until_mounted


class TypeAhead:
    """Knows which widget each key was offered to, and offers it again to the one that has the focus by then.

    Textual gives a key to the widget that has the focus when it is read. The key before it may not have had its
    effect yet: the letters after one that opens a line would be taken for keys.
    """

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._offered: WeakKeyDictionary[Key, Widget | None] = WeakKeyDictionary()

    def note(self, key: Key) -> None:
        """Note that `key` was just read, and goes to the widget that has the focus now."""
        self._offered[key] = self._app.focused

    async def redirect(self, key: Key) -> bool:
        """Offer `key`, which nobody took, to the widget that got the focus since; return whether there was one."""
        if key not in self._offered or not self._app.screen_stack:
            return False
        await wait_until_mounted(self._app.screen)
        focused = self._app.focused
        if focused is None or focused is self._offered.pop(key, None) or not is_alive(focused):
            return False
        again = Key(key.key, key.character)
        self._offered[again] = focused
        focused._forward_event(again)
        return True
