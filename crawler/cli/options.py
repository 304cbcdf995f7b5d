"""Options that many commands share, and how the config is found."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console, RenderableType

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        metavar="FILE",
        help="The config; default: newshawk.toml here, then the user's config folder.",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]

out = Console(soft_wrap=False, highlight=False)
"""Standard output; honours NO_COLOR and drops styles when it is not a terminal."""
err = Console(stderr=True, highlight=False)
"""Standard error: progress and warnings."""


def say(text: RenderableType = "") -> None:
    """Print to standard output: words wrap on a terminal, lines stay whole in a pipe or file."""
    out.print(text, soft_wrap=not out.is_terminal)
