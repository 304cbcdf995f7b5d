"""Documents reach a real HTTP server, signed; every answer becomes the right error; no error names an address."""

from __future__ import annotations

import hashlib
import hmac
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.alerts import webhook
from crawler.errors import DeliveryFailed, DeliveryRefused, DeliveryUnknown, ServerUnavailable
from crawler.items import Channel
from tests.crawler.alerts.hooks import Hook, serving
from tests.world.certificates import Authority

SECRET = "a secret of more than sixteen letters"
BODY = '{"title":"پل بسته شد"}'.encode()


@pytest.fixture
def hook() -> Iterator[Hook]:
    with serving() as made:
        yield made


def channel(url: str, *ca_files: Path) -> Channel:
    return Channel(name="team", url=url, secret=SECRET, ca_files=ca_files)


def receiver_of_the_docs() -> Callable[[str, bytes, str], bool]:
    """Return the check that the docs tell receivers to make."""
    text = (Path(__file__).parents[3] / "docs/alerts.md").read_text(encoding="utf-8")
    found: dict[str, Any] = {}
    exec(text.split("```python\n")[1].split("```")[0], found)
    return found["is_from_newshawk"]  # type: ignore[no-any-return]


def is_signed(header: str, body: bytes, secret: str) -> bool:
    """Return what a receiver finds, whenever it looks."""
    parts = dict(part.split("=", 1) for part in header.split(","))
    expected = hmac.new(secret.encode(), parts["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, parts["v1"])


async def test_a_document_arrives_signed_with_its_key(hook: Hook) -> None:
    await webhook.post(channel(hook.url), BODY, "abc@example.org")
    (posted,) = hook.posted
    assert posted.path == "/hook?room=1"
    assert posted.body == BODY
    assert posted.headers["Content-Type"] == "application/json"
    assert posted.headers["Idempotency-Key"] == "abc@example.org"
    assert is_signed(posted.headers["X-Newshawk-Signature"], BODY, SECRET)
    is_from_newshawk = receiver_of_the_docs()
    assert is_from_newshawk(posted.headers["X-Newshawk-Signature"], posted.body, SECRET)
    assert not is_from_newshawk(posted.headers["X-Newshawk-Signature"], posted.body + b" ", SECRET)
    assert not is_from_newshawk(webhook.signature(SECRET, BODY, 1_700_000_000), BODY, SECRET)
    stamp = int(posted.headers["X-Newshawk-Signature"].split(",")[0].removeprefix("t="))
    assert abs(stamp - datetime.now(UTC).timestamp()) < 60
    assert "Authorization" not in posted.headers


async def test_user_and_password_of_the_address_go_into_the_log_in(hook: Hook) -> None:
    url = hook.url.replace("http://", "http://me:p%40ss@").replace("/hook", "/hök")
    await webhook.post(channel(url), BODY, "k")
    assert hook.posted[0].headers["Authorization"] == "Basic bWU6cEBzcw=="
    assert hook.posted[0].path == "/h%C3%B6k?room=1"


@given(
    body=st.binary(max_size=200),
    other=st.binary(max_size=200),
    secret=st.text(min_size=16, max_size=40).filter(lambda text: "\ud800" not in text),
    at=st.integers(min_value=0, max_value=2**40),
)
def test_a_signature_holds_for_this_body_secret_and_time_only(
    body: bytes, other: bytes, secret: str, at: int
) -> None:
    header = webhook.signature(secret, body, at)
    assert is_signed(header, body, secret)
    assert is_signed(header, other, secret) is (other == body)
    assert not is_signed(header, body, secret + "x")
    assert not is_signed(header.replace(f"t={at},", f"t={at + 1},"), body, secret)


ANSWERS: dict[str, tuple[int | str | tuple[int, dict[str, str]], type[Exception] | None, float]] = {
    "ok": (200, None, 0),
    "accepted": (202, None, 0),
    "no content": (204, None, 0),
    "redirect": ((307, {"Location": "http://127.0.0.1:9/other"}), DeliveryFailed, 0),
    "wrong": (400, DeliveryRefused, 0),
    "no right": (401, DeliveryRefused, 0),
    "gone": (410, DeliveryRefused, 0),
    "slow": (408, DeliveryFailed, 0),
    "early": (425, DeliveryFailed, 0),
    "too many": ((429, {"Retry-After": "120"}), ServerUnavailable, 120),
    "too many for ever": ((429, {"Retry-After": "99999999999"}), ServerUnavailable, 24 * 3600),
    "too many, nonsense": ((429, {"Retry-After": "soon"}), ServerUnavailable, 0),
    "broken": (500, DeliveryFailed, 0),
    "resting": ((503, {"retry-after": " 7 "}), ServerUnavailable, 7),
    "drop": ("drop", DeliveryUnknown, 0),
    "hang": ("hang", DeliveryUnknown, 0),
    "drip": ("drip", DeliveryUnknown, 0),
    "junk": ("junk", DeliveryUnknown, 0),
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_each_answer_means_one_thing(name: str, hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    answer, expected, rest = ANSWERS[name]
    monkeypatch.setattr(webhook, "ANSWER_SECONDS", 1.0)
    hook.answers.append(answer)
    if expected is None:
        await webhook.post(channel(hook.url), BODY, "k")
    else:
        with pytest.raises(expected) as caught:
            await webhook.post(channel(hook.url), BODY, "k")
        assert type(caught.value) is expected
        assert getattr(caught.value, "retry_after", 0) == rest
        assert "127.0.0.1" not in str(caught.value)
        assert "room" not in str(caught.value)
    assert len(hook.posted) == 1


async def test_retry_after_may_be_a_date(hook: Hook) -> None:
    at = datetime.now(UTC) + timedelta(minutes=10)
    hook.answers.append((503, {"Retry-After": format_datetime(at, usegmt=True)}))
    with pytest.raises(ServerUnavailable) as caught:
        await webhook.post(channel(hook.url), BODY, "k")
    assert 580 < caught.value.retry_after <= 600


async def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/secret-path"
        with pytest.raises(ServerUnavailable, match="no connection") as caught:
            await webhook.post(channel(url), BODY, "k")
    assert "secret-path" not in str(caught.value)


@pytest.mark.parametrize("flaw", ["", "expired", "wrong_host", "self_signed"])
async def test_the_certificate_is_verified(flaw: str, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with serving(authority.context("127.0.0.1", flaw)) as hook:
        trusting = channel(hook.url, authority.ca_file)
        if not flaw:
            await webhook.post(trusting, BODY, "k")
            assert hook.posted[0].body == BODY
            trusting = channel(hook.url)
        posted = len(hook.posted)
        with pytest.raises(ServerUnavailable, match="certificate not trusted"):
            await webhook.post(trusting, BODY, "k")
        assert len(hook.posted) == posted
