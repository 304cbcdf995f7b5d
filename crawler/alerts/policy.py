"""What goes to whom, when, in which mail: pure decisions about alerts.

A rule's cadence and a reader's quiet hours give the moment an alert is due. What is due for one reader is
grouped into mails: one per story for what is immediate, one digest for the rest. Nothing here reads a clock,
a store or a config file.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crawler.items import LATER, Alert, Recipient, Rule

LATE_AFTER = timedelta(hours=1)
"""An alert that leaves this long after it was due is late: it says so, and is part of a backlog."""

BACKLOG_STORIES = 2
"""So many late stories for one reader come as one late digest instead of a mail each."""

CHANGED_STORIES = 10
"""So many stories that are known, and of which something changed or went, come as one digest: an outlet that is made anew may change a hundred headlines in an hour."""

DIGEST_STORIES = 200
"""A longer digest is split into parts, so that no mail outgrows what mail programs show."""

GIVE_UP_AFTER = timedelta(days=5)
"""How long a mail is tried. Postfix's default, maximal_queue_lifetime, is five days too."""

GIVE_UP_TRIES = 12
"""At least so many tries (some five hours of them), however long ago the mail was due: downtime of our own
does not use up the reader's five days."""

FIRST_BACKOFF = timedelta(minutes=1)
LAST_BACKOFF = timedelta(hours=1)

HELD_BY = "held by quiet "
"""How the reason of a mail begins that waits for its reader's quiet hours or days to end."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """The alerts that leave together in one mail to one reader."""

    recipient_id: str
    alerts: tuple[Alert, ...]
    """In the order of their stories' first alerts. One story, unless this is a digest."""
    digest: bool = False
    late: bool = False
    """True when a part of it leaves more than an hour after it was due."""
    part: int = 1
    parts: int = 1
    """Of a digest that was split."""
    message_id: str = ""
    """Set when this very mail may have left before."""

    @property
    def ids(self) -> list[int]:
        """Return the outbox rows that this mail settles."""
        return [alert.id for alert in self.alerts]

    def stories(self) -> list[tuple[Alert, ...]]:
        """Return the alerts by story, in order."""
        return [tuple(alerts) for alerts in _by_story(self.alerts).values()]


# --- when -----------------------------------------------------------------------------------------


def due_at(rule: Rule, recipient: Recipient, now: datetime) -> datetime:
    """Return when an alert of *rule* that arises at *now* is due for *recipient* (aware UTC).

    immediate is now; hourly the next full hour, ``daily HH:MM`` and ``mon HH:MM`` the next such time after
    *now*, on the reader's clock. A time that the clock skips is taken when the gap ends, one that it shows
    twice the first time. What falls into quiet hours or on a quiet day waits for their end, unless the severity is
    high.

    Raises:
        ValueError: the cadence or the quiet hours cannot be read (config refuses them earlier).
    """
    due = _cadence_due(rule.cadence, ZoneInfo(recipient.timezone), now)
    return due if rule.severity == "high" else after_quiet(recipient, due)


def is_digest(rule: Rule, recipient: Recipient, now: datetime) -> bool:
    """Return True if an alert of *rule* that arises at *now* goes into a digest: by its cadence, or
    because quiet hours or days hold it."""
    return rule.cadence != "immediate" or due_at(rule, recipient, now) > now


def after_quiet(recipient: Recipient, at: datetime) -> datetime:
    """Return *at*, or the next moment that is neither in the reader's quiet hours nor on one of the quiet days: where
    these end at midnight within quiet hours, the end of the hours."""
    if not (recipient.quiet or recipient.quiet_days):
        return at
    zone = ZoneInfo(recipient.timezone)
    moment = at
    for _ in range(len(DAYS) * 2):
        later = _after_quiet_hours(
            recipient.quiet, zone, _after_quiet_days(recipient.quiet_days, zone, moment)
        )
        if later == moment:
            break
        moment = later
    return moment


