"""``outlets rules``: the lines that an outlet's texts lose, declared and learned, and the word on what was learned."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crawler.cli.facts import STYLES, heading, line
from crawler.cli.options import ConfigOption, JsonOption, err, out
from crawler.clock import utc_now
from crawler.config import Config, load_config
from crawler.errors import UsageError
from crawler.finding.declaration import comment, pattern, text
from crawler.items import IN_FORCE, GeneralCuts, LearnedRule, LearnedState, Learning, Outlet, TextPage
from crawler.learning.signatures import signature

if TYPE_CHECKING:
    from storage.store import Store

_STYLE = {LearnedState.PROPOSED: STYLES["warn"], LearnedState.REFUSED: "dim", LearnedState.RETIRED: "dim"}
_SHOWN = 120
"""Characters of a line beside an example."""
_WIDTHS = (5, 9, 5)
Ids = list[int] | None


def register(group: typer.Typer) -> None:
    """Add the command to the group ``outlets``."""
    group.command()(rules)


def rules(
    outlet_id: Annotated[str, typer.Argument(metavar="OUTLET", help="Id of a configured outlet.")],
    learn: Annotated[
        bool, typer.Option("--learn", help="Look at the newest stored texts now, as each night.")
    ] = False,
    approve: Annotated[Ids, typer.Option("--approve", metavar="ID", help="Let a learned rule cut.")] = None,
    pin: Annotated[
        Ids, typer.Option("--pin", metavar="ID", help="Let it cut, whatever is learned later.")
    ] = None,
    refuse: Annotated[Ids, typer.Option("--refuse", metavar="ID", help="Never cut or propose it.")] = None,
    retire: Annotated[Ids, typer.Option("--retire", metavar="ID", help="Let it cut no more.")] = None,
    export: Annotated[
        bool, typer.Option("--export", help="Print the learned rules that cut as TOML for the declaration.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Which lines an outlet's texts lose at their edges: declared rules, learned ones with counts and examples, and
    what the general rules of every outlet cut there.

    --approve, --pin, --refuse and --retire may be given several times. They count for texts that are fetched from
    then on; a running daemon learns of them with its next run of the outlet.
    """
    from crawler.cli.crawling import choose

    loaded = load_config(config)
    (outlet,) = choose(loaded, [outlet_id])
    words = [
        (LearnedState.APPROVED, "approve", approve or []),
        (LearnedState.PINNED, "pin", pin or []),
        (LearnedState.REFUSED, "refuse", refuse or []),
        (LearnedState.RETIRED, "retire", retire or []),
    ]
    learning = _learn(loaded, outlet) if learn else None
    _decide(loaded, outlet, words)
    told = _told(loaded, outlet)
    if export:
        _print_toml(told["rules"])
    elif as_json:
        print(json.dumps(_as_json(outlet, told, learning), ensure_ascii=False))
    else:
        _print(outlet, told, learning)


def _store(config: Config, *, read_only: bool) -> Store:
    from storage.store import Store

    return Store.open(config.store.path, read_only=read_only, create=False)


# --- what is done -----------------------------------------------------------------------------------


def _learn(config: Config, outlet: Outlet) -> Learning:
    import asyncio

    from crawler.query import Matcher
    from schedules.learning import learn

    with (
        _store(config, read_only=False) as store,
        err.status("Looking") if err.is_terminal else nullcontext(),
    ):

        async def call(verb: str, *given: Any) -> Any:
            return getattr(store, verb)(*given)

        matcher = Matcher(config.rules, config.former_ids)
        learning, _ = asyncio.run(learn(outlet, call, matcher, utc_now()))
        return learning


