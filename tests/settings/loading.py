"""Settings files as tests write and read them."""

from pathlib import Path

from tutor.screens.catalogue import ALL_NAMES
from tutor.settings.file import load_settings
from tutor.settings.table import SETTINGS_FILE, Settings

ROOT = Path(__file__).parent.parent.parent


def load(place: Path) -> tuple[Settings, list[str]]:
    return load_settings(place, ALL_NAMES)


def loaded(place: Path, content: str) -> tuple[Settings, list[str]]:
    (place / SETTINGS_FILE).write_text(content, "utf-8")
    return load(place)