def quiet_words(recipient: Recipient, at: datetime) -> str:
    """Return what holds a mail at *at*, as ``after_quiet`` does: ``held by quiet hours 22:00-07:00`` or ``days sat, sun``."""
    if DAYS[at.astimezone(ZoneInfo(recipient.timezone)).weekday()] in recipient.quiet_days:
        return f"{HELD_BY}days {', '.join(recipient.quiet_days)}"
    return f"{HELD_BY}hours {recipient.quiet}"


def _after_quiet_hours(quiet: str, zone: ZoneInfo, at: datetime) -> datetime:
    if not quiet:
        return at
    begin, end = (time.fromisoformat(part.strip()) for part in quiet.split("-"))
    if not _within(at.astimezone(zone).time(), begin, end):
        return at
    return next(moment for moment in _moments(zone, at, end, range(3)) if moment > at)


def _after_quiet_days(quiet_days: Sequence[str], zone: ZoneInfo, at: datetime) -> datetime:
    today = at.astimezone(zone).weekday()
    if DAYS[today] not in quiet_days:
        return at
    loud = [
        ahead for ahead in range(1, 2 * len(DAYS) + 1) if DAYS[(today + ahead) % len(DAYS)] not in quiet_days
    ]
    return next(moment for moment in _moments(zone, at, time(), loud) if moment > at)


def _within(clock: time, begin: time, end: time) -> bool:
    if begin <= end:
        return begin <= clock < end
    return clock >= begin or clock < end


def _cadence_due(cadence: str, zone: ZoneInfo, now: datetime) -> datetime:
    if cadence == "immediate":
        return now
    if cadence == "hourly":
        return next_full_hour(zone, now)
    day, _, clock = cadence.partition(" ")
    at = time.fromisoformat(clock)
    if day == "daily":
        days = range(3)
    else:
        ahead = (DAYS.index(day) - now.astimezone(zone).weekday()) % 7
        days = range(ahead, ahead + 15, 7)
    return next(moment for moment in _moments(zone, now, at, days, fold=False) if moment > now)


def next_full_hour(zone: ZoneInfo, now: datetime) -> datetime:
    """Return the next moment (after *now*) at which the reader's clock shows a full hour. Two steps: a clock change
    of half an hour (Lord Howe) can make the first end at half past."""
    due = now.replace(microsecond=0)
    for _ in range(2):
        local = due.astimezone(zone)
        if due > now and local.minute == 0 and local.second == 0:
            break
        due += timedelta(hours=1) - timedelta(minutes=local.minute, seconds=local.second)
    return due


def _moments(
    zone: ZoneInfo, now: datetime, clock: time, days: Iterable[int], *, fold: bool = True
) -> Iterator[datetime]:
    """Yield the moments (UTC) at which the clock of *zone* shows *clock*, on the days that lie *days*
    after today; with *fold* also the second time on a day that shows it twice."""
    today = now.astimezone(zone).date()
    for ahead in days:
        first = _first_moment(zone, today + timedelta(days=ahead), clock)
        yield first
        second = datetime.combine(today + timedelta(days=ahead), clock, zone).replace(fold=1).astimezone(UTC)
        if fold and second > first:
            yield second


def _first_moment(zone: ZoneInfo, day: date, clock: time) -> datetime:
    """Return the first moment at which the clock shows *day* and *clock*, or the end of the gap that
    skips it (gaps are an hour as a rule; Samoa once skipped a day)."""
    wanted = datetime.combine(day, clock)
    for minutes in range(24 * 60 + 1):
        local = wanted + timedelta(minutes=minutes)
        moment = local.replace(tzinfo=zone).astimezone(UTC)
        if moment.astimezone(zone).replace(tzinfo=None, fold=0) == local:
            return moment
    return wanted.replace(tzinfo=zone).astimezone(UTC)


def beat_due(clock: str, timezone: str, now: datetime) -> tuple[date, datetime] | None:
    """Return the day (on the clock of *timezone*) whose heartbeat is due at *now*, and since when; None before *clock*.
    What was not sent by midnight is not sent any more: the next one tells of that day too."""
    zone = ZoneInfo(timezone)
    today = now.astimezone(zone).date()
    due = _first_moment(zone, today, time.fromisoformat(clock))
    return (today, due) if due <= now else None


