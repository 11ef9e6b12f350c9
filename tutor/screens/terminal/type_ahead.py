"""Gives keys that were pressed before an input had opened to that input."""

from weakref import WeakKeyDictionary

from textual.app import App
from textual.events import Key
from textual.widget import Widget

from tutor.widgets.deferred import is_alive, wait_until_mounted


class TypeAhead:
    """Remembers to which widget each key was sent, and resends an unused key to the widget that got the focus since.

    Textual sends a key to the widget that has the focus when the key is read. At that time the key before it may not
    have taken effect. Letters typed right after a key that opens an input would then be taken as keys of the screen.
    """

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._receivers: WeakKeyDictionary[Key, Widget | None] = WeakKeyDictionary()
        """Key → the widget that had the focus when it was read."""

    def note(self, key: Key) -> None:
        """Note that `key` was just read and goes to the widget that has the focus now. `SteadyApp` calls this."""
        self._receivers[key] = self._app.focused

    async def redirect(self, key: Key) -> bool:
        """Resend `key` to the widget that got the focus since it was read; return whether there was one.

        `SteadyApp` calls this for a key that has come back to it because no widget and no binding used it.
        """
        if key not in self._receivers or not self._app.screen_stack:
            return False
        await wait_until_mounted(self._app.screen)
        focused = self._app.focused
        if focused is None:
            return False
        first_receiver = self._receivers.pop(key, None)
        # This widget has got the key already, and did not use it.
        if focused is first_receiver or not is_alive(focused):
            return False
        resent_key = Key(key.key, key.character)
        self._receivers[resent_key] = focused
        focused._forward_event(resent_key)
        return True
