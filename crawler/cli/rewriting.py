"""Changing a config in place: which file, and a new text that is only put there when it can be read."""

from __future__ import annotations

from pathlib import Path

from crawler.config import find_config, load_config
from crawler.errors import ConfigError, UsageError


def config_file(config: Path | None) -> Path:
    """Return the config that a command may change.

    Raises:
        UsageError: there is none.
    """
    path = config or find_config()
    if path is None:
        raise UsageError('There is no newshawk.toml here to change. "newshawk init" writes one.')
    return path.resolve()


def rewrite(path: Path, text: str) -> None:
    """Put *text* in the place of *path* at once, its permissions kept, after reading it as a config."""
    draft = path.with_name(f".{path.name}.new")
    try:
        draft.write_bytes(text.encode("utf-8"))
        draft.chmod(path.stat().st_mode)
        load_config(draft)
        draft.replace(path)
    except ConfigError as error:
        told = [problem.replace(draft.name, path.name) for problem in error.problems]
        raise ConfigError(*told, "Nothing was changed.") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        draft.unlink(missing_ok=True)