def _decide(config: Config, outlet: Outlet, words: Sequence[tuple[LearnedState, str, Sequence[int]]]) -> None:
    """Set the rules named to the states named: all of them or none.

    Raises:
        UsageError: a number is no rule of the outlet, no latest version, or named twice.
    """
    asked = [rule_id for _, _, ids in words for rule_id in ids]
    if not asked:
        return
    with _store(config, read_only=False) as store:
        known = {rule.id: rule for rule in store.learned_rules(outlet.id)}
        latest = {rule.signature: rule.id for rule in known.values()}
        for rule_id in asked:
            if rule_id not in known:
                raise UsageError(
                    f"{outlet.id} has no learned rule {rule_id}."
                    f' "newshawk outlets rules {outlet.id}" shows what there is.'
                )
            if latest[known[rule_id].signature] != rule_id:
                later = latest[known[rule_id].signature]
                raise UsageError(f"Rule {rule_id} was replaced by rule {later}: name that one.")
            if asked.count(rule_id) > 1:
                raise UsageError(f"Rule {rule_id} is named twice. Say one thing of it.")
        for state, word, ids in words:
            store.decide_learned(ids, state, word, f"{state.value} by hand", utc_now())


# --- what is told -----------------------------------------------------------------------------------


def _told(config: Config, outlet: Outlet) -> dict[str, Any]:
    """Return the latest versions, decisions by rule, the pages of the examples, and what general rules cut."""
    if not config.store.path.exists():
        return {"rules": [], "decisions": {}, "pages": {}, "general": []}
    with _store(config, read_only=True) as store:
        known = store.learned_rules(outlet.id)
        latest = {rule.signature: rule for rule in known}
        history: dict[str, list[Any]] = {}
        signatures = {rule.id: rule.signature for rule in known}
        for decision in store.learned_decisions(outlet.id):
            history.setdefault(signatures[decision.rule_id], []).append(decision)
        examples = {number for rule in latest.values() for number in rule.examples}
        pages = {page.article_id: page for page in store.text_pages(outlet.id, examples)}
        general = store.general_cuts(outlet.id)
    order = list(LearnedState)
    rules = sorted(latest.values(), key=lambda rule: (order.index(rule.state), -rule.evidence.pages, rule.id))
    return {"rules": rules, "decisions": history, "pages": pages, "general": general}


def _context(rule: LearnedRule, page: TextPage) -> dict[str, Any] | None:
    """Return one example: the line with its neighbours; None when the article's text has it no more."""
    lines = (*page.lines, *page.loose)
    place = next((at for at, each in enumerate(lines) if signature(each) == rule.signature), None)
    if place is None:
        return None
    return {
        "article_id": page.article_id,
        "title": page.title,
        "before": lines[place - 1] if place else "",
        "line": lines[place],
        "after": lines[place + 1] if place + 1 < len(lines) else "",
    }


def _examples(rule: LearnedRule, pages: dict[int, TextPage]) -> list[dict[str, Any]]:
    found = [_context(rule, pages[number]) for number in rule.examples if number in pages]
    return [each for each in found if each is not None]


def _as_json(outlet: Outlet, told: dict[str, Any], learning: Learning | None) -> dict[str, Any]:
    learned = [
        {
            **{name: value for name, value in asdict(rule).items() if name not in ("evidence", "examples")},
            "state": rule.state.value,
            "valid_until": rule.valid_until and rule.valid_until.isoformat(),
            **asdict(rule.evidence),
            "first_on": rule.evidence.first_on.isoformat(),
            "last_on": rule.evidence.last_on.isoformat(),
            "examples": _examples(rule, told["pages"]),
            "history": [
                asdict(each) | {"at": each.at.isoformat(), "state": each.state.value}
                for each in told["decisions"].get(rule.signature, [])
            ],
        }
        for rule in told["rules"]
    ]
    declared = [
        {
            "id": rule.id,
            "place": rule.place,
            "text": rule.text,
            "pattern": rule.pattern,
            "to_end": rule.to_end,
            "valid_until": rule.valid_until and rule.valid_until.isoformat(),
        }
        for rule in outlet.chrome
    ]
    looked = None if learning is None else {"pages": learning.pages, "changes": len(learning.changes)}
    general = [asdict(each) | {"refusable": False} for each in told["general"]]
    return {
        "outlet": outlet.id,
        "learning": looked,
        "declared": declared,
        "learned": learned,
        "general": general,
    }


