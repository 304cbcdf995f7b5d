"""Who published a story first, and how fast it spread: what the stated times prove, and no more. Pure.

    second, minute   published within that second or minute
    day              within the printed day, in the outlet's zone
    none             at any time
    all              and not after it was seen; of a time that is later than that only the sighting counts

An article was surely before another when its window ends before the other's begins. So a printed day does not beat
a minute of the same day, unless the article had been seen before that minute. One that states no time may not be
called the first publisher, but for the proof that it had been seen before all times that others state.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crawler.items import Member, Precision, Standing, Window

SOON = timedelta(hours=6)
"""After the first article: an outlet that has a story by then counts for how fast it spread."""
_LENGTH = {Precision.SECOND: timedelta(seconds=1), Precision.MINUTE: timedelta(minutes=1)}
_INSTANT = timedelta(seconds=1)
_OLDEST = datetime(1000, 1, 1, tzinfo=UTC)
"""What states an earlier time states none."""


def window(member: Member) -> Window:
    """Return the time within which an article was published (aware UTC)."""
    seen, at = member.first_seen_at, member.published.at
    if at is None or at < _OLDEST:
        return Window(not_before=None, not_after=seen + _INSTANT)
    start = _midnight(member, at) if member.published.precision is Precision.DAY else at
    if start > seen:
        return Window(not_before=seen, not_after=seen + _INSTANT)
    if member.published.precision is Precision.DAY:
        end = _midnight(member, at + timedelta(days=1))
    else:
        end = at + _LENGTH.get(member.published.precision, _INSTANT)
    return Window(not_before=start, not_after=max(min(end, seen), start + _INSTANT))


def _midnight(member: Member, day: datetime) -> datetime:
    """Return the beginning of a printed day where the outlet is; midnight UTC names the day."""
    return datetime.combine(day.astimezone(UTC).date(), time(), ZoneInfo(member.timezone)).astimezone(UTC)


def standing(members: Sequence[Member]) -> Standing:
    """Return what the members of a story say of it.

    Raises:
        ValueError: there are none.
    """
    windows = {member.id: window(member) for member in members}
    by_sight = sorted(members, key=lambda member: (member.first_seen_at, member.id))
    until = min(each.not_after for each in windows.values())
    dated = [member for member in by_sight if windows[member.id].not_before is not None]
    may_be = [member for member in dated if (windows[member.id].not_before or until) < until]
    contenders = len(may_be)
    if (
        may_be
    ):  # one that states no time may end it for some of these, and proves nothing of who came first of them
        end = min(windows[member.id].not_after for member in dated)
        contenders = sum((windows[member.id].not_before or end) < end for member in dated)
    elif dated:  # seen before all times that are stated, and without one
        may_be = [member for member in by_sight if windows[member.id].not_after == until]
        contenders = len(may_be)
    spread, seconds = _spread(members)
    return Standing(
        first_id=(may_be or by_sight)[0].id,
        first_of=contenders,
        first_until=until,
        outlets=len({member.outlet_id for member in members}),
        first_seen_at=by_sight[0].first_seen_at,
        latest_seen_at=by_sight[-1].first_seen_at,
        spread=spread,
        spread_seconds=seconds,
    )


def _spread(members: Sequence[Member]) -> tuple[int, int | None]:
    """Return how many other outlets had the story soon after the first one, and the seconds to the last of them."""
    earliest: dict[str, datetime] = {}
    for member in members:
        at = _appeared(member)
        if at is not None:
            earliest[member.outlet_id] = min(at, earliest.get(member.outlet_id, at))
    if not earliest:
        return 0, None
    begin, *others = sorted(earliest.values())
    soon = [at for at in others if at - begin <= SOON]
    return len(soon), int((soon[-1] - begin).total_seconds()) if soon else None


def _appeared(member: Member) -> datetime | None:
    """Return when an article was there: as it states to the minute, else when it was discovered; None when it was
    discovered among old pieces and states no time of day."""
    published = member.published
    if published.at is not None and published.precision in _LENGTH:
        return min(published.at, member.first_seen_at)
    return None if member.silent else member.first_seen_at
