"""Channels of recipients: names in the config, addresses in the environment, and no error that shows one."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.config import load_config
from crawler.config.channels import address_variable, secret_variable
from crawler.config.model import Config
from crawler.errors import ConfigError

RULE = '[[rules]]\nid = "r"\nquery = "bridge"\nto = ["desk", "night"]\n'
READERS = (
    '[[recipients]]\nid = "desk"\nemail = "desk@b.org"\nchannels = ["hook", "the-team"]\ntimezone = "Asia/Tehran"\n'
    '[[recipients]]\nid = "night"\nchannels = "the-team"\n'
)
GIVEN = {
    "NEWSHAWK_CHANNEL_HOOK": "https://me:pass-word@hooks.b.org/in",
    "NEWSHAWK_SECRET_HOOK": "0123456789abcdef0123",
    "NEWSHAWK_CHANNEL_THE_TEAM": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/",
}


def read(folder: Path, text: str, env: dict[str, str]) -> Config:
    path = folder / "newshawk.toml"
    path.write_text(text)
    return load_config(path, env=env)


def refused(folder: Path, text: str, env: dict[str, str]) -> str:
    with pytest.raises(ConfigError) as caught:
        read(folder, text, env)
    told = str(caught.value)
    for secret in ("pass-word", "TIiajkd", "hooks.b.org", "0123456789abcdef"):
        assert secret not in told
    return told


def test_each_way_to_a_reader_is_a_recipient(tmp_path: Path) -> None:
    config = read(tmp_path, READERS + RULE, GIVEN)
    ways = {who.id: (who.emails, who.timezone, who.channel and who.channel.name) for who in config.recipients}
    assert ways == {
        "desk": (("desk@b.org",), "Asia/Tehran", None),
        "desk/hook": ((), "Asia/Tehran", "hook"),
        "desk/the-team": ((), "Asia/Tehran", "the-team"),
        "night/the-team": ((), "UTC", "the-team"),
    }
    assert config.rules[0].to == ("desk", "desk/hook", "desk/the-team", "night/the-team")
    assert {who.id: who.reader for who in config.recipients}["desk/hook"] == "desk"
    hook = config.recipients[1].channel
    assert hook is not None
    assert (hook.url, hook.secret, hook.is_webhook) == (
        GIVEN["NEWSHAWK_CHANNEL_HOOK"],
        GIVEN["NEWSHAWK_SECRET_HOOK"],
        True,
    )
    assert not config.warnings


def test_nothing_that_is_printed_holds_an_address(tmp_path: Path) -> None:
    config = read(tmp_path, READERS + RULE, GIVEN)
    printed = repr(config) + repr(config.recipients)
    for secret in ("pass-word", "hooks.b.org", "TIiajkd", "0123456789abcdef"):
        assert secret not in printed


def test_an_address_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "address").write_text(GIVEN["NEWSHAWK_CHANNEL_THE_TEAM"] + "\n")
    (tmp_path / "address").chmod(0o600)
    text = '[[recipients]]\nid = "desk"\nchannels = ["the-team"]\n'
    config = read(tmp_path, text, {"NEWSHAWK_CHANNEL_THE_TEAM_FILE": str(tmp_path / "address")})
    assert config.recipients[0].channel is not None
    assert config.recipients[0].channel.url == GIVEN["NEWSHAWK_CHANNEL_THE_TEAM"]
    told = refused(tmp_path, text, {"NEWSHAWK_CHANNEL_THE_TEAM_FILE": str(tmp_path / "none")})
    assert "NEWSHAWK_CHANNEL_THE_TEAM_FILE" in told


HOOK = '[[recipients]]\nid = "desk"\nchannels = ["hook"]\n'
WRONG = {
    "no address": ({}, ":3: ", "Set NEWSHAWK_CHANNEL_HOOK, or NEWSHAWK_CHANNEL_HOOK_FILE"),
    "no secret": ({"NEWSHAWK_CHANNEL_HOOK": "https://hooks.b.org/in"}, ":3: ", "Set NEWSHAWK_SECRET_HOOK"),
    "short secret": (
        {"NEWSHAWK_CHANNEL_HOOK": "https://hooks.b.org/in", "NEWSHAWK_SECRET_HOOK": "short"},
        "NEWSHAWK_SECRET_HOOK: ",
        "too short to sign with",
    ),
    "no scheme": (
        {"NEWSHAWK_CHANNEL_HOOK": "hooks.b.org/in"},
        "NEWSHAWK_CHANNEL_HOOK: ",
        "no address of a channel",
    ),
    "space": ({"NEWSHAWK_CHANNEL_HOOK": "slack://a b"}, "NEWSHAWK_CHANNEL_HOOK: ", "no address of a channel"),
    "line break": (
        {"NEWSHAWK_CHANNEL_HOOK": "https://hooks.b.org/\x00x"},
        "NEWSHAWK_CHANNEL_HOOK: ",
        "no address of a channel",
    ),
    "port": (
        {"NEWSHAWK_CHANNEL_HOOK": "https://hooks.b.org:99999/"},
        "NEWSHAWK_CHANNEL_HOOK: ",
        "no address of a channel",
    ),
    "no host": ({"NEWSHAWK_CHANNEL_HOOK": "https:///in"}, "NEWSHAWK_CHANNEL_HOOK: ", "names no host"),
    "slack as a page": (
        {"NEWSHAWK_CHANNEL_HOOK": "https://hooks.slack.com/services/TIiajkd/B/C"},
        "NEWSHAWK_CHANNEL_HOOK: ",
        "slack://",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_with_its_place(name: str, tmp_path: Path) -> None:
    env, place, words = WRONG[name]
    told = refused(tmp_path, HOOK, env)
    assert place in told
    assert words in told


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[recipients]]\nid = "desk"\n', 'recipient "desk" has no email, and no channels either'),
        ('[[recipients]]\nid = "desk"\nchannels = ["My Team"]\n', "is not an id"),
        ('[[recipients]]\nid = "desk"\nchannels = ["my-file"]\n', "no name for a channel"),
        ('[[recipients]]\nid = "desk"\nchannels = ["hook", "hook"]\n', "twice"),
        ('[ops]\nto = ["night"]\n' + READERS, 'recipient "night", which has no email'),
    ],
)
def test_what_is_wrong_in_the_file(text: str, words: str, tmp_path: Path) -> None:
    assert words in refused(tmp_path, text, GIVEN)


def test_a_webhook_in_the_clear_is_warned_of_but_on_a_private_network(tmp_path: Path) -> None:
    secret = {"NEWSHAWK_SECRET_HOOK": GIVEN["NEWSHAWK_SECRET_HOOK"]}
    config = read(tmp_path, HOOK, {**secret, "NEWSHAWK_CHANNEL_HOOK": "http://hooks.b.org/in"})
    assert ["NEWSHAWK_CHANNEL_HOOK" in line for line in config.warnings] == [True]
    assert not read(tmp_path, HOOK, {**secret, "NEWSHAWK_CHANNEL_HOOK": "http://127.0.0.1:8080/in"}).warnings


def test_variables_of_names_differ() -> None:
    assert address_variable("a-b") == "NEWSHAWK_CHANNEL_A_B"
    assert secret_variable("a-b") == "NEWSHAWK_SECRET_A_B"
