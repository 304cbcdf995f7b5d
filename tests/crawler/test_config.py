"""The config: what a file may say, and that every mistake is told with line, cause and cure."""

from __future__ import annotations

import json
import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.config import Config, find_config, load_config
from crawler.config.former import with_former
from crawler.declarations import tables
from crawler.errors import ConfigError
from crawler.items import IdPattern, Rule, SourceKind

DOCS = Path(__file__).parents[2] / "docs"
OUTLET = '[[outlets]]\nid = "a"\nhosts = ["a.org"]\nfeeds = ["http://a.org/rss"]\n'
DESK = '[[recipients]]\nid = "desk"\nemail = "desk@b.org"\n'
RULE = '[[rules]]\nid = "r"\nquery = "x"\nto = ["desk"]\n'


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "newshawk.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    path.chmod(0o600)
    return path


def load(folder: Path, text: str, **env: str) -> Config:
    return load_config(write(folder, text), env=env)


def problems(folder: Path, text: str | bytes, *, strict: bool = False, **env: str) -> list[str]:
    """Return the mistakes, those that stop all or those of single rules, without the folder."""
    try:
        config = load_config(write(folder, text), env=env, strict=strict)
    except ConfigError as error:
        found = error.problems
    else:
        found = tuple(line for rule in config.broken for line in rule.told)
    assert found
    return [problem.replace(f"{folder}{os.sep}", "") for problem in found]


# --- found and read -------------------------------------------------------------------------------


def test_without_a_file_all_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    config = load_config(env={})
    assert config.path is None
    assert config.store.path == tmp_path / "newshawk.db"
    assert (config.outlets, config.rules, config.recipients) == ((), (), ())


def test_the_file_here_goes_before_that_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = tmp_path / "home" / "newshawk"
    mine.mkdir(parents=True)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(mine.parent))
    monkeypatch.chdir(tmp_path)
    assert find_config() is None
    write(mine, OUTLET)
    assert find_config() == mine / "newshawk.toml"
    here = write(tmp_path, "")
    assert find_config() == here
    assert load_config(env={}).path == here


def test_every_key_of_the_contract_is_read(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        r"""
[store]
path = "data/n.db"
[network]
proxy = "http://127.0.0.1:8080"
allow_private = true
user_agent = "ours (+https://ours.org)"
delay = 2
ca_file = ""
[mail]
transport = "file"
folder = "out"
host = "mail.ours.org"
port = 587
security = "tls"
from = "n@ours.org"
public_url = "https://news.ours.org/"
[ops]
listen = "127.0.0.1:0"
to = ["desk"]
[[outlets]]
id = "example"
name = "Example News"
hosts = ["WWW.Example.com", "127.0.0.1:8001", "müller.de", "x.org:443"]
aliases = "old.example.com"
formerly = ["ex"]
timezone = "Asia/Tehran"
canonical_host = "old.example.com"
feeds = ["http://www.example.com/rss.xml"]
sitemaps = "http://www.example.com/map.xml"
sections = ["http://www.example.com/news"]
article_id = ['/a/(\d+)', { pattern = '/b/(\d+)', kind = "b", valid_until = 2013-12-31 }]
every = "90s"
fixed = true
languages = ["EN"]
country = "ir"
proxy = "http://u:p@10.0.0.1:3128"
[[recipients]]
id = "desk"
email = ["A@B.org", "c@localhost"]
timezone = "Europe/London"
quiet = "22:00-07:00"
[[rules]]
id = "r"
query = "x"
to = "desk"
cadence = "Mon  07:00"
severity = "high"
on = ["match", "removal"]
match = ["x and y"]
no_match = "z"
outlets = ["example", "ex"]
""",
    )
    outlet, recipient, rule = config.outlets[0], config.recipients[0], config.rules[0]
    assert config.store.path == tmp_path / "data" / "n.db"
    assert (config.mail.folder, config.mail.sender) == (tmp_path / "out", "n@ours.org")
    assert config.mail.public_url == "https://news.ours.org"
    assert outlet.hosts == ("www.example.com", "127.0.0.1:8001", "xn--mller-kva.de", "x.org")
    assert [source.kind for source in outlet.sources] == list(SourceKind)
    assert outlet.article_id == (
        IdPattern(pattern=r"/a/(\d+)"),
        IdPattern(pattern=r"/b/(\d+)", kind="b", valid_until=date(2013, 12, 31)),
    )
    assert (outlet.every, outlet.languages, outlet.country) == (timedelta(seconds=90), ("en",), "IR")
    assert (outlet.aliases, outlet.canonical_host) == (("old.example.com",), "old.example.com")
    assert recipient.emails == ("A@b.org", "c@localhost")
    assert (rule.to, rule.cadence, rule.on) == (("desk",), "mon 07:00", ("match", "removal"))
    assert config.outlet("ex") is outlet
    assert config.recipient("desk") is recipient
    assert config.proxy_for("https://x.org/", outlet) == "http://u:p@10.0.0.1:3128"


