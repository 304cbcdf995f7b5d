"""The mail to ops on a day on which nothing matched: that everything was looked at, or what was not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from crawler.alerts.message import domain_of, ops_mail, set_parts
from crawler.alerts.moments import clock_words, day_words, in_zone, span_words
from crawler.alerts.plain import inert, one_line
from crawler.hoststate import trouble_of
from crawler.items import Attempt, Beat, Outlet, OutletPulse, Pulse, Recipient, Silence
from crawler.outage import outage

SILENT_AFTER = timedelta(hours=25)
"""An outlet that was not polled well for so long is not healthy; one with a cron of its own may rest longer."""
SHOWN, LINE, NAME, ERROR = 20, 500, 80, 120
"""Things of one kind that are named, and characters of a line, of a name and of a cause."""
NAMES = 5
"""Outlets that are named in one line, as the same ails them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of the mail."""

    heading: str
    lines: tuple[str, ...]
    more: int = 0
    """Lines that are not shown."""
    cure: str = ""
    """What may be typed; empty for nothing."""
    is_trouble: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BeatView:
    """The whole mail."""

    headline: str
    is_well: bool
    told: str
    sections: tuple[Section, ...]
    readers: str
    now: str


# --- what is wrong --------------------------------------------------------------------------------


def outlet_pulse(outlet: Outlet, row: Mapping[str, Any] | None, now: datetime) -> OutletPulse:
    """Return how an outlet stands, by its row of the store's status; None for one that the store does not know yet."""
    if row is None:
        return OutletPulse(id=outlet.id, name=outlet.name, told=("it was never polled",))
    in_use = row["host"] or ""
    return OutletPulse(
        id=outlet.id,
        name=outlet.name,
        told=tuple(_troubles(outlet, row, now)),
        gaps=tuple(row["gaps"]["told"]),
        mirror=in_use if in_use in outlet.hosts[1:] else "",
    )


def _troubles(outlet: Outlet, row: Mapping[str, Any], now: datetime) -> list[str]:
    """Return what keeps an outlet from being healthy. A host that fails while another one serves is no trouble; a cause
    is told once, and a host that is named in one not again."""
    run_error = one_line(row["error"] or "", ERROR)
    told = [f"the last run failed: {run_error}"] if run_error else []
    lag = None if row["lag_seconds"] is None else timedelta(seconds=row["lag_seconds"])
    if lag is None:
        told.append("no source ever answered")
    elif lag > SILENT_AFTER and not outlet.cron:
        told.append(f"no source answered for {span_words(lag)}")
    told += [
        f"its pages changed, break {each['id']} since {each['opened_at']}: "
        f"{_count(each['quarantined'], 'article')} in quarantine, {_count(each['held'], 'alert')} held"
        for each in row["pages"]["breaks"]
    ]
    told += _failing(row["failing_sources"], run_error)
    if frozen := row["frozen_sources"]:
        what = "answers and names" if len(frozen) == 1 else "answer and name"
        told.append(f"{_first(frozen)} {what} nothing new since {min(each['since'] for each in frozen)}")
    if told:
        said = set(re.split(r"[\s,:;()]+", run_error))
        hosts = [host for host in row["hosts"] if host["host"] not in said]
        told += [trouble for host in hosts if (trouble := trouble_of(host, now))]
    return told


def _failing(sources: Sequence[Mapping[str, Any]], run_error: str) -> list[str]:
    """Return a sentence for each cause for which sources fail; one that the run's own error tells of their hosts is not told
    again."""
    alike: dict[str, list[Mapping[str, Any]]] = {}
    for source in sources:
        alike.setdefault(_cause(source["error"] or ""), []).append(source)
    return [
        f"{_first(those)} fail{'s' if len(those) == 1 else ''} since {min(each['failing_since'] for each in those)}"
        + ("" if _is_told(cause, those, run_error) else f": {cause}")
        for cause, those in alike.items()
    ]


