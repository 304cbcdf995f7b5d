"""The config that ``newshawk init`` writes."""

from __future__ import annotations

from pathlib import Path

from crawler.config.load import CONFIG_NAME
from crawler.errors import UsageError

TEMPLATE = Path(__file__).with_name("template.toml")


def write_template(folder: Path) -> Path:
    """Write a commented newshawk.toml into *folder* (made if missing) and return its path.

    Raises UsageError when one is there, or when the folder cannot be written; nothing is overwritten.
    """
    path = folder / CONFIG_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(TEMPLATE.read_text(encoding="utf-8"))
    except FileExistsError:
        if not folder.is_dir():
            raise UsageError(f"{folder} is a file, not a folder. Name a folder.") from None
        raise UsageError(f'{path} exists already and is left as it is. "newshawk check" reads it.') from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.") from error
    return path