def test_defaults_are_those_of_the_contract(tmp_path: Path) -> None:
    config = load(tmp_path, OUTLET + DESK + RULE)
    assert config.network.delay == 1.0
    assert (config.network.allow_private, config.network.proxy) == (False, "")
    assert (config.mail.transport, config.mail.host, config.mail.port) == ("smtp", "localhost", 25)
    assert (config.mail.security, config.ops.listen) == ("starttls", "127.0.0.1:9477")
    assert (config.outlets[0].canonical_host, config.outlets[0].timezone) == ("a.org", "UTC")
    assert config.outlets[0].name == "a"
    assert (config.rules[0].cadence, config.rules[0].severity) == ("immediate", "normal")


def test_a_disabled_outlet_is_known_but_not_watched(tmp_path: Path) -> None:
    config = load(tmp_path, OUTLET + "enabled = false\n" + DESK + RULE + 'outlets = ["a"]\n')
    assert config.outlets == ()
    assert [outlet.id for outlet in config.disabled] == ["a"]


# --- the catalogue as a base ----------------------------------------------------------------------


def test_further_keys_override_the_catalogue(tmp_path: Path) -> None:
    outlet = load(tmp_path, '[[outlets]]\nuse = "presstv"\nevery = "1h"\nlanguages = ["en", "fr"]\n').outlets[
        0
    ]
    assert (outlet.id, outlet.every, outlet.languages) == ("presstv", timedelta(hours=1), ("en", "fr"))
    assert outlet.hosts == ("www.presstv.ir", "presstv.ir", "www.presstv.co.uk")
    assert len(outlet.chrome) > 5


def test_cron_takes_the_place_of_the_catalogues_interval(tmp_path: Path) -> None:
    assert load(tmp_path, '[[outlets]]\nuse = "presstv"\ncron = "0 6 * * mon-fri"\n').outlets[0].cron


def test_hosts_left_out_of_an_override_stay_recognised(tmp_path: Path) -> None:
    outlet = load(
        tmp_path,
        '[network]\nallow_private = true\n[[outlets]]\nuse = "presstv"\nhosts = ["127.0.0.1:81", "presstv.com"]\n',
    ).outlets[0]
    assert outlet.hosts == ("127.0.0.1:81", "presstv.com")
    assert {"www.presstv.ir", "presstv.ir", "www.presstv.co.uk"} < set(outlet.aliases)
    assert "presstv.com" not in outlet.aliases


def test_both_editions_of_press_tv_go_together(tmp_path: Path) -> None:
    config = load(tmp_path, '[[outlets]]\nuse = "presstv-fr"\n[[outlets]]\nuse = "presstv"\n')
    assert [outlet.id for outlet in config.outlets] == ["presstv-fr", "presstv"]


# --- mistakes -------------------------------------------------------------------------------------