def _is_told(cause: str, sources: Sequence[Mapping[str, Any]], run_error: str) -> bool:
    """Return whether the run's own error gives this cause and names a host of each of the sources that fail by it."""
    hosts = {urlsplit(each["url"]).hostname or "" for each in sources}
    told = cause.removeprefix("its host").strip(" :")
    return not told or (told in run_error and all(host in run_error for host in hosts))


def _cause(error: str) -> str:
    """Return in words why a source failed, of which the store has the word of the ledger and a detail; empty for unknown."""
    reason, _, detail = error.partition(" ")
    if not reason:
        return ""
    if reason == "error" and detail:  # an exception, while its answer was recorded
        return f"newshawk itself failed: {one_line(detail, ERROR)}"
    return "its host" + inert(outage([Attempt(host="", url="", status=None, reason=reason, detail=detail)]))


def _first(sources: Sequence[Mapping[str, Any]]) -> str:
    others = f" and {len(sources) - 1} more" if len(sources) > 1 else ""
    return f"{sources[0]['url']}{others}"


# --- the mail -------------------------------------------------------------------------------------


def build_heartbeat(
    beat: Beat, pulse: Pulse, readers: Sequence[Recipient], *, sender: str, now: datetime
) -> EmailMessage:
    """Return the mail for *readers*, all of them at once; its Message-ID is that of the day."""
    view = view_heartbeat(beat, pulse, readers, now)
    told = ("heartbeat", beat.day, beat.since.isoformat())
    message = ops_mail(view.headline, readers, told, sender=sender, now=now)
    domain = domain_of(sender)
    message["References"] = f"<heartbeat@{domain}>"
    message["List-Id"] = f"newshawk heartbeat <newshawk-heartbeat.{domain}>"
    set_parts(message, "heartbeat", beat=view)
    return message


def view_heartbeat(beat: Beat, pulse: Pulse, readers: Sequence[Recipient], now: datetime) -> BeatView:
    """Return what the mail shows: every text inert and bounded, what is wrong before what is not."""
    zone = readers[0].timezone if readers else "UTC"
    wrong = _wrong(pulse)
    sections = (*_trouble_sections(pulse, zone), *_other_sections(beat, pulse, zone))
    return BeatView(
        headline=_headline(beat, pulse, wrong),
        is_well=not wrong,
        told=_told(beat, pulse, zone),
        sections=tuple(section for section in sections if section.lines),
        readers=", ".join(one_line(reader.id, NAME) for reader in readers),
        now=clock_words(now, zone),
    )


def _wrong(pulse: Pulse) -> list[str]:
    """Return what is not well, for the subject."""
    ill = sum(1 for outlet in pulse.outlets if outlet.told)
    gaps = sum(len(outlet.gaps) for outlet in pulse.outlets)
    told = [f"{ill} of {_count(len(pulse.outlets), 'outlet')} not healthy"] if ill else []
    told += [f"{_count(gaps, 'gap')} in what was seen"] if gaps else []
    return told + ([f"{_count(pulse.dead, 'alert')} not delivered"] if pulse.dead else [])


def _headline(beat: Beat, pulse: Pulse, wrong: Sequence[str]) -> str:
    left = len(pulse.left(beat.since))
    told = [*wrong, *([f"{_count(left, 'reader')} unsubscribed"] if left else [])]
    matched = "nothing matched but what is silenced" if pulse.silenced else "nothing matched"
    if beat.alerts:
        matched = f"{_count(beat.alerts, 'alert')} since the last one"
    return (
        f"Not well: {', '.join(told)}; {matched}" if wrong else f"All is well: {', '.join([*told, matched])}"
    )


