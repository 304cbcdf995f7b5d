"""A reader unsubscribes by the link of a real mail, at the daemon's endpoint and at ``newshawk serve``."""

from __future__ import annotations

import http.client
import re
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from crawler.alerts.links import key_file
from storage.connection import Connection
from tests.path.commands import Daemon, Serving
from tests.path.newsroom import EXAMPLE, FIRE, Newsroom
from tests.path.test_daemon import free_port, listening
from tests.path.test_feed_to_mail import FIRE_URL, LIBRARY_URL, publish
from tests.world.server import World

Make = Callable[..., Newsroom]


def ask(port: int, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str]:
    """Return status and body of an answer; no cookie is ever sent."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        assert answer.getheader("Set-Cookie") is None
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def alerted(newsroom: Make, world: World) -> Newsroom:
    """Return a newsroom of which one mail left."""
    room = newsroom(EXAMPLE, FIRE)
    room.change(
        'from = "newshawk@example.org"',
        'from = "newshawk@example.org"\npublic_url = "https://news.example.org"',
    )
    publish(world, LIBRARY_URL)
    room.crawl()
    publish(world, FIRE_URL, LIBRARY_URL)
    room.crawl(after=timedelta(hours=1))
    return room


def one_click(room: Newsroom) -> str:
    """Return the path of the address at which the mail lets programs unsubscribe."""
    (mail,) = room.mails()
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.fullmatch(r"<(https://news\.example\.org/-/alerts/[\w.-]+)>", mail["List-Unsubscribe"])
    assert found is not None
    return urlsplit(found[1]).path


def unsubscribed(room: Newsroom) -> list[tuple[str, str, str]]:
    return room.sql("select rule_id, recipient_id, kind from silences where ended_at is null")


MULTIPART = (
    b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
    "multipart/form-data; boundary=b",
)
FORM = (b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded")


def follow_everything(room: Newsroom, port: int, path: str) -> None:
    """Follow a mail's link in all the ways that mail programs, scanners and forgers do."""
    for method in ("GET", "HEAD"):
        status, page = ask(port, method, path)
        assert (status, "Unsubscribe desk from the rule fire?" in page) == (200, method == "GET")
    for forged in ("/-/alerts/", "/-/alerts/x.y", path[:-1], path + "A"):
        status, page = ask(port, "POST", forged, FORM[0])
        assert status == 404, forged
        assert "Traceback" not in page
    assert unsubscribed(room) == []
    for body, kind in (FORM, MULTIPART):
        status, page = ask(port, "POST", path, body, **{"Content-Type": kind})
        assert (status, "desk is unsubscribed from the rule fire" in page) == (200, True)
        assert unsubscribed(room) == [("fire", "desk", "leave")]
    undo = re.search(r'action="([^"]+)"', page)
    assert undo is not None
    assert ask(port, "POST", f"/-/alerts/{undo[1]}", b"")[0] == 200
    assert unsubscribed(room) == []


def test_at_the_daemons_endpoint(newsroom: Make, world: World) -> None:
    room = alerted(newsroom, world)
    listening(room, port := free_port())
    with Daemon(room.folder) as daemon:
        follow_everything(room, port, one_click(room))
        assert daemon.end() == 0
        told = "".join(daemon.lines)
    key = key_file(room.folder / "newshawk.db").read_text().strip()
    assert key not in told
    assert "Traceback" not in told


def test_very_many_posts_at_once_and_a_store_that_is_being_written(newsroom: Make, world: World) -> None:
    room = alerted(newsroom, world)
    listening(room, port := free_port())
    path = one_click(room)
    with (
        Daemon(room.folder) as daemon,
        closing(Connection.open(room.folder / "newshawk.db", read_only=False)) as writer,
    ):
        with writer.transaction(), ThreadPoolExecutor(60) as crowd:
            writer.execute("UPDATE rules SET changed_at = changed_at")
            asked = [crowd.submit(ask, port, "POST", path, FORM[0]) for _ in range(60)]
            assert {each.result()[0] for each in asked} == {503}
        assert unsubscribed(room) == []
        with ThreadPoolExecutor(100) as crowd:
            asked = [crowd.submit(ask, port, "POST", path, FORM[0]) for _ in range(120)]
            assert {each.result()[0] for each in asked} <= {200, 503}
        daemon.send(signal.SIGKILL)
    assert unsubscribed(room) == [("fire", "desk", "leave")]
    with Daemon(room.folder) as daemon:
        assert "desk is unsubscribed from the rule fire" in ask(port, "GET", path)[1]
        assert daemon.end() == 0


def test_at_serve(newsroom: Make, world: World) -> None:
    pytest.importorskip("datasette")
    room = alerted(newsroom, world)
    with Serving(room.folder, port := free_port()):
        follow_everything(room, port, one_click(room))
