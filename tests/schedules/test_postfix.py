"""One real delivery by Debian's postfix, run from a folder of its own on a port of loopback."""

from __future__ import annotations

import asyncio
import email
import email.policy
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.schedules.test_mail_failures import STORIES, Newsroom, newsroom

__all__ = ["newsroom"]
POSTFIX = shutil.which("postfix", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
SERVICES = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log/mail.log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.example.org
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
virtual_mailbox_domains = example.org
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = static:inbox/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
"""


@dataclass
class Postfix:
    port: int
    folder: Path

    def mails(self) -> list[email.message.EmailMessage]:
        return [
            email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            for path in (self.folder / "mail" / "inbox" / "new").glob("*")
        ]

    def wait_for(self, number: int) -> list[email.message.EmailMessage]:
        """Return the mails once so many are delivered, at the latest after 20 seconds."""
        until = time.monotonic() + 20
        while len(self.mails()) < number and time.monotonic() < until:
            time.sleep(0.2)
        return self.mails()


@pytest.fixture
def postfix() -> Iterator[Postfix]:
    if POSTFIX is None:
        pytest.skip("postfix is not installed")
    if os.geteuid() != 0:
        pytest.skip("postfix starts for root only")
    import pwd

    owner = pwd.getpwnam("postfix")
    folder = Path(tempfile.mkdtemp(prefix="postfix-"))
    folder.chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for name in ("etc", "queue", "data", "log", "mail"):
        (folder / name).mkdir()
    for name in ("data", "mail"):
        os.chown(folder / name, owner.pw_uid, owner.pw_gid)
    given = {"folder": folder, "port": port, "uid": owner.pw_uid, "gid": owner.pw_gid}
    (folder / "etc" / "main.cf").write_text(MAIN.format(**given))
    (folder / "etc" / "master.cf").write_text(SERVICES.format(**given))
    command = [POSTFIX, "-c", str(folder / "etc")]
    started = subprocess.run([*command, "start"], capture_output=True, text=True, timeout=60)
    try:
        assert started.returncode == 0, started.stdout + started.stderr
        yield Postfix(port=port, folder=folder)
    finally:
        subprocess.run([*command, "stop"], capture_output=True, timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.timeout(120)
async def test_postfix_takes_and_delivers_each_mail_once(newsroom: Newsroom, postfix: Postfix) -> None:
    newsroom.patience = 20
    report = await newsroom.round(postfix.port)
    assert report.counts() == {"sent": 2 * STORIES, "deferred": 0, "dead": 0, "unknown": 0}
    wanted = 3 * STORIES  # desk has one address, pair has two
    mails = await asyncio.to_thread(postfix.wait_for, wanted)
    told = {(mail["Delivered-To"], mail["Subject"]) for mail in mails}
    assert len(mails) == len(told) == wanted
    assert {address for address, _ in told} == {"desk@example.org", "one@example.org", "two@example.org"}
    assert all(not mail.defects and mail["Auto-Submitted"] == "auto-generated" for mail in mails)
    sent = {row["message_id"] for row in newsroom.world.store.alerts(("sent",))}
    assert {mail["Message-ID"] for mail in mails} == sent
