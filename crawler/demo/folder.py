"""The folder the demo works in: fresh for each demo, and nothing in it is removed that the demo did not make."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path

from crawler.errors import UsageError

MARK = ".newshawk-demo"
"""The file that says: this folder was made by the demo."""
_OWN = (MARK, "newshawk.toml", "newshawk.db*", ".newshawk.db*", "mail/*.eml", "mail/.*.eml.part")


def prepare(folder: Path, proxy: str) -> Path:
    """Make *folder* ready for a demo that asks *proxy*; return the path of the newshawk.toml written there.

    What an earlier demo made is removed, other files stay.

    Raises:
        UsageError: there is something in *folder* and no demo made it, or it cannot be written.
    """
    try:
        if folder.exists() and not folder.is_dir():
            raise UsageError(f'{folder} is a file. Name a folder: "newshawk demo --dir FOLDER".')
        if folder.exists() and any(folder.iterdir()) and not (folder / MARK).is_file():
            raise UsageError(
                f"{folder} holds files that no demo made; nothing was touched. "
                'Name another folder: "newshawk demo --dir FOLDER".'
            )
        _remove_own(folder)
        (folder / "mail").mkdir(parents=True, exist_ok=True)
        (folder / MARK).write_text('Made by "newshawk demo", which may empty this folder again.\n')
        config = folder / "newshawk.toml"
        text = resources.files(__package__).joinpath("newshawk.toml").read_text(encoding="utf-8")
        config.write_text(text.replace("{proxy}", proxy), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}.") from error
    return config


def _remove_own(folder: Path) -> None:
    for pattern in _OWN:
        for path in folder.glob(pattern):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
