"""``init`` and ``check``: a config to begin with, and whether it is right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from crawler.cli.options import ConfigOption, JsonOption, err, out
from crawler.config import Config, find_config, load_config
from crawler.config.advice import advice
from crawler.config.template import write_template
from crawler.errors import ConfigError, StoreError


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command()(init)
    app.command()(check)


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where; default: here.")] = Path(),
) -> None:
    """Write a commented newshawk.toml; one that is there is left as it is."""
    path = write_template(folder)
    out.print(f"Wrote {escape(str(path))}", soft_wrap=True)
    out.print("It watches Press TV and writes alerts as files. Change what you like, then:")
    option = "" if folder.resolve() == Path.cwd() else f" --config {path}"
    out.print(escape(f"  newshawk check{option}\n  newshawk crawl{option}"), soft_wrap=True)


def check(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Read the config, the outlets it uses and its rules; tell every mistake with its line. Asks nobody."""
    path = config or find_config()
    try:
        if path is None:
            raise ConfigError(
                'There is no newshawk.toml here. "newshawk init" writes one; --config FILE names another.'
            )
        loaded = load_config(path, strict=True)
    except ConfigError as error:
        _print_problems(error, as_json)
        raise typer.Exit(error.exit_code) from None
    warnings = (*advice(loaded), *_of_store(loaded))
    if as_json:
        told = {"ok": True, "problems": [], "warnings": list(warnings), **_counts(loaded)}
        print(json.dumps(told, ensure_ascii=False))
        return
    _print_facts(loaded)
    for warning in warnings:
        out.print(f"[yellow]warn[/] {escape(warning)}", soft_wrap=True)
    out.print("[green]ok[/]" if not warnings else f"[green]ok[/], with {len(warnings)} to look at")


def _of_store(config: Config) -> list[str]:
    """Return what the store says against the config; a line of its own when it cannot be read."""
    from schedules.rekey import to_look_at

    try:
        return to_look_at(config)
    except StoreError as error:
        return [f"The store could not be compared with the config. {error}"]


def _print_problems(error: ConfigError, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"ok": False, "problems": list(error.problems), "warnings": []}, ensure_ascii=False))
        return
    for problem in error.problems:
        err.print(f"[red]error[/] {escape(problem)}", soft_wrap=True)
    count = len(error.problems)
    err.print(f"{count} {'mistake' if count == 1 else 'mistakes'}; nothing was done.")


def _counts(config: Config) -> dict[str, object]:
    """Return what the config holds, for scripts."""
    return {
        "config": str(config.path),
        "store": str(config.store.path),
        "mail": config.mail.transport,
        "outlets": [outlet.id for outlet in config.outlets],
        "disabled": [outlet.id for outlet in config.disabled],
        "sources": sum(len(outlet.sources) for outlet in config.outlets),
        "recipients": [who.id for who in config.recipients],
        "rules": [rule.id for rule in config.rules],
    }


def _print_facts(config: Config) -> None:
    for name, told in _rows(config):
        out.print(f"{name:<12}{escape(told)}", soft_wrap=True)  # a path must stay whole to be copied


def _rows(config: Config) -> list[tuple[str, str]]:
    hosts = sum(len(outlet.hosts) for outlet in config.outlets)
    sources = sum(len(outlet.sources) for outlet in config.outlets)
    disabled = f"; disabled: {_some([outlet.id for outlet in config.disabled])}" if config.disabled else ""
    return [
        ("config", str(config.path)),
        ("store", str(config.store.path)),
        ("outlets", f"{_some([outlet.id for outlet in config.outlets])}{disabled}"),
        ("sources", f"{sources} at {hosts} hosts"),
        ("recipients", _some([who.id for who in config.recipients])),
        ("rules", _some([rule.id for rule in config.rules])),
        ("mail", _mail(config)),
    ]


def _mail(config: Config) -> str:
    if config.mail.transport == "file":
        return f"files in {config.mail.folder}"
    login = f" as {config.login.user}" if config.login else ""
    return f"{config.mail.host}:{config.mail.port} ({config.mail.security}){login}, from {config.mail.sender}"


def _some(ids: list[str], most: int = 8) -> str:
    """Return ``3: a, b, c``, the list cut after *most*."""
    if not ids:
        return "none"
    return f"{len(ids)}: {', '.join(ids[:most])}{' ...' if len(ids) > most else ''}"