# --- in which mail --------------------------------------------------------------------------------


def group(alerts: Sequence[Alert], now: datetime) -> list[Mail]:
    """Return the mails for the *alerts* that are due, each alert in exactly one.

    A mail that may already have left is made of the same alerts again, and of nothing else. Of the others,
    per reader: a story with an immediate alert is one mail that names all its rules that are due; the rest
    is one digest. A backlog, two or more stories that are over an hour late, goes into the digest too, and so do
    many changes of stories that are known.
    """
    again: dict[tuple[str, str], list[Alert]] = defaultdict(list)
    fresh: dict[str, list[Alert]] = defaultdict(list)
    for alert in sorted(alerts, key=lambda alert: alert.id):
        if alert.message_id:
            again[alert.recipient_id, alert.message_id].append(alert)
        else:
            fresh[alert.recipient_id].append(alert)
    mails = [_mail_again(message_id, same, now) for (_, message_id), same in again.items()]
    for own in fresh.values():
        mails.extend(_mails_of_reader(own, now))
    return mails


def _mail_again(message_id: str, alerts: list[Alert], now: datetime) -> Mail:
    digest = any(alert.digest for alert in alerts) or len(_by_story(alerts)) > 1
    return _mail(alerts, now, digest=digest, message_id=message_id)


def _mails_of_reader(alerts: list[Alert], now: datetime) -> list[Mail]:
    stories = list(_by_story(alerts).values())
    at_once = [story for story in stories if any(not alert.digest for alert in story)]
    late = [story for story in at_once if _is_late(story, now)]
    if len(late) >= BACKLOG_STORIES:
        at_once = [story for story in at_once if story not in late]
    changed = [story for story in at_once if all(alert.event in LATER for alert in story)]
    if len(changed) >= CHANGED_STORIES:
        at_once = [story for story in at_once if story not in changed]
    single = [_mail(story, now) for story in at_once]
    return single + _digests([story for story in stories if story not in at_once], now)


def _digests(stories: list[list[Alert]], now: datetime) -> list[Mail]:
    starts = range(0, len(stories), DIGEST_STORIES)
    parts = [stories[start : start + DIGEST_STORIES] for start in starts]
    return [
        _mail([alert for story in part for alert in story], now, digest=True, part=number, parts=len(parts))
        for number, part in enumerate(parts, start=1)
    ]


def _mail(
    alerts: list[Alert],
    now: datetime,
    *,
    digest: bool = False,
    part: int = 1,
    parts: int = 1,
    message_id: str = "",
) -> Mail:
    return Mail(
        recipient_id=alerts[0].recipient_id,
        alerts=tuple(alerts),
        digest=digest,
        late=_is_late(alerts, now),
        part=part,
        parts=parts,
        message_id=message_id,
    )


def _by_story(alerts: Iterable[Alert]) -> dict[int, list[Alert]]:
    stories: dict[int, list[Alert]] = defaultdict(list)
    for alert in alerts:
        stories[alert.story_id].append(alert)
    return stories


def _is_late(alerts: Iterable[Alert], now: datetime) -> bool:
    return any(now - alert.due_at > LATE_AFTER for alert in alerts)


# --- when again -----------------------------------------------------------------------------------


def next_try(attempts: int, now: datetime, jitter: random.Random) -> datetime:
    """Return when to try again after *attempts* failures: 1 min doubled each time, at most 1 h, and up to
    a fifth earlier or later, so that a server that comes back is not met by everything at once."""
    wait: timedelta = min(FIRST_BACKOFF * 2 ** min(max(attempts - 1, 0), 16), LAST_BACKOFF)
    spread = wait * jitter.uniform(0.8, 1.2)
    return (now + min(max(spread, FIRST_BACKOFF), LAST_BACKOFF)).replace(microsecond=0)


def is_given_up(mail: Mail, attempts: int, now: datetime) -> bool:
    """Return True if the mail has been tried long enough (five days, and not only a few times)."""
    first_due = max(alert.due_at for alert in mail.alerts)
    return attempts >= GIVE_UP_TRIES and now - first_due > GIVE_UP_AFTER
