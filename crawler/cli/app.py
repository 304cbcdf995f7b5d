"""The ``newshawk`` command: all groups of commands, and the one place where errors become words.

Each sibling module has ``register(app: typer.Typer) -> None``; only the one that holds the command typed is
loaded, so that help and search do not wait for a crawler to be imported. Exit codes: 0 done, 1 the work
failed, 2 the config, the call or a query is wrong, 75 another instance holds the store.
"""

from __future__ import annotations

import errno
import importlib
import inspect
import os
import sys
from importlib.metadata import version
from typing import Annotated, Any

import typer
from rich.markup import escape
from typer.core import TyperCommand, TyperGroup

from crawler.errors import NewshawkError, QueryError

COMMANDS = {
    "init": ("setup", "Write a commented newshawk.toml; one that is there is left as it is."),
    "check": (
        "setup",
        "Read the config, the outlets it uses and its rules; tell every mistake with its line. Asks nobody.",
    ),
    "crawl": (
        "crawling",
        "One pass now: poll, fetch what is new, pending or due for a re-check, store, match, send; then exit.",
    ),
    "run": (
        "crawling",
        "The daemon: poll each outlet on its schedule, send alerts, until SIGTERM or Ctrl-C.",
    ),
    "backfill": (
        "backfill",
        "Fetch what an outlet published since a day, from its sitemaps and the older pages of its lists.",
    ),
    "reextract": (
        "reextract",
        "Read kept pages again by the rules of now. Each text takes the new reading and keeps its earlier ones; it is no"
        " edit.",
    ),
    "reload": ("crawling", "Make the running daemon read its config again; a wrong config changes nothing."),
    "status": (
        "crawling",
        "Each outlet's last good poll, lag, next poll, host in use, links and errors; and what waits in the outbox.",
    ),
    "reconcile": (
        "reconciling",
        "Compare what the sources gave with a second channel: recall, the missing addresses, and with --fetch their"
        " articles.",
    ),
    "schedule": ("crawling", "When each outlet is polled in the coming hours, jitter left out."),
    "search": ("archive", "Find articles; newest first. With --json one export row a line."),
    "stories": (
        "stories",
        "Articles with largely the same text, two or more: who published first, and how the story spread.",
    ),
    "show": ("archive", "Print one article with its text. With --json its export row."),
    "diff": (
        "changes",
        "What was edited in an article, word by word: headline, byline, time of publication and text.",
    ),
    "changes": (
        "changes",
        "What was edited or removed lately, the latest first, with the class of each edit.",
    ),
    "export": ("archive", "Write articles as JSONL or CSV, or their pages as WARC, oldest first."),
    "hold": (
        "keeping",
        "Keep the pages of an article for ever, whatever [store] says of age and size; or list what is on hold.",
    ),
    "prune": ("keeping", "Make room among the kept pages now, as the daemon does at night."),
    "explain": (
        "explain",
        "Fetch one page and show each step, from its address to the rules that match; nothing is written.",
    ),
    "why": (
        "why",
        "What the store knows of an address: how it was found, what became of it, which mail went to whom.",
    ),
    "doctor": (
        "doctor",
        "Look at what newshawk needs: SQLite, store, disk, clock, rules, mail, each outlet's hosts and sources.",
    ),
    "serve": (
        "serving",
        "Open the store in Datasette, on this machine only; the daemon may go on meanwhile. Ctrl-C ends it.",
    ),
    "backup": ("serving", "Copy the store into FILE, while it is in use, and check the copy."),
    "demo": (
        "demo",
        "The whole path against sample outlets on this machine: no network, no config, under a minute.",
    ),
    "outlets": ("catalogue", "The catalogue, and what is configured."),
    "rules": ("rules", "The standing queries: list them, try one on the past."),
    "alerts": ("outbox", "The outbox: what waits, what left, what was given up."),
}
"""All commands in the order of the help page: module of crawler.cli, and how the command's own help begins."""
GROUPS = tuple(dict.fromkeys(group for group, _ in COMMANDS.values()))
"""Modules of crawler.cli."""


class CommandTable(TyperGroup):
    """The commands of ``COMMANDS``: each loaded when it is called, none to list them."""

    def __init__(self, **attrs: Any) -> None:
        super().__init__(**attrs)
        self.commands = {name: TyperCommand(name, help=escape(told)) for name, (_, told) in COMMANDS.items()}

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command typed, loaded, in the place of its line in the table."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command and load_command(str(name)), rest


def load_command(name: str) -> Any:
    """Return the command or group of commands of this name."""
    group = typer.Typer()
    importlib.import_module(f"crawler.cli.{COMMANDS[name][0]}").register(group)
    return _plainly_helped(typer.main.get_group(group).commands[name])


def _plainly_helped(command: Any) -> Any:
    """Return a command whose help, and that of what it holds, is shown as it is written, wrapped where the terminal ends:
    rich would take [store] for a style, and keep the line ends of the source."""
    paragraphs = inspect.cleandoc(command.help or "").split("\n\n")
    command.help = escape("\n\n".join(" ".join(each.split()) for each in paragraphs))
    for option in command.params:
        option.help = escape(getattr(option, "help", None) or "")
    for inner in getattr(command, "commands", {}).values():
        _plainly_helped(inner)
    return command


app = typer.Typer(
    cls=CommandTable,
    name="newshawk",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"newshawk {version('newshawk')}")
        raise typer.Exit


@app.callback()
def newshawk(
    _: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Watch news outlets: every article once, as clean text with its history, and mail when keywords appear."""


def main() -> None:
    """Run the command line; a mistake is told in one line on stderr, never as a traceback.

    So is an output that cannot be written: on a full disk it is told, and where the reader of a pipe has left it ends
    quietly, both with exit 1."""
    if sys.stdout is None:  # closed by who started this: writing is to fail, not to be forgotten
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")
    try:
        code = _called()
        sys.stdout.flush()
    except OSError as error:
        if error.filename is not None or error.errno not in _OF_OUTPUT:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
        if error.errno != errno.EPIPE:
            print(f"newshawk: the output cannot be written: {error.strerror}.", file=sys.stderr)
        code = 1
    sys.exit(code)


_OF_OUTPUT = {errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF}
"""What writing to standard output may fail with; errors about a file bear its name."""


def _called() -> Any:
    """Run the command that was typed; return its exit code."""
    try:
        return app()
    except SystemExit as ended:
        return ended.code
    except QueryError as error:
        print(f"newshawk: this query cannot be read\n{error}", file=sys.stderr)
        return error.exit_code
    except NewshawkError as error:
        for line in str(error).splitlines():
            print(f"newshawk: {line}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    main()
