"""``why``: what became of an address, from the store alone."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from crawler.alerts.holding import IN_A_STORM
from crawler.alerts.policy import HELD_BY
from crawler.cli.breaklines import doubtful_words, held_words
from crawler.cli.divergences import divergence_line
from crawler.cli.facts import broken_words, doubt_words, fact, heading, line
from crawler.cli.options import ConfigOption, JsonOption, out
from crawler.config import load_config
from crawler.items import LATER
from crawler.rechecklines import absence_line, difference_line

MOST_VISITS = 10
"""Visits that are printed, the latest ones; --json has them all."""
MOST_SIGHTINGS = 20
MOST_CLAUSES = 20
"""Clauses that failed that are printed of a rule that was not named."""


def register(app: typer.Typer) -> None:
    """Add the command of this group."""
    app.command()(why)


def why(
    url: Annotated[str, typer.Argument(metavar="URL", help="An address, in any form and at any host.")],
    rule: Annotated[
        str | None,
        typer.Option("--rule", metavar="ID", help="Only this rule, with each clause of its query."),
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """What the store knows of an address: how it was found, what became of it, which mail went to whom.

    For each rule: the alerts it left, why there is none, or the clause of its query that failed and the words of
    the text that come nearest. Reads only; nobody is asked. Exits 1 for an address that was never seen.
    """
    from schedules.why import why as told_why

    told = told_why(load_config(config), url, rule)
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        print_why(told, whole=rule is not None)
    if not told["seen"]:
        raise typer.Exit(1)


def print_why(told: dict[str, Any], *, whole: bool) -> None:
    """Print what is known; with *whole* every clause of a rule's query."""
    if not told["seen"]:
        _print_unseen(told)
    for link in told["links"]:
        _print_link(link)
        if link["article"] is not None:
            _print_article(link["article"])
        for rule in link["rules"]:
            _print_rule(rule, link["article"], whole=whole)


def _print_unseen(told: dict[str, Any]) -> None:
    line(f"{told['url']} was never seen by a crawl.", indent=0)
    owner, article = told["owner"], told["article"]
    if owner is None:
        line("No outlet of the config or the catalogue would own it.", indent=0)
        return
    watched = "" if owner["known"] == "watched" else f", which is not watched ({owner['known']})"
    line(f"It would belong to outlet {owner['outlet']}{watched}, as {_key(owner['key'])}.", indent=0)
    if article is not None:
        line(
            f"That key is known: it is article {article['id']}, {article['url']}. Ask why of that address.",
            indent=0,
        )


def _key(key: dict[str, str]) -> str:
    return f"{key['kind']} {key['value']}"


# --- the link -------------------------------------------------------------------------------------


def _print_link(link: dict[str, Any]) -> None:
    heading(link["url"])
    fact("outlet", f"{link['outlet']}, {_key(link['key'])}")
    fact("found", _found(link))
    reason = f"/{link['reason']}" if link["reason"] else ""
    fact("state", f"{link['state']}{reason}: {link['meaning']}")
    fact("silent", f"yes: {link['silence']}" if link["silent"] else "no")
    fact("next", link["next"] or "not asked again")
    fact("belongs to", link["belongs"])
    fact("seen as", ", ".join(link["seen_as"]))
    hidden = len(link["visits"]) - MOST_VISITS
    if hidden > 0:
        fact("visits", f"{hidden} earlier ones are left out; --json has them")
    for visit in link["visits"][-MOST_VISITS:]:
        _print_visit(visit)
    _print_notes(link["notes"])


def _print_notes(notes: list[dict[str, Any]]) -> None:
    for note in notes:
        fact("note", f"{note['at']} {note['kind']}: {note['text']}")


def _found(link: dict[str, Any]) -> str:
    how = link["discovery"]
    run = f", run {how['run']['id']} ({how['run']['trigger']})" if how["run"] else ""
    if how["source"] is None:
        led = "a backfill found it in an archive" if how["kind"] == "backfill" else "a redirect led to it"
        return f"{link['first_seen_at']}, {led}{run}"
    return f"{link['first_seen_at']} in the {how['kind']} {how['source']}, given by {how['host']}{run}"


def _print_visit(visit: dict[str, Any]) -> None:
    reason = f"/{visit['reason']}" if visit["reason"] else ""
    served = f"{visit['host']} answered {visit['status']}" if visit["status"] else "no host answered"
    fact("visit", f"{visit['at']} {visit['verdict']}{reason}: {served}; {visit['meaning']}")
    if visit["kind"] and visit["kind"] != "article":
        fact("", f"  known as {visit['kind']} by: {visit['evidence']}")
    for tried in visit["attempts"]:
        if tried["reason"] != "ok" or len(visit["attempts"]) > 1:
            detail = f" ({tried['detail']})" if tried.get("detail") else ""
            fact("", f"  {tried['url']}: {tried['reason']}{detail}")


# --- the article ----------------------------------------------------------------------------------


