"""Mail as files."""

from __future__ import annotations

import asyncio
import os
from email.message import EmailMessage
from pathlib import Path

import pytest

from crawler.alerts.file import FileTransport
from crawler.errors import ServerUnavailable


def message(number: int = 1, second: int = 0) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"], mail["Message-ID"] = f"Mail {number}", f"<{number}@example.org>"
    mail["Date"] = f"Mon, 23 Nov 2026 12:00:{second:02} +0000"
    mail.set_content("Harbour news.\n")
    return mail


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def files(folder: Path) -> list[tuple[str, bytes]]:
    return [(name, (folder / name).read_bytes()) for name in names(folder)]


async def test_each_sending_is_a_new_file(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "mail"
    transport = FileTransport(folder)
    for _ in range(3):
        receipt = await transport.send(message(), ["desk@example.org"])
    await transport.close()
    assert len(names(folder)) == 3
    assert all(name.startswith("20261123T120000Z-desk-") and name.endswith(".eml") for name in names(folder))
    assert receipt.accepted == ("desk@example.org",)
    assert all(b"Subject: Mail 1" in content for _, content in files(folder))


async def test_a_mail_gets_its_name_when_it_is_whole_and_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    fsync = os.fsync

    def looked(descriptor: int) -> None:
        seen.append(names(tmp_path))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", looked)
    await FileTransport(tmp_path).send(message(), ["desk@example.org"])
    (before, after) = seen
    assert not any(name.endswith(".eml") for name in before)
    assert after == names(tmp_path)
    assert [name.endswith(".eml") for name in after] == [True]


async def test_a_file_is_never_overwritten(tmp_path: Path) -> None:
    """Neither a mail, nor what was left by a process that was killed while it wrote one."""
    transport = FileTransport(tmp_path)
    await transport.send(message(), ["desk@example.org"])
    ((first, content),) = files(tmp_path)
    await transport.send(message(), ["desk@example.org"])
    second = first.replace(".eml", "-2.eml")
    left = tmp_path / f".{first.replace('.eml', '-3.eml')}.part"
    left.write_bytes(b"half of")
    await transport.send(message(), ["desk@example.org"])
    fourth = first.replace(".eml", "-4.eml")
    assert files(tmp_path) == [
        (left.name, b"half of"),
        *sorted([(name, content) for name in (first, second, fourth)]),
    ]


async def test_sendings_side_by_side_are_files_of_their_own(tmp_path: Path) -> None:
    transport = FileTransport(tmp_path)
    await asyncio.gather(*(transport.send(message(), ["desk@example.org"]) for _ in range(20)))
    assert len(names(tmp_path)) == 20


async def test_names_sort_by_time(tmp_path: Path) -> None:
    transport = FileTransport(tmp_path)
    for second in (30, 10, 20):
        await transport.send(message(second, second), ["desk@example.org"])
    texts = [content.decode() for _, content in files(tmp_path)]
    assert [text.split("Subject: Mail ")[1][:2] for text in texts] == ["10", "20", "30"]


@pytest.mark.parametrize(
    "address", ["../../etc/x@example.org", ".hidden@example.org", "a/b\x00@example.org", "@x"]
)
async def test_no_address_leads_out_of_the_folder(tmp_path: Path, address: str) -> None:
    await FileTransport(tmp_path / "mail").send(message(), [address])
    ((name, _),) = files(tmp_path / "mail")
    assert name.startswith("20261123T120000Z-")
    assert names(tmp_path) == ["mail"]


async def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file")
    with pytest.raises(ServerUnavailable, match="mail folder"):
        await FileTransport(tmp_path / "mail").send(message(), ["desk@example.org"])
