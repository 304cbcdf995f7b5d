"""Short texts reach real servers through apprise, and nothing of a title comes alive there."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from crawler.alerts import chat
from crawler.alerts.channels import hand_over
from crawler.alerts.note import Note, build_note
from crawler.alerts.policy import Mail
from crawler.errors import DeliveryFailed, DeliveryRefused, DeliveryUnknown
from crawler.items import Alert, Channel, Recipient, Rule
from tests.crawler.alerts.conftest import NOON
from tests.crawler.alerts.hooks import Hook, serving

pytest.importorskip("apprise", reason="apprise is not installed")
pytestmark = pytest.mark.filterwarnings(
    "ignore:'imghdr':DeprecationWarning"
)  # a library that apprise looks for

HOSTILE = "<!channel> <b>Bakhmut</b> @everyone <@U123> [free](http://evil.example/) *loud* :bomb: #general"


@pytest.fixture
def hook() -> Iterator[Hook]:
    with serving() as made:
        yield made


@pytest.fixture
def note(make_alert: Callable[..., Alert]) -> Note:
    alert = make_alert("Bakhmut", title=HOSTILE, outlet_name="<b>Wire</b> @here")
    return build_note(
        Mail(recipient_id="desk/team", alerts=(alert,)),
        Recipient(id="desk/team"),
        sender="newshawk@example.org",
        now=NOON,
        rules={"bakhmut": Rule(id="bakhmut", query="Bakhmut", to=("desk/team",))},
    )


def channel(hook: Hook, form: str) -> Channel:
    return Channel(name="team", url=form.format(port=hook.port))


def test_the_library_is_not_imported_without_a_channel() -> None:
    code = "import sys, schedules.daemon, crawler.cli.app; sys.exit('apprise' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


async def test_json(hook: Hook, note: Note) -> None:
    await hand_over(channel(hook, "json://127.0.0.1:{port}/in"), note)
    (posted,) = hook.posted
    said = json.loads(posted.body)
    assert said["title"] == note.title
    assert said["message"] == note.text


async def test_ntfy(hook: Hook, note: Note) -> None:
    await hand_over(channel(hook, "ntfy://127.0.0.1:{port}/desk"), note)
    (posted,) = hook.posted
    said = json.loads(posted.body)
    assert said["topic"] == "desk"
    assert "https://www.presstv.ir/Detail/2026/11/23/1/harbour" in said["message"]
    assert "*Bakhmut*" in said["message"]
    assert "markdown" not in said


async def test_slack_and_what_takes_its_messages(hook: Hook, note: Note) -> None:
    await hand_over(channel(hook, "matrix://room:" + "a" * 64 + "@127.0.0.1:{port}/?mode=slack"), note)
    (posted,) = hook.posted
    said = posted.body.decode()
    assert "<!channel>" not in said
    assert "<@U123>" not in said
    assert "@everyone" not in said
    assert "http://evil" not in said


@pytest.mark.parametrize("service", ["slack", "telegram"])
async def test_services_whose_address_is_fixed(
    service: str, hook: Hook, note: Note, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the host is another; what is sent is what the service would get."""
    if service == "slack":
        from apprise.plugins.slack import NotifySlack

        monkeypatch.setattr(NotifySlack, "webhook_url", f"http://127.0.0.1:{hook.port}/services")
        hook.says = b"ok"
        url = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#news"
    else:
        from apprise.plugins.telegram import NotifyTelegram

        monkeypatch.setattr(NotifyTelegram, "notify_url", f"http://127.0.0.1:{hook.port}/bot")
        url = "tgram://123456789:ABCdefghijkl123456789opqyz/12315544/"
    await hand_over(Channel(name="team", url=url), note)
    said = hook.posted[0].body.decode()
    assert "Bakhmut" in said
    for alive in ("<!", "<b>Bakhmut", "<b>Wire", "<@", "@everyone", "@here", "](http", "*loud*", ":bomb:"):
        assert alive not in json.dumps(json.loads(said), ensure_ascii=False), alive


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (401, DeliveryRefused),
        (404, DeliveryRefused),
        (429, DeliveryFailed),
        (500, DeliveryFailed),
        ("drop", DeliveryUnknown),
    ],
)
async def test_what_a_service_answers(
    answer: int | str, error: type[Exception], hook: Hook, note: Note
) -> None:
    hook.answers += [answer, answer, answer]
    with pytest.raises(error) as caught:
        await hand_over(channel(hook, "json://me:hushhush@127.0.0.1:{port}/secret-token"), note)
    assert type(caught.value) is error
    for secret in ("hushhush", "secret-token", "127.0.0.1"):
        assert secret not in str(caught.value)


async def test_a_service_that_hangs(hook: Hook, note: Note, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat, "TELL_SECONDS", 1)
    hook.answers.append("drip")
    with pytest.raises(DeliveryUnknown):
        await hand_over(channel(hook, "json://127.0.0.1:{port}/in"), note)


async def test_an_address_that_apprise_cannot_read(note: Note) -> None:
    with pytest.raises(DeliveryFailed, match="apprise cannot read its address"):
        await hand_over(Channel(name="team", url="nonsense://abc"), note)


TOLD = """
import asyncio, sys
from crawler.alerts.channels import hand_over
from crawler.alerts.note import Note
from crawler.errors import NewshawkError
from crawler.items import Channel
from crawler.log import configure_logging

configure_logging("DEBUG")
for url in sys.argv[1:]:
    channel = Channel(name="team", url=url, secret="hushhush" * 3)
    try:
        asyncio.run(hand_over(channel, Note(id="<a@b>", title="t", text="x", document={})))
    except NewshawkError as error:
        print(repr(error), repr(channel), file=sys.stderr)
"""


def test_nothing_secret_is_logged_even_for_those_who_debug(hook: Hook) -> None:
    hook.answers += [500, 500]
    where = f"me:hushhush@127.0.0.1:{hook.port}/secret-token"
    command = [sys.executable, "-W", "ignore", "-c", TOLD]
    command += [f"{scheme}://{where}" for scheme in ("json", "http", "nonsense")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr.count("DeliveryFailed") == 3
    for secret in ("hushhush", "secret-token", str(hook.port)):
        assert secret not in done.stdout + done.stderr