def _print_article(article: dict[str, Any]) -> None:
    heading(f"Article {article['id']}")
    fact("citation", article["url"])
    fact("published", _published(article))
    fact("first seen", article["first_seen_at"])
    for absence in article["absences"]:
        fact("page", absence_line(absence))
    if article["quarantined_by"] is not None:
        fact("text", doubtful_words(article["quarantined_by"], article["outlet_id"]))
    for revision in article["revisions"]:
        again = f", read again {revision['extracted_at']}" if revision["extracted_at"] else ""
        fact(
            f"revision {revision['number']}",
            f"{revision['seen_at']} by {revision['host']}: {revision['title']} ({revision['word_count']} words,"
            f" by {_extractor(revision)}{again})",
        )
        fact("", f"fetched from {revision['fetched_url']}")
        doubt = doubt_words(revision["charset_doubt"])
        fact(
            "",
            f"its page was read as {revision['charset']}{doubt}" if doubt else "",
        )
    for part in article["merged"]:
        texts = f"{len(part['revisions'])} {'text' if len(part['revisions']) == 1 else 'texts'}"
        fact("merged", f"article {part['id']} lives on in this one, with {texts}: {part['url']}")
    for each in article["rekeys"]:
        fact("rekeyed", f"{each['at']} {each['action']}: {each['told']}")
    for seen in article["sightings"][:MOST_SIGHTINGS]:
        times = f"{seen['count']} times" if seen["count"] > 1 else "once"
        fact(
            "seen",
            f"{seen['url']} ({seen['via']}, {times} at {seen['host']}, {seen['first_seen_at']} to {seen['last_seen_at']})",
        )
    for differing in article["divergences"]:
        fact("differs", divergence_line(differing))
    for other in article["mirror_differences"]:
        fact("differs", difference_line(other))
    others = [each for each in article["members"] if each["id"] != article["id"]]
    fact("story", f"{article['story_id']}, {'with these' if others else 'no other article is in it'}")
    for member in others:
        fact("", f"  article {member['id']}, {member['outlet']}: {member['title']}  {member['url']}")
    _print_notes(article["notes"])


def _extractor(revision: dict[str, Any]) -> str:
    """Return which way gave the text, and the version of newshawk and of the outlet's rules."""
    version = f" {revision['extraction']}" if revision["extraction"] else ""
    return f"{revision['method'] or 'an early version'}{version}"


def _published(article: dict[str, Any]) -> str:
    if article["published_at"] is None:
        return "unknown"
    at = article["published_local"] or article["published_at"]
    return f"{at} ({article['published_precision']}, from the {article['published_source']})"


# --- a rule ---------------------------------------------------------------------------------------


def _print_rule(rule: dict[str, Any], article: dict[str, Any] | None, *, whole: bool) -> None:
    gone = "" if rule["is_configured"] else " (not configured any more)"
    matched = ", ".join(f"revision {each['revision']} at {each['at']}" for each in rule["matched"])
    heading(f"Rule {rule['rule']}{gone}: {'matched ' + matched if matched else 'did not match'}")
    if rule["broken"] is not None:
        fact("at present", broken_words(rule["broken"]), "yellow")
    fact("query", rule["query"])
    if rule["full_query"] != rule["query"]:
        fact("that is", rule["full_query"])
    for each in rule["matched"]:
        if each["query"] != rule["full_query"]:
            fact("then", f"revision {each['revision']} was matched by {each['query']}")
    for alert in rule["alerts"]:
        fact(f"alert {alert['id']}", _alert(alert, 0 if article is None else article["id"]))
    for reason in rule["told"]:
        fact("because", reason)
    for words in rule["holding"]:
        fact("at present", words)
    if whole and "clauses" in rule:
        _print_clause(rule["clauses"])
        return
    leaves = rule.get("failing", [])
    for leaf in leaves[:MOST_CLAUSES]:
        fact("failed", f"{leaf['text']} {_leaf(leaf)}")
    if len(leaves) > MOST_CLAUSES:
        fact("", f"and {len(leaves) - MOST_CLAUSES} clauses more; --rule {rule['rule']} has them")


def _alert(alert: dict[str, Any], article_id: int) -> str:
    other = "" if alert["article_id"] == article_id else f" for article {alert['article_id']}"
    other += f" of its {alert['event']}" if alert["event"] in LATER else ""
    match alert["state"]:
        case "sent":
            within = "in a digest " if alert["digest"] else ""
            state = f"sent {within}at {alert['sent_at']} as {alert['message_id']}"
        case "dead":
            state = f"given up: {alert['error']}"
        case "leased":
            state = "is being sent"
        case _:
            when = alert["next_try_at"] or alert["due_at"]
            state = f"waits until {when}{' for the digest' if alert['digest'] else ''}"
            state += "".join(f"; {words}" for words in alert["waits_for"])
            state += f"; {held_words(alert['held_until'])}" if alert["held_until"] else ""
            state += _put_off(alert["error"] or "")
    unsure = "; an answer was lost, so it may have arrived twice" if alert["unknown_outcome"] else ""
    return f"to {alert['recipient']}{other}, {state}{unsure}"


def _put_off(error: str) -> str:
    """Return why an alert waits: a try that failed, or what held it back."""
    if not error:
        return ""
    is_held = error.startswith(HELD_BY) or error == IN_A_STORM
    return f"; {error}" if is_held else f"; the last try failed: {error}"


def _leaf(leaf: dict[str, Any]) -> str:
    near = f"; nearest: {', '.join(leaf['nearest'])}" if leaf["nearest"] else ""
    near += f"; stands in {', in '.join(leaf['elsewhere'])}" if leaf["elsewhere"] else ""
    places = f": {' | '.join(leaf['places'])}" if leaf["places"] else ""
    return f"{leaf['told']}{near}{places}"


def _print_clause(clause: dict[str, Any], depth: int = 0) -> None:
    style = "green" if clause["holds"] else "red"
    told = () if clause["parts"] else (_leaf(clause),)
    line("holds" if clause["holds"] else "fails", clause["text"], *told, style=style, indent=4 + 2 * depth)
    for part in clause["parts"]:
        _print_clause(part, depth + 1)
    if depth == 0:
        out.print()
