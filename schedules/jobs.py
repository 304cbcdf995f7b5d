"""The timetable: what recurs, and when. APScheduler stays in this file."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from crawler.items import Outlet
from schedules.cadence import beat, first_poll

POLL = "poll:"
RECHECK = "recheck"
RECHECK_SECONDS = 60


class Timetable:
    """One polling job an outlet, and one that looks for re-checks.

    Jobs never overlap themselves, missed ones come once, and none is dropped for being late.
    """

    def __init__(
        self, poll: Callable[[Outlet], Awaitable[None]], recheck_due: Callable[[], Awaitable[None]]
    ) -> None:
        self._poll, self._recheck_due = poll, recheck_due
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Start the clockwork."""
        self._scheduler.add_job(
            self._recheck_due, IntervalTrigger(seconds=RECHECK_SECONDS, timezone=UTC), id=RECHECK
        )
        self._scheduler.start()

    def stop(self) -> None:
        """Start no further job; those at work go on."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def set_outlets(
        self, outlets: Sequence[Outlet], last_good: Mapping[str, datetime], now: datetime
    ) -> None:
        """Make the jobs those of *outlets*: new ones are added, changed ones moved, others removed."""
        wanted = {POLL + outlet.id for outlet in outlets}
        for job in self._scheduler.get_jobs():
            if job.id.startswith(POLL) and job.id not in wanted:
                job.remove()
        for number, outlet in enumerate(outlets):
            first = first_poll(outlet, last_good.get(outlet.id), now, number / max(1, len(outlets)))
            more = {} if first is None else {"next_run_time": first}
            self._scheduler.add_job(
                self._poll,
                trigger(outlet),
                args=[outlet],
                id=POLL + outlet.id,
                replace_existing=True,
                **more,
            )

    def next_runs(self) -> dict[str, datetime]:
        """Return when each outlet is polled next, UTC."""
        return {
            job.id.removeprefix(POLL): job.next_run_time.astimezone(UTC)
            for job in self._scheduler.get_jobs()
            if job.id.startswith(POLL) and job.next_run_time is not None
        }


def trigger(outlet: Outlet) -> BaseTrigger:
    """Return APScheduler's trigger for an outlet's declaration, in UTC."""
    recurs = beat(outlet)
    if recurs.seconds is None:
        return CronTrigger.from_crontab(recurs.cron, timezone=UTC)
    return IntervalTrigger(seconds=int(recurs.seconds), jitter=recurs.jitter or None, timezone=UTC)


def coming(
    outlets: Sequence[Outlet], last_good: Mapping[str, datetime], now: datetime, hours: float
) -> list[tuple[datetime, str]]:
    """Return (when, outlet id) of the polls in the next *hours*, in order, jitter left out."""
    until = now + timedelta(hours=hours)
    plan: list[tuple[datetime, str]] = []
    for outlet in outlets:
        recurs = beat(outlet)
        at = first_poll(outlet, last_good.get(outlet.id), now, 0.0)
        clockwork = None if recurs.seconds is not None else trigger(outlet)
        while True:
            if at is None and clockwork is not None:
                at = clockwork.get_next_fire_time(None, now)
            if at is None or at > until:
                break
            plan.append((at, outlet.id))
            if recurs.seconds is not None:
                at += timedelta(seconds=recurs.seconds)
            else:
                assert clockwork is not None
                at = clockwork.get_next_fire_time(at, at)
    return sorted(plan)
