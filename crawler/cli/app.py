"""The ``newshawk`` command: all groups of commands, and the one place where errors become words.

Each sibling module has ``register(app: typer.Typer) -> None``. Exit codes: 0 done, 1 the work failed,
2 the config, the call or a query is wrong, 75 another instance holds the store.
"""

from __future__ import annotations

import importlib
import sys

import typer

from crawler.errors import NewshawkError

GROUPS = ("setup", "catalogue", "crawling", "archive", "rules", "outbox", "serving", "demo")
"""Modules of crawler.cli in the order of the help page."""

app = typer.Typer(
    name="newshawk",
    help="Watch news outlets: every article once, as clean text with its history, and mail when keywords appear.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def main() -> None:
    """Run the command line; a mistake is told in one line on stderr, never as a traceback."""
    for group in GROUPS:
        importlib.import_module(f"crawler.cli.{group}").register(app)
    try:
        app()
    except NewshawkError as error:
        print(f"newshawk: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


if __name__ == "__main__":
    main()