MISTAKES = {
    "syntax": ("[store]\npath = n.db\n", 2, ["column 8", "quotes"]),
    "open string": ('[store]\npath = "n.db\n', 2, ["quotes"]),
    "key twice": ("[store]\npath = 'a'\npath = 'b'\n", 3, ["twice"]),
    "unknown table": ("\n[outlet]\n", 2, ['"outlet"', 'Did you mean "outlets"?']),
    "table for tables": ('[outlets]\nid = "a"\n', 1, ["[[outlets]]"]),
    "section is a value": ("store = 3\n", 1, ["table"]),
    "unknown key": ("[store]\npth = 'a'\n", 2, ['no key "pth"', 'Did you mean "path"?']),
    "other word": ("[network]\n[[recipients]]\nid = 'a'\naddress = 'x@y.z'\nemail='x@y.z'\n", 4, ['"email"']),
    "wrong type": ("[network]\ndelay = '1'\n", 2, ["number", '"1"']),
    "number for a flag": ("[network]\nallow_private = 1\n", 2, ["true or false"]),
    "out of bounds": ("[mail]\nport = 70000\n", 2, ["at most 65535"]),
    "no number": ("[network]\ndelay = nan\n", 2, ["delay"]),
    "negative": ("[network]\ndelay = -1\n", 2, ["at least 0"]),
    "password": ("[mail]\npassword = 'x'\n", 2, ["NEWSHAWK_MAIL_PASSWORD", "_FILE"]),
    "user": ("[mail]\nuser = 'x'\n", 2, ["NEWSHAWK_MAIL_USER"]),
    "socks": ("[network]\nproxy = 'socks5://127.0.0.1:9050'\n", 2, ["SOCKS", "Scrapy"]),
    "https proxy": ("[network]\nproxy = 'https://p.org:1'\n", 2, ["http://127.0.0.1:8080"]),
    "security": ("[mail]\nsecurity = 'startls'\n", 2, ['"starttls"']),
    "from with name": ("[mail]\nfrom = 'N <n@b.org>'\n", 2, ['from must be the bare address. Write "n@b.org"']),
    "line break in from": ('[mail]\nfrom = "n@b.org\\r\\nBcc: x@y.z"\n', 2, ["line break"]),
    "line break in agent": ('[network]\nuser_agent = "a\\nb"\n', 2, ["line break"]),
    "listen": ("[ops]\nlisten = '9477'\n", 2, ["host:port"]),
    "unknown ops": (DESK + "[ops]\nto = ['dsek']\n", 5, ['Did you mean "desk"?']),
    "bad host": ('[[outlets]]\nid="a"\nfeeds="http://a.org/r"\nhosts = [\n"a.org",\n"b.org",\n"htp//x"]\n', 7,
                 ['hosts[2] is not a host name: "htp//x"', "Did you mean"]),
    "host is an address": (OUTLET.replace('"a.org"', '"https://A.org/x"'), 3, ['write "a.org"', "scheme"]),
    "wildcard": (OUTLET.replace('"a.org"', '"*.a.org"'), 3, ["no wildcards"]),
    "bad port": (OUTLET.replace('"a.org"', '"a.org:99999"'), 3, ["port"]),
    "bad ip": (OUTLET.replace('"a.org"', '"1.2.3.400"'), 3, ["not a host name"]),
    "feed without scheme": (OUTLET.replace("http://", ""), 4, ['"https://a.org/rss"']),
    "feed with user": (OUTLET.replace("http://", "http://u:p@"), 4, ["user name"]),
    "no source": ('[[outlets]]\nid = "a"\nhosts = ["a.org"]\n', 1, ['outlet "a" has no source', "feeds"]),
    "no hosts": ('[[outlets]]\nid = "a"\nfeeds = ["http://a.org/rss"]\n', 1, ["no hosts"]),
    "no id": ('[[outlets]]\nhosts = ["a.org"]\nfeeds = ["http://a.org/rss"]\n', 1, ["no id"]),
    "outlet id": (OUTLET.replace('"a"', '"My Paper"'), 2, ['"my-paper"']),
    "unknown use": ('[[outlets]]\nuse = "prestv"\n', 2, ['Did you mean "presstv"?']),
    "host and alias": (OUTLET + 'aliases = ["a.org"]\n', 5, ["aliases", "hosts"]),
    "host twice": (OUTLET.replace('"a.org"]', '"a.org", "A.org"]'), 3, ["twice"]),
    "canonical host": (OUTLET + 'canonical_host = "b.org"\n', 5, ["neither in hosts nor in aliases"]),
    "zone": (OUTLET + 'timezone = "Asia/Teheran"\n', 5, ['Did you mean "Asia/Tehran"?']),
    "city for a zone": (OUTLET + 'timezone = "Tehran"\n', 5, ["Asia/Tehran"]),
    "cron by number": (OUTLET + 'cron = "0 6 * * 1-5"\n', 5, ["Monday as 0", '"mon"']),
    "cron fields": (OUTLET + 'cron = "0 6 * *"\n', 5, ["4 fields"]),
    "cron hour": (OUTLET + 'cron = "0 24 * * *"\n', 5, ["0 to 23"]),
    "cron never": (OUTLET + 'cron = "0 0 30 feb *"\n', 5, ["never comes"]),
    "cron and every": (OUTLET + 'cron = "0 6 * * *"\nevery = "5m"\n', 5, ["both every and cron"]),
    "duration": (OUTLET + 'every = "5 minutes"\n', 5, ['"5m"']),
    "duration as number": (OUTLET + "every = 300\n", 5, ["not a duration: 300"]),
    "too often": (OUTLET + 'every = "5s"\n', 5, ["30s", "allow_private"]),
    "too seldom": (OUTLET + 'every = "400d"\n', 5, ["31d"]),
    "no group": (OUTLET + "article_id = '/x/\\d+'\n", 5, ["group"]),
    "bad pattern": (OUTLET + "article_id = ['/(\\d+)',\n'/x/(']\n", 6, ["article_id[1]"]),
    "bad pattern key": (OUTLET + "article_id = [{ pattern = '(a)', knd = 'b' }]\n", 5, ['Did you mean "kind"?']),
    "date": (OUTLET + "article_id = { pattern = '(a)', valid_until = '2013' }\n", 5, ["2020-12-31"]),
    "language": (OUTLET + "languages = ['english']\n", 5, ["language tag"]),
    "chrome place": (OUTLET + "[[outlets.chrome]]\nid = 'x'\nplace = 'foot'\ntext = 'y'\n", 7, ['"head", "tail"']),
    "chrome empty": (OUTLET + "[[outlets.chrome]]\nid = 'x'\nplace = 'tail'\n", 5, ["either text or pattern"]),
    "selector": (OUTLET + "[[outlets.pages]]\nbody = 'div['\n", 6, ["CSS selector"]),
    "selector by text": (OUTLET + "[[outlets.pages]]\nbody = \"p:contains('x')\"\n", 6, [":contains()", "class"]),
    "duplicate outlet": (OUTLET + OUTLET.replace("a.org", "b.org"), 6, ["already declared in line 1"]),
    "shared host": (OUTLET + OUTLET.replace('"a"', '"b"'), 7, ['already belongs to outlet "a"']),
    "former id in use": (OUTLET + 'formerly = ["a"]\n', 5, ["its own id"]),
    "duplicate recipient": (DESK + DESK, 5, ['recipient "desk" is already declared in line 1']),
    "no email": ('[[recipients]]\nid = "desk"\n', 1, ['recipient "desk" has no email']),
    "two in one": (DESK.replace("desk@b.org", "a@b.org, c@d.org"), 3, ["list"]),
    "quiet": (DESK + 'quiet = "22-7"\n', 4, ['"22:00-07:00"']),
    "quiet day": (DESK + 'quiet_days = ["sat", "sunny"]\n', 4, ['"sunny"', "mon, tue"]),
    "no day left": (
        DESK + 'quiet_days = ["mon", "tue", "wed", "thu", "fri", "sat", "Sunday"]\n',
        4,
        ["all seven"],
    ),
    "quiet all day": (DESK + 'quiet = "07:00-07:00"\n', 4, ["same time"]),
    "unknown recipient": (DESK + RULE.replace('"desk"', '"dek"'), 7, ['Did you mean "desk"?']),
    "unknown outlet": (OUTLET + DESK + RULE + 'outlets = ["b", "a"]\n', 12, ['outlet "b"']),
    "cadence": (DESK + RULE + 'cadence = "daily 7:00"\n', 8, ['"daily 07:00"']),
    "no recipient": (DESK + RULE.replace('["desk"]', "[]"), 7, ["at least one"]),
    "query": (DESK + RULE.replace('"x"', "'x AND'"), 6, ['rule "r"', "^"]),
    "must match": (DESK + RULE + 'match = ["x",\n"y"]\n', 9, ['does not match its example "y": x: not in title or body']),
    "must not match": (DESK + RULE + 'no_match = ["x"]\n', 8, ['matches its example "x": x: in body']),
    "must match, of a field": (
        DESK + RULE.replace('"x"', "'x section:sport'") + 'match = [{ text = "x" },\n{ title = "X", section = "Sport" }]\n',
        8,
        ["section:sport: not in section"],
    ),
    "example without a text": (DESK + RULE + 'match = [{ outlet = "a" }]\n', 8, ["a text, a title or both"]),
    "example of a wrong key": (DESK + RULE + 'match = [{ txt = "x" }]\n', 8, ['Did you mean "text"?']),
    "example of a number": (DESK + RULE + "match = [7]\n", 8, ["match"]),
    "must match, nearly": (
        DESK + RULE.replace('"x"', "'harbour AND librarry'") + 'match = "a library at the harbour"\n',
        8,
        ['librarry: not in title or body (nearest: library)'],
    ),
    "must not match, by two": (
        DESK + RULE.replace('"x"', "'harbour OR quay NOT fire'") + 'no_match = "the harbour quay"\n',
        8,
        ["harbour: in body; quay: in body; NOT fire: not in title or body"],
    ),
}  # fmt: skip


