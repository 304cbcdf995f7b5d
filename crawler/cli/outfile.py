"""A file that is whole or not there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from crawler.errors import NewshawkError


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """Yield the file beside *target* to write to; it takes the target's name at the end of the block, so that one that
    fails leaves an earlier target whole.

    Raises:
        NewshawkError: it cannot be written.
    """
    part = target.with_name(f".{target.name}.part")
    try:
        yield part
        part.replace(target)
    except OSError as error:
        raise NewshawkError(f"{target} cannot be written: {error.strerror}.") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
