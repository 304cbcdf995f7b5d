"""Mail as .eml files in a folder: a dry run, a demo, or a pick-up folder of another mail system."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import tempfile
from collections.abc import Sequence
from datetime import UTC
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from crawler.alerts.transport import Receipt
from crawler.errors import ServerUnavailable

SENDINGS = 10_000
"""Files of one mail in one second: a bound, not a number anybody reaches."""


class FileTransport:
    """Writes each sending to a new file: ``20261123T060500Z-desk-1f0c9a2b.eml``.

    Names sort by time. A mail that is sent again in the same second gets ``-2`` at the end; no file is ever
    overwritten. Until it is whole and on the disk a file is called ``.NAME.eml.part``: whoever picks mail up never
    sees half of one.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def send(self, message: EmailMessage, recipients: Sequence[str]) -> Receipt:
        """Write the mail to the disk for good.

        Raises:
            ServerUnavailable: the folder cannot be written, or the disk is full.
        """
        try:
            await asyncio.to_thread(self._write, _stem(message, recipients), message.as_bytes())
        except OSError as error:
            cause = f"mail folder {self.folder}: {error.strerror or error}"
            raise ServerUnavailable(", ".join(recipients), cause) from error
        return Receipt(accepted=tuple(recipients))

    def probe(self) -> None:
        """Return when mails can be written; what is written to find out is gone again.

        Raises:
            OSError: the folder, or of one that is not there yet the folder it would be made in, takes no file.
        """
        place = next(each for each in (self.folder, *self.folder.parents) if os.path.lexists(each))
        with tempfile.TemporaryFile(dir=place) as file:
            file.write(b"probe")
            file.flush()

    async def close(self) -> None:
        """Do nothing: every file is closed already."""

    def _write(self, stem: str, content: bytes) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        path, part, descriptor = self._new_file(stem)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.rename(path)
        except OSError:
            part.unlink(missing_ok=True)
            raise
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return path

    def _new_file(self, stem: str) -> tuple[Path, Path, int]:
        """Return a name that nobody has, the name until the file is whole, and the file open under that.

        Who has made the second one owns the first, unless it was there before. (A rename alone would overwrite, and
        not every disk knows hard links.)
        """
        for number in range(1, SENDINGS):
            path = self.folder / (f"{stem}.eml" if number == 1 else f"{stem}-{number}.eml")
            part = path.with_name(f".{path.name}.part")
            try:
                descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
            except FileExistsError:
                continue
            if not os.path.lexists(path):
                return path, part, descriptor
            os.close(descriptor)
            part.unlink(missing_ok=True)
        raise FileExistsError(17, f"{SENDINGS} files of {stem}.eml are there already", str(self.folder))


def _stem(message: EmailMessage, recipients: Sequence[str]) -> str:
    sent = parsedate_to_datetime(message["Date"]).astimezone(UTC)
    reader = re.sub(r"[^\w.+-]", "_", recipients[0].partition("@")[0], flags=re.ASCII)[:40].lstrip(".")
    short = hashlib.sha256(str(message["Message-ID"]).encode()).hexdigest()[:8]
    return f"{sent:%Y%m%dT%H%M%SZ}-{reader or 'reader'}-{short}"