def test_examples_of_fields_hold_for_a_rule_that_asks_for_them(tmp_path: Path) -> None:
    query = "title:x AND section:sport AND outlet:a AND lang:fa AND byline:ada AND since:2026-11-23"
    example = (
        '{ title = "X", section = "Sport", outlet = "a", language = "fa", byline = "Ada", day = 2026-11-23 }'
    )
    text = OUTLET + DESK + RULE.replace('"x"', f"'{query}'") + f"match = {example}\nno_match = 'x sport'\n"
    path = tmp_path / "newshawk.toml"
    path.write_text(text)
    (rule,) = load_config(path).rules
    assert [each.section for each in rule.match] == ["Sport"]
    assert [each.body for each in rule.no_match] == ["x sport"]


def test_a_broken_rule_is_left_out_and_the_others_stand(tmp_path: Path) -> None:
    text = (
        OUTLET
        + DESK
        + RULE
        + RULE.replace('"r"', '"s"').replace('"x"', '"(x"')
        + RULE
        + "[[rules]]\nto = 5\n"
    )
    config = load(tmp_path, text)
    assert [rule.id for rule in config.rules] == ["r"]
    assert [rule.id for rule in config.broken] == ["s", "", ""], "the third has the id of the first"
    with pytest.raises(ConfigError) as caught:
        load_config(write(tmp_path, text), env={}, strict=True)
    assert caught.value.problems == tuple(line for rule in config.broken for line in rule.told)


