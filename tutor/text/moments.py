"""Writes dates and times for people, in their own time zone."""

from datetime import datetime, tzinfo


def local_moment(moment: datetime, zone: tzinfo | None = None) -> str:
    """`moment` in the reader's time zone, to the minute, with the zone's name: `2026-10-12 23:59 CEST`.

    Args:
        moment: it has a time zone, of whatever kind.
        zone: the reader's; by default that of this machine.
    """
    local = moment.astimezone(zone)
    zone_name = local.tzname() or ""
    if zone_name.startswith(("+", "-")):  # a zone without a name: "+03"
        zone_name = f"UTC{zone_name}"
    return f"{local:%Y-%m-%d %H:%M} {zone_name}".rstrip()


def local_day(moment: datetime, zone: tzinfo | None = None) -> str:
    """The date of `moment` in the reader's time zone: `2026-10-12`."""
    return f"{moment.astimezone(zone):%Y-%m-%d}"
