"""Make the README's pictures from the program itself: `python docs/make_pictures.py`."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tutor.content.course import open_course
from tutor.progress.record.store import Store
from tutor.screens.app import ChainruleApp, Opening
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation

ASSETS = Path(__file__).parent.parent / "assets"
SIZE = (132, 40)


def openings() -> dict[str, tuple[Opening, list[str]]]:
    """Picture name → what to open, and the keys to press first."""
    adam = Player(find_simulation("adam").build(optimizer="momentum"))
    adam.jump(24)
    return {
        "lesson": (Opening("lesson", lesson="adam", section=1), []),
        "simulator": (Opening("simulation", player=adam), []),
    }


async def make_picture(name: str, opening: Opening, keys: list[str]) -> None:
    """Open the program, press the keys, and keep its screen as assets/NAME.svg."""
    with TemporaryDirectory() as home:
        store = Store.open(Path(home), clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))
        app = ChainruleApp(open_course(), store, opening)
        async with app.run_test(size=SIZE) as pilot:
            await pilot.pause(1.0)
            await pilot.press(*keys)
            await pilot.pause(0.5)
            app.save_screenshot(f"{name}.svg", path=str(ASSETS))


if __name__ == "__main__":
    for name, (opening, keys) in openings().items():
        asyncio.run(make_picture(name, opening, keys))
        print(ASSETS / f"{name}.svg")
