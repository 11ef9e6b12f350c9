"""Writes moments for people: on their own clock, with the name of its zone."""

from datetime import datetime, tzinfo


def local_moment(at: datetime, zone: tzinfo | None = None) -> str:
    """A moment on the reader's own clock, to the minute, with its zone: 2026-10-12 23:59 CEST.

    Args:
        at: a moment with a zone.
        zone: the reader's; by default that of this machine.
    """
    local = at.astimezone(zone)
    name = local.tzname() or ""
    return f"{local:%Y-%m-%d %H:%M} {f'UTC{name}' if name[:1] in ('+', '-') else name}".rstrip()


def local_day(at: datetime, zone: tzinfo | None = None) -> str:
    """The day of a moment on the reader's own clock: 2026-10-12."""
    return f"{at.astimezone(zone):%Y-%m-%d}"
