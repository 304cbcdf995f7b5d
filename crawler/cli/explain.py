"""``explain``: one page, step by step, and nothing written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from crawler.cli.facts import doubt_words, fact, heading, line, marked
from crawler.cli.options import ConfigOption, JsonOption, err, out
from crawler.config import Config, load_config
from crawler.errors import UsageError

MOST_CUTS = 60
"""Cut lines that are printed; --json has them all."""


def register(app: typer.Typer) -> None:
    """Add the command of this group."""
    app.command()(explain)


def explain(
    url: Annotated[str, typer.Argument(metavar="URL", help="The address of a page.")],
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Read this file as the page; nobody is asked."),
    ] = None,
    outlet: Annotated[
        str | None,
        typer.Option("--outlet", metavar="ID", help="Read it by this outlet's rules; default: by its host."),
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch one page and show each step, from its address to the rules that match; nothing is written.

    The steps: address and key, robots.txt, the host that served, kind of page, title, text and time, each line
    cut and why, what the store would make of it, the rules that hold. Exits 1 when the page cannot be fetched.
    """
    from crawler.log import configure_logging

    configure_logging("CRITICAL")
    told = _explained(load_config(config), url, html, outlet, shown=not as_json and err.is_terminal)
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        print_explanation(told)
    if "failure" in told:
        raise typer.Exit(1)


def _explained(
    config: Config, url: str, html: Path | None, outlet: str | None, *, shown: bool
) -> dict[str, Any]:
    import asyncio

    from schedules.explain import explain_file, explain_page
    from schedules.session import run_in_reactor

    if html is not None:
        return asyncio.run(explain_file(config, url, _bytes_of(html), outlet))
    from schedules.inquiry import interruptible

    def ask() -> dict[str, Any]:
        return run_in_reactor(lambda: interruptible(explain_page(config, url, outlet)))

    if not shown:
        return ask()
    with err.status("Asking"):
        return ask()


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error


# --- on a terminal --------------------------------------------------------------------------------


def print_explanation(told: dict[str, Any]) -> None:
    """Print each step that was reached."""
    _print_address(told)
    if "fetch" in told:
        _print_fetch(told)
    if "failure" in told:
        heading("Not fetched")
        line(told["failure"]["told"], style="red")
        if "page" in told:
            line(f"Known as {told['page']['kind']} by: {told['page']['evidence']}")
        line(f"A crawl would write: {told['verdict']['state']}/{told['verdict']['reason']}")
        return
    _print_page(told["page"])
    if "article" in told:
        _print_article(told["article"], told["cuts"])
    _print_carried(told.get("carried", []))
    _print_verdict(told)
    _print_rules(told.get("rules", []))


def _print_address(told: dict[str, Any]) -> None:
    address, outlet = told["address"], told["outlet"]
    heading("Address")
    fact("given", told["url"])
    fact("inside", address["resolved"] if address["resolved"] != told["url"] else "")
    fact("canonical", address["canonical"])
    belongs = f", by {address['belongs']}" if address["belongs"] else ""
    fact("outlet", f"{outlet['id']} ({outlet['known']}{belongs})")
    fact("hosts", ", ".join(outlet["hosts"]))
    if address["refusal"]:
        fact("refused", address["refusal"], "red")
        return
    key = address["key"]
    way = f"by {key['pattern']}" if key["pattern"] else "no pattern of article_id hits"
    fact("key", f"{key['kind']} {key['value']} ({way})")
    fact("citation", address["citation"])


def _print_fetch(told: dict[str, Any]) -> None:
    heading("Fetch")
    for robots in told["robots"]:
        if robots["reason"] in ("", "robots_unreachable"):  # else it is the host that is not to be had
            fact("robots", _robots_words(robots), "" if robots["allowed"] else "red")
    for tried in told["fetch"]["attempts"]:
        words = tried["told"] or f"{tried['host']} answered {tried['status']}"
        detail = tried["detail"].removeprefix("robots.txt: ")
        detail = f" ({detail})" if detail and detail[:80] not in words else ""
        seconds = f", {tried['seconds']:.2f} s" if tried["seconds"] else ""
        fact("tried", f"{tried['url']}: {words}{detail}{seconds}")
    fetch = told["fetch"]
    if "host" in fetch:
        fact("served by", f"{fetch['host']}, {fetch['bytes']} bytes, SHA-256 {fetch['sha256']}")
        fact("redirected", fetch["answered"] if fetch["answered"] != fetch["asked"] else "")