@pytest.mark.parametrize(
    ("given", "used"),
    [
        (
            "https://Nachrichten.bücher.example:8001/leser/",
            "https://nachrichten.xn--bcher-kva.example:8001/leser",
        ),
        ("https://a.example/über%20uns/<x>", "https://a.example/%C3%BCber%20uns/%3Cx%3E"),
        ("http://a.example:443", "http://a.example:443"),
        ("http://[::1]:8001/", "http://[::1]:8001"),
    ],
)
def test_the_address_in_mails_is_ascii_as_their_headers(tmp_path: Path, given: str, used: str) -> None:
    assert load(tmp_path, f'[mail]\npublic_url = "{given}"\n').mail.public_url == used


def test_what_is_no_table_among_rules_is_told(tmp_path: Path) -> None:
    told = problems(tmp_path, 'rules = [{ id = "r" }, 5, { id = "r" }]\n' + OUTLET + DESK)
    assert "newshawk.toml:1: each rule is a table of its own: write [[rules]] before it." in told


def test_a_broken_rule_as_it_was_keeps_to_an_outlet_that_was_renamed(tmp_path: Path) -> None:
    outlet = OUTLET.replace('id = "a"', 'id = "b"\nformerly = ["a"]')
    config = load(tmp_path, outlet + DESK + RULE.replace('"x"', '"(x"'))
    was = Rule(id="r", query="x", to=("gone", "desk"), outlets=("a", "b", "c"))
    (rule,) = with_former(config, [was]).rules
    assert (rule.to, rule.outlets) == (("desk",), ("b", "c"))


def test_a_named_query_that_cannot_be_read_breaks_the_rules_that_use_it(tmp_path: Path) -> None:
    queries = '[queries]\nbad = "x AND"\ngood = "x OR y"\n'
    using = RULE.replace('"r"', '"s"').replace('"x"', '"@bad OR z"')
    config = load(tmp_path, queries + OUTLET + DESK + RULE.replace('"x"', '"@good"') + using)
    assert [rule.full_query for rule in config.rules] == ["x OR y"]
    assert [rule.id for rule in config.broken] == ["@bad", "s"]


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_is_told_with_line_cause_and_cure(tmp_path: Path, case: str) -> None:
    text, line, words = MISTAKES[case]
    told = problems(tmp_path, text)
    assert len(told) == 1, told
    assert told[0].startswith(f"newshawk.toml:{line}: "), told
    for word in words:
        assert word in told[0]


