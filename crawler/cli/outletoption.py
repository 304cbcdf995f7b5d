"""``--outlet`` of commands that read the archive: an outlet that is, or was, watched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crawler.declarations.values import did_you_mean
from crawler.errors import UsageError

if TYPE_CHECKING:
    from crawler.config import Config
    from storage.store import Store

OutletOption = Annotated[
    str | None, typer.Option("--outlet", metavar="ID", help="Only this outlet.", show_default=False)
]


def outlet_of(config: Config, store: Store, given: str | None) -> str | None:
    """Return the present id of the outlet that was *given*, None for none. It may be of the config, or only in the store,
    and it may be a former id.

    Raises:
        UsageError: neither has it.
    """
    if given is None:
        return None
    wanted = config.former_ids.get(given, given)
    ids = [outlet.id for outlet in (*config.outlets, *config.disabled)]
    known = list(dict.fromkeys([*ids, *store.outlet_ids()]))
    if wanted in known:
        return wanted
    hint = did_you_mean(given, [*known, *config.former_ids]) or f" There is: {', '.join(known) or 'none'}."
    raise UsageError(f'No outlet "{given}" in the config or the store.{hint}')