def _robots_words(robots: dict[str, Any]) -> str:
    if robots["reason"]:
        return f"{robots['url']} could not be had: {robots['reason']} {robots['detail']}"
    if not robots["has_rules"]:
        return f"{robots['url']} has no rules: allowed"
    delay = f", and asks for {robots['crawl_delay']:g} s between requests" if robots["crawl_delay"] else ""
    return f"{robots['url']} {'allows' if robots['allowed'] else 'forbids'} it{delay}"


def _print_page(page: dict[str, Any]) -> None:
    heading("Page")
    fact("kind", f"{page['kind']}{': ' if page['evidence'] else ''}{page['evidence']}")
    fact("type", page.get("content_type"))
    lost = f", {page['replaced']:.1%} of its characters unreadable" if page.get("replaced") else ""
    fact(
        "charset",
        f"{page['charset']}{doubt_words(page['charset_doubt'])}{lost}" if page.get("charset") else "",
    )
    fact("text by", page.get("method"))


def _print_article(article: dict[str, Any], cuts: list[dict[str, Any]]) -> None:
    heading("Article")
    for name in ("title", "section", "language"):
        fact(name, article[name])
    fact("byline", ", ".join(article["byline"]))
    fact("published", _stamp_words(article["published"]))
    fact("image", article["image_url"])
    fact("caption", article["image_caption"])
    fact("canonical", article["canonical_url"])
    fact("og:url", article["og_url"] if article["og_url"] != article["canonical_url"] else "")
    fact("AMP of", article["amp_of"])
    heading(f"Body ({article['word_count']} words)")
    for paragraph in article["body"].splitlines():
        line(paragraph)
    heading(f"Cut lines ({len(cuts)})")
    for cut in cuts[:MOST_CUTS]:
        line(str(cut["position"]), cut["rule"], cut["text"][:200], widths=(4, 22))
    if len(cuts) > MOST_CUTS:
        line(f"... and {len(cuts) - MOST_CUTS} more; --json has them all")


def _print_carried(carried: list[dict[str, Any]]) -> None:
    """Tell which rules hold only with a line that learned rules of the outlet cut."""
    for each in carried:
        left = "it stays in the text" if each["is_kept"] else "it is cut: somebody approved that"
        told = f"{each['query_id']} matches only in {each['line'][:120]!r}, which learned:{each['rule_id']} cuts; {left}"
        fact("match", told, "yellow")


def _stamp_words(stamp: dict[str, Any]) -> str:
    if stamp["at"] is None:
        return f"unknown (the page says {stamp['raw']!r})" if stamp["raw"] else "unknown: the page gives none"
    raw = f", written {stamp['raw']!r}" if stamp["raw"] else ""
    return f"{stamp['local'] or stamp['at']} ({stamp['precision']}, from the {stamp['source']}{raw})"


def _print_verdict(told: dict[str, Any]) -> None:
    verdict = told["verdict"]
    heading("Verdict")
    if "refusal" in told:
        fact(verdict["state"], f"{verdict['reason']}: {verdict['told']}", "red")
        return
    fact(verdict["state"], verdict["told"])
    if verdict["published"] != told["article"]["published"]:
        fact("published", _stamp_words(verdict["published"]))
    if verdict.get("ledger_state"):
        reason = f"/{verdict['ledger_reason']}" if verdict["ledger_reason"] else ""
        again = f", tried again at {verdict['next_try_at']}" if verdict["next_try_at"] else ""
        fact("ledger", f"{verdict['ledger_state']}{reason}{again}")


def _print_rules(rules: list[dict[str, Any]]) -> None:
    heading(f"Rules that match ({len(rules)})")
    for rule in rules:
        fact(rule["rule"], f"{rule['query']}  to {', '.join(rule['to'])}")
        if rule["full_query"] != rule["query"]:
            fact("that is", rule["full_query"])
        for words in rule["holding"]:
            fact("at present", words)
        marked(rule["title"])
        for pieces in rule["excerpts"]:
            marked(pieces)
    if not rules:
        out.print("  none")