def test_all_mistakes_are_told_at_once_in_the_order_of_their_lines(tmp_path: Path) -> None:
    text = (
        "[store]\npth = 'x'\n"
        + OUTLET
        + 'timezone = "X/Y"\n'
        + DESK.replace("desk@b.org", "no")
        + RULE
        + "a = 1\n"
    )
    lines = [int(problem.split(":")[1]) for problem in problems(tmp_path, text)]
    assert lines == [2, 7, 10, 15]


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b"\xff\xfes\x00", "UTF-16"),
        (b"[store]\n# caf\xe9\n", "newshawk.toml:2: byte 0xe9 is not UTF-8"),
        (b"[store]\npath = '\x00'\n", "newshawk.toml:2"),
        (b"a = [" * 5000, "newshawk.toml"),
        (b"#" * (5 * 1024 * 1024), "MiB"),
    ],
    ids=["utf16", "latin1", "nul", "deep", "huge"],
)
def test_bytes_that_are_no_config_are_one_line(tmp_path: Path, raw: bytes, word: str) -> None:
    told = problems(tmp_path, raw)
    assert len(told) == 1
    assert word in told[0]


def test_a_missing_file_a_folder_and_a_dangling_link_are_one_line(tmp_path: Path) -> None:
    link = tmp_path / "link.toml"
    link.symlink_to(tmp_path / "gone.toml")
    for path, word in (
        (tmp_path / "none.toml", "newshawk init"),
        (tmp_path, "folder"),
        (link, "does not exist"),
    ):
        with pytest.raises(ConfigError, match=word) as caught:
            load_config(path, env={})
        assert len(caught.value.problems) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_an_unreadable_file_is_one_line(tmp_path: Path) -> None:
    path = write(tmp_path, OUTLET)
    path.chmod(0)
    with pytest.raises(ConfigError, match="Permission denied"):
        load_config(path, env={})


def test_windows_line_ends_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    path = write(tmp_path, b"\xef\xbb\xbf" + OUTLET.replace("\n", "\r\n").encode())
    assert load_config(path, env={}).outlets[0].id == "a"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.one_of(st.booleans(), st.integers(), st.text(max_size=8), st.floats()),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abid"), inner, max_size=2)
        ),
        max_leaves=5,
    ),
    st.sampled_from(["store", "network", "mail", "ops", "outlets", "recipients", "rules"]),
    st.sampled_from(
        [*tables.OutletTable.model_fields, *tables.RuleTable.model_fields, "email", "port", "from"]
    ),
)
def test_whatever_a_key_holds_the_answer_is_a_config_or_its_mistakes(
    tmp_path: Path, value: Any, section: str, key: str
) -> None:
    opened = f"[{section}]" if section in ("store", "network", "mail", "ops") else f"[[{section}]]"
    text = f"{opened}\n{key} = {_toml(value)}\n"
    try:
        load_config(write(tmp_path, text), env={})
    except ConfigError as error:
        assert all(":" in problem for problem in error.problems)  # noqa: PT017


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value).replace("\x7f", "\\u007f")
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(inner)}" for key, inner in value.items()) + "}"
    return str(value)


@pytest.mark.parametrize(
    ("line", "limits"),
    [
        ("", (None, timedelta(days=90), None)),
        ('keep_pages = "365d"', (timedelta(days=365), timedelta(days=90), None)),
        ('keep_pages = ""\nkeep_refused = ""', (None, None, None)),
        ('keep_refused = "48h"\nmax_pages_size = "1.5 gb"', (None, timedelta(days=2), 1536 << 20)),
    ],
)
def test_how_long_pages_are_kept(tmp_path: Path, line: str, limits: tuple[object, ...]) -> None:
    path = tmp_path / "newshawk.toml"
    path.write_text(f"[store]\n{line}\n")
    store = load_config(path, env={}).store
    assert (store.keep_pages, store.keep_refused, store.max_pages_size) == limits


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('keep_pages = "1h"', "out of bounds"),
        ('keep_pages = "40000d"', "out of bounds"),
        ("keep_pages = 30", "is not an age"),
        ('keep_refused = "for ever"', 'Write a number of days, "365d", or "" for ever'),
        ('max_pages_size = "20"', "is not a size"),
        ("max_pages_size = 20", "is not a size"),
        ('max_pages_size = "0.5MB"', "is too small"),
    ],
)
def test_a_wrong_age_or_size_is_told_with_its_cure(tmp_path: Path, line: str, told: str) -> None:
    path = tmp_path / "newshawk.toml"
    path.write_text(f"[store]\n{line}\n")
    with pytest.raises(ConfigError, match=told) as refused:
        load_config(path, env={})
    assert "newshawk.toml:2" in str(refused.value)