def _print(outlet: Outlet, told: dict[str, Any], learning: Learning | None) -> None:
    if learning is not None:
        out.print(f"Looked at {learning.pages} texts: {_changes(learning)}.", soft_wrap=True)
    heading(f"Declared ({len(outlet.chrome)})")
    for declared in outlet.chrome:
        until = f"until {declared.valid_until}" if declared.valid_until else ""
        line(declared.id, declared.place, declared.text or declared.pattern, until, widths=(16, 5))
    heading(f"Learned ({len(told['rules'])})")
    for rule in told["rules"]:
        _print_rule(rule, told)
    if not told["rules"]:
        line("nothing yet: it is looked for each night, or now with --learn")
    heading(f"General, for every outlet; cannot be refused ({len(told['general'])})")
    for cuts in told["general"]:
        _print_general(cuts)
    if not told["general"]:
        line("none has cut a line of the stored articles")


def _print_general(cuts: GeneralCuts) -> None:
    articles = f"{cuts.articles} article{'' if cuts.articles == 1 else 's'}"
    line(cuts.rule, f"{cuts.lines} line{'' if cuts.lines == 1 else 's'} of {articles}", widths=(18,))
    line(f"article {cuts.article_id}: {cuts.example[:_SHOWN]}", style="dim", indent=9)


def _changes(learning: Learning) -> str:
    new = [after for before, after in learning.changes if before is None or before.state is not after.state]
    counts = [
        (sum(1 for rule in new if rule.state is state), state.value)
        for state in (LearnedState.APPLIED, LearnedState.PROPOSED, LearnedState.RETIRED)
    ]
    return ", ".join(f"{count} {word}" for count, word in counts if count) or "nothing new"


def _print_rule(rule: LearnedRule, told: dict[str, Any]) -> None:
    seen = rule.evidence
    end = "  and what follows it" if rule.to_end else ""
    line(
        str(rule.id),
        rule.state.value,
        rule.place,
        f"{rule.line}{end}",
        style=_STYLE.get(rule.state, ""),
        widths=_WIDTHS,
    )
    counts = (
        f"{seen.pages} pages of {seen.days} days, {seen.first_on} to {seen.last_on}; at the edge on {seen.edge},"
        f" within the text on {seen.middle}, in longer lines on {seen.inside}; on {seen.coverage:.0%} of its time"
    )
    line(counts, style="dim", indent=9)
    if rule.why:
        line(f"{'waits' if rule.state is LearnedState.PROPOSED else rule.state.value}: {rule.why}", indent=9)
    if rule.valid_until:
        line(f"given up by the outlet: it cuts in articles until {rule.valid_until}", indent=9)
    for each in _examples(rule, told["pages"])[: 1 if rule.state in IN_FORCE else 3]:
        line(f"article {each['article_id']}: {each['title'][:_SHOWN]}", style="dim", indent=9)
        for mark, name in (("  ", "before"), ("> ", "line"), ("  ", "after")):
            if each[name]:
                out.print(f"           {mark}", end="")
                line(each[name][:_SHOWN], style="" if name == "line" else "dim", indent=0)


def _print_toml(rules: Iterable[LearnedRule]) -> None:
    """Print the rules that cut as tables of the outlet they follow; in a file of the catalogue they are [[chrome]]."""
    for rule in rules:
        if rule.state not in IN_FORCE:
            continue
        seen = rule.evidence
        print(comment(f"learned: {seen.pages} pages of {seen.days} days, {seen.first_on} to {seen.last_on}"))
        print("[[outlets.chrome]]")
        print(f"id = {text(f'learned-{rule.id}')}")
        print(f"place = {text(rule.place)}")
        print(f"text = {text(rule.text)}" if rule.text else f"pattern = {pattern(rule.pattern)}")
        if rule.to_end:
            print("to_end = true")
        if rule.valid_until:
            print(f"valid_until = {rule.valid_until.isoformat()}")
        print()
