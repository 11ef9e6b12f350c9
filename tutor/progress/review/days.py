"""A learner's day: it begins at an hour that the learner chooses, in the learner's own time zone."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

DEFAULT_DAY_START = 0
"""The hour at which a day begins when nothing else is set."""


def utc_now() -> datetime:
    """The present time in UTC."""
    return datetime.now(UTC)


def day_of(at: datetime, zone: tzinfo | None = None, starts: int = DEFAULT_DAY_START) -> date:
    """The day to which a moment belongs; `zone` is the learner's, the machine's own when it is not given."""
    local = at.astimezone(zone)
    return local.date() - timedelta(days=1) if local.hour < starts else local.date()


def end_of_day(now: datetime, zone: tzinfo | None = None, starts: int = DEFAULT_DAY_START) -> datetime:
    """The moment in UTC at which the day that `now` belongs to is over."""
    following = datetime.combine(day_of(now, zone, starts) + timedelta(days=1), time(starts), zone)
    return following.astimezone(UTC)
