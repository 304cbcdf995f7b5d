"""The timetable: what recurs, and when. APScheduler stays in this file."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from random import uniform
from types import MappingProxyType

import structlog
from apscheduler.events import EVENT_JOB_MAX_INSTANCES, JobSubmissionEvent
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from crawler.items import Outlet
from schedules.cadence import START_WITHIN, beat, first_poll, moved

POLL = "poll:"
CATCH_UP = "catch up"
CATCH_UP_SECONDS = 60
_NONE: Mapping[str, float] = MappingProxyType({})
COMPARE = "compare:"
FOLD = "fold"
PRESS = "press"
PRESS_MINUTES = 60
"""Between looks for outlets whose pages are to get a dictionary."""
LEARN = "learn"
NIGHT = timedelta(hours=3)
"""Time of the day, UTC, at which the comparisons of the night begin."""
NIGHT_LONG = timedelta(hours=2)
"""They are spread over this time, an outlet at the same time each night."""
MADE_UP_WITHIN = timedelta(minutes=10), timedelta(minutes=30)
"""A comparison that was missed is made up for within this time after the start: the first polls go before."""

log = structlog.get_logger("newshawk.timetable")


class Timetable:
    """One polling job an outlet, one that catches up on what waits between polls, and at night a comparison of each
    outlet with a second channel, a look at what recurs on each outlet's pages, the folding of old runs and the care of
    kept pages; now and then a look for outlets whose pages are to get a dictionary.

    Jobs never overlap themselves, missed ones come once, and none is dropped for being late.
    """

    def __init__(
        self,
        poll: Callable[[Outlet], Awaitable[datetime | None]],
        catch_up: Callable[[], Awaitable[None]],
        *,
        compare: Callable[[Outlet], Awaitable[None]] | None = None,
        fold: Callable[[], Awaitable[None]] | None = None,
        press: Callable[[], Awaitable[None]] | None = None,
        learn: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """*poll* returns when the outlet is to be polled again; None: at its configured interval."""
        self._poll, self._catch_up, self._compare = poll, catch_up, compare
        self._after_the_night = {FOLD: fold, LEARN: learn}
        self._press = press
        self._skipped: set[str] = set()
        """Outlets whose skipped poll has been told; told again after the next poll."""
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        )
        self._scheduler.add_listener(self._tell_skipped, EVENT_JOB_MAX_INSTANCES)

    def start(self) -> None:
        """Start the clockwork."""
        self._scheduler.add_job(
            self._catch_up,
            IntervalTrigger(seconds=CATCH_UP_SECONDS, timezone=UTC),
            id=CATCH_UP,
            next_run_time=datetime.now(UTC) + START_WITHIN / 2,
        )
        if self._press is not None:
            hourly = IntervalTrigger(minutes=PRESS_MINUTES, timezone=UTC)
            soon = datetime.now(UTC) + MADE_UP_WITHIN[1]
            self._scheduler.add_job(self._press, hourly, id=PRESS, next_run_time=soon)
        at = NIGHT + NIGHT_LONG
        daily = CronTrigger(hour=at.seconds // 3600, minute=at.seconds // 60 % 60, timezone=UTC)
        soon = datetime.now(UTC) + MADE_UP_WITHIN[0]  # the machine may sleep every night
        for name, work in self._after_the_night.items():
            if work is not None:
                self._scheduler.add_job(work, daily, id=name, next_run_time=soon)
        self._scheduler.start()

    def pause(self) -> None:
        """Start no further job; those at work go on."""
        if self._scheduler.running:
            self._scheduler.pause()

    def stop(self) -> None:
        """Stop the clockwork; jobs still at work are cancelled."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def set_outlets(
        self,
        outlets: Sequence[Outlet],
        last_good: Mapping[str, datetime | None],
        now: datetime,
        intervals: Mapping[str, float] = _NONE,
    ) -> None:
        """Make the jobs those of *outlets*: new ones are added, changed ones moved, others removed. *intervals*:
        present ones in seconds of outlets whose interval was adapted."""
        wanted = {POLL + outlet.id for outlet in outlets}
        for job in self._scheduler.get_jobs():
            if job.id.startswith(POLL) and job.id not in wanted:
                job.remove()
        for number, outlet in enumerate(outlets):
            due = next_due(outlet, last_good.get(outlet.id), intervals.get(outlet.id))
            self._scheduler.add_job(
                self._poll_outlet,
                trigger(outlet),
                args=[outlet],
                id=POLL + outlet.id,
                replace_existing=True,
                next_run_time=first_poll(due, now, number / max(1, len(outlets))),
            )

    def set_comparisons(
        self, outlets: Sequence[Outlet], owed: Mapping[str, datetime | None], now: datetime
    ) -> None:
        """Make the nightly comparisons those of *outlets*; one that is *owed* since before the last night is made up
        for soon, once."""
        if self._compare is None:
            return
        wanted = {COMPARE + outlet.id for outlet in outlets}
        for job in self._scheduler.get_jobs():
            if job.id.startswith(COMPARE) and job.id not in wanted:
                job.remove()
        for number, outlet in enumerate(outlets):
            place = number / max(1, len(outlets))
            at = night_of(place)
            self._scheduler.add_job(
                self._compare,
                CronTrigger(hour=at.seconds // 3600, minute=at.seconds // 60 % 60, timezone=UTC),
                args=[outlet],
                id=COMPARE + outlet.id,
                replace_existing=True,
                next_run_time=next_comparison(owed.get(outlet.id), now, place),
            )

    async def _poll_outlet(self, outlet: Outlet) -> None:
        self._skipped.discard(outlet.id)
        due = await self._poll(outlet)
        if due is not None:
            self._move(outlet, due)

    def _move(self, outlet: Outlet, due: datetime) -> None:
        """Let the outlet's next poll be when its first source is due; what comes after stays as configured."""
        now = datetime.now(UTC)
        at = moved(outlet, due, now, uniform(-1, 1))  # noqa: S311 - jitter
        with suppress(JobLookupError):  # a reload may have removed the outlet meanwhile
            self._scheduler.modify_job(POLL + outlet.id, next_run_time=at)

    def _tell_skipped(self, event: JobSubmissionEvent) -> None:
        """Say once for each poll that takes longer than its interval that the next one did not start."""
        outlet_id = event.job_id.removeprefix(POLL)
        if event.job_id.startswith(POLL) and outlet_id not in self._skipped:
            self._skipped.add(outlet_id)
            log.warning("poll skipped", outlet=outlet_id, error="the last poll is still at work")


def trigger(outlet: Outlet) -> BaseTrigger:
    """Return APScheduler's trigger for an outlet's declaration, in UTC."""
    recurs = beat(outlet)
    if recurs.seconds is None:
        return CronTrigger.from_crontab(recurs.cron, timezone=UTC)
    seconds = max(1, round(recurs.seconds))
    return IntervalTrigger(seconds=seconds, jitter=recurs.jitter or None, timezone=UTC)


def night_of(place: float) -> timedelta:
    """Return the time of the day, whole minutes, at which an outlet at this *place* (0 to 1) is compared."""
    minutes = int((NIGHT + NIGHT_LONG * place).total_seconds() // 60)
    return timedelta(minutes=minutes)


def next_comparison(owed_since: datetime | None, now: datetime, place: float) -> datetime:
    """Return when an outlet is compared next: in the first night after *owed_since* (after *now* for None), and when
    that is past, soon."""
    after = owed_since or now
    night = after.replace(hour=0, minute=0, second=0, microsecond=0) + night_of(place)
    if night <= after:
        night += timedelta(days=1)
    first, last = MADE_UP_WITHIN
    return max(night, now + first + (last - first) * place)


def next_due(outlet: Outlet, last_good: datetime | None, interval: float | None = None) -> datetime | None:
    """Return when an outlet is due after its last good poll, UTC; None for at once: it was never polled.
    *interval*: its present one in seconds, None for as configured."""
    if last_good is None:
        return None
    if beat(outlet).seconds is None:
        fires: datetime = trigger(outlet).get_next_fire_time(last_good, last_good)
        return fires.astimezone(UTC)
    return last_good + (outlet.every if interval is None else timedelta(seconds=interval))


def coming(
    outlets: Sequence[Outlet],
    last_good: Mapping[str, datetime | None],
    now: datetime,
    hours: float,
    intervals: Mapping[str, float] = _NONE,
) -> list[tuple[datetime, str]]:
    """Return (when, outlet id) of the polls in the next *hours*, in order, jitter left out."""
    until = now + timedelta(hours=hours)
    return sorted(
        (at, outlet.id)
        for outlet in outlets
        for at in takewhile(
            lambda at: at <= until, _polls(outlet, last_good.get(outlet.id), now, intervals.get(outlet.id))
        )
    )


def _polls(
    outlet: Outlet, last_good: datetime | None, now: datetime, interval: float | None
) -> Iterator[datetime]:
    at: datetime | None = first_poll(next_due(outlet, last_good, interval), now, 0.0)
    while at is not None:
        yield at
        at = next_due(outlet, at, interval)