def _told(beat: Beat, pulse: Pulse, zone: str) -> str:
    span = f"Since {clock_words(beat.since, zone)}"
    seen = (
        f"{_count(pulse.articles, 'new article')} and {_count(max(0, pulse.texts - pulse.articles), 'edit')}"
    )
    looked = f"{seen} of {_count(len(pulse.outlets), 'outlet')} were stored and matched with {_count(pulse.rules, 'rule')}"
    if beat.alerts:
        return f"{span}, {looked}; {_count(beat.alerts, 'alert')} arose."
    if pulse.silenced:
        return f"{span}, {looked}. Silences hold back {_count(pulse.silenced, 'alert')}, and nothing else matched."
    return f"{span}, {looked}. None matched."


def _trouble_sections(pulse: Pulse, zone: str) -> tuple[Section, ...]:
    ill = _by_trouble([(outlet.name, outlet.told) for outlet in pulse.outlets if outlet.told], zone)
    gaps = _by_trouble([(outlet.name, outlet.gaps) for outlet in pulse.outlets if outlet.gaps], zone)
    dead = (
        [f"{_count(pulse.dead, 'alert')} of the last seven days could not be delivered"] if pulse.dead else []
    )
    return (
        _section("Not healthy", ill, cure="newshawk status", is_trouble=True),
        _section("Possibly missed", gaps, cure="newshawk status", is_trouble=True),
        _section("Given up", dead, cure="newshawk alerts list --state dead", is_trouble=True),
    )


def _by_trouble(outlets: Sequence[tuple[str, tuple[str, ...]]], zone: str) -> list[str]:
    """Return a line for what ails each outlet; those that the same ails share one."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for name, told in outlets:
        alike.setdefault(told, []).append(one_line(name, NAME))
    return [f"{_names(names)}: {in_zone('; '.join(told), zone)}" for told, names in alike.items()]


def _names(names: Sequence[str]) -> str:
    others = f" and {len(names) - NAMES} more" if len(names) > NAMES else ""
    return f"{', '.join(names[:NAMES])}{others}"


def _other_sections(beat: Beat, pulse: Pulse, zone: str) -> tuple[Section, ...]:
    healthy = sum(1 for outlet in pulse.outlets if not outlet.told)
    mirrors = [f"{outlet.name} is read at {outlet.mirror}" for outlet in pulse.outlets if outlet.mirror]
    never = [f"{rule}, since {day_words(since.astimezone(ZoneInfo(zone)))}" for rule, since in pulse.never]
    earlier = [f"{_count(pulse.dead_before, 'earlier alert')} given up"] if pulse.dead_before else []
    left = pulse.left(beat.since)
    others = [each for each in pulse.silences if each not in left]
    silences = "newshawk alerts silences"
    return (
        _section("Unsubscribed since then", [_silence(each, zone) for each in left], cure=silences),
        _section("Healthy", [f"{healthy} of {_count(len(pulse.outlets), 'outlet')}"]),
        _section("Mirrors in use", mirrors),
        _section("Silences in force", [_silence(each, zone) for each in others], cure=silences),
        _section("Rules that never matched", never, cure="newshawk rules test RULE --since 30d"),
        _section("Long ago", earlier, cure="newshawk alerts list --state dead"),
    )


def _silence(each: Silence, zone: str) -> str:
    rule, reader = each.rule_id or "all rules", each.recipient_id or "all readers"
    how = {"hand": "", "mute": ", muted by the reader", "leave": ", unsubscribed by the reader"}[each.kind]
    end = f" until {clock_words(each.until_at, zone)}" if each.until_at else ""
    why = f": {each.reason}" if each.reason else ""
    return f"{rule} to {reader}{how}{end}, {_count(each.alerts, 'alert')} held back{why}"


def _section(heading: str, lines: Sequence[str], *, cure: str = "", is_trouble: bool = False) -> Section:
    return Section(
        heading=heading,
        lines=tuple(one_line(line, LINE) for line in lines[:SHOWN]),
        more=max(0, len(lines) - SHOWN),
        cure=cure,
        is_trouble=is_trouble,
    )


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
