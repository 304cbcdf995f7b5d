"""What comes from the environment and the disk beside the config; and what check refuses and advises."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.config import Config, Login, load_config
from crawler.config.advice import advice
from crawler.errors import ConfigError

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
    """Return the mistakes, without the folder."""
    with pytest.raises(ConfigError) as caught:
        load_config(write(folder, text), env=env, strict=strict)
    return [problem.replace(f"{folder}{os.sep}", "") for problem in caught.value.problems]


def test_the_mail_login_comes_from_the_environment_or_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("geheim\nmore\n")
    secret.chmod(0o600)
    both = {"NEWSHAWK_MAIL_USER": "u", "NEWSHAWK_MAIL_PASSWORD": "p"}
    assert load(tmp_path, OUTLET).login is None
    assert load(tmp_path, OUTLET, **both).login == Login(user="u", password="p")
    config = load(tmp_path, OUTLET, NEWSHAWK_MAIL_USER="u", NEWSHAWK_MAIL_PASSWORD_FILE=str(secret))
    assert config.login == Login(user="u", password="geheim")
    assert config.warnings == ()
    assert "geheim" not in repr(config)
    secret.chmod(0o644)
    config = load(tmp_path, OUTLET, NEWSHAWK_MAIL_USER="u", NEWSHAWK_MAIL_PASSWORD_FILE=str(secret))
    assert "chmod o-r" in config.warnings[0]


def test_half_a_login_or_a_missing_secret_is_a_mistake(tmp_path: Path) -> None:
    assert "NEWSHAWK_MAIL_PASSWORD is not" in problems(tmp_path, OUTLET, NEWSHAWK_MAIL_USER="u")[0]
    told = problems(tmp_path, OUTLET, NEWSHAWK_MAIL_USER="u", NEWSHAWK_MAIL_PASSWORD_FILE="/none")
    assert told[0].startswith("NEWSHAWK_MAIL_PASSWORD_FILE: /none cannot be read")


def test_a_proxy_password_in_an_open_config_is_warned_about(tmp_path: Path) -> None:
    path = write(tmp_path, "[network]\nproxy = 'http://u:p@p.org:1'\n")
    assert load_config(path, env={}).warnings == ()
    path.chmod(0o644)
    (warning,) = load_config(path, env={}).warnings
    assert ":2: " in warning
    assert "chmod 600" in warning


def test_the_proxies_of_the_environment_are_honoured(tmp_path: Path) -> None:
    config = load(
        tmp_path, OUTLET, http_proxy="p.org:3128", HTTPS_PROXY="http://q.org:1", no_proxy="a.org, .local"
    )
    outlet = config.outlets[0]
    assert config.proxy_for("http://x.org/", outlet) == "http://p.org:3128"
    assert config.proxy_for("https://x.org/", outlet) == "http://q.org:1"
    assert config.proxy_for("https://www.a.org:8443/", outlet) == ""
    own = load(
        tmp_path, "[network]\nproxy = 'http://n.org:1'\n" + OUTLET, http_proxy="http://p.org:1", no_proxy="*"
    )
    assert own.proxy_for("http://a.org/", own.outlets[0]) == "http://n.org:1"
    assert problems(tmp_path, OUTLET, https_proxy="socks5://p.org:1")[0].startswith("https_proxy: is a SOCKS")


def test_certificate_files_must_hold_certificates(tmp_path: Path) -> None:
    text = "[network]\nca_file = 'ca.pem'\n"
    assert "ca.pem cannot be read" in problems(tmp_path, text)[0]
    (tmp_path / "ca.pem").write_text("nothing")
    assert problems(tmp_path, text)[0].startswith("newshawk.toml:2: ")
    config = load(tmp_path, OUTLET, SSL_CERT_FILE=str(tmp_path / "ca.pem"))
    assert config.ca_files == ()
    assert "SSL_CERT_FILE" in config.warnings[0]


def test_private_hosts_are_refused_by_check_only(tmp_path: Path) -> None:
    text = OUTLET.replace("a.org", "127.0.0.1:8001")
    assert load(tmp_path, text).outlets[0].hosts == ("127.0.0.1:8001",)
    lines = [problem.split(": ")[0] for problem in problems(tmp_path, text, strict=True)]
    assert lines == ["newshawk.toml:3", "newshawk.toml:4"]
    allowed = write(tmp_path, "[network]\nallow_private = true\n" + text + 'every = "1s"\n')
    assert load_config(allowed, env={}, strict=True).outlets[0].every == timedelta(seconds=1)


def test_advice_names_what_should_not_stay_so(tmp_path: Path) -> None:
    assert "No outlet is watched" in advice(load(tmp_path, ""))[0]
    told = "\n".join(advice(load(tmp_path, "[store]\npath = 'no/n.db'\n" + OUTLET + DESK + RULE)))
    for word in ("folder of the store", "user_agent", "newshawk@example.org"):
        assert word in told


def test_a_user_agent_without_a_contact_is_warned_about(tmp_path: Path) -> None:
    for agent, warned in (("curl/8", 1), ("ours (+https://ours.org)", 0), ("ours (desk@ours.org)", 0)):
        told = advice(load(tmp_path, f'[network]\nuser_agent = "{agent}"\n' + OUTLET))
        assert sum("names no contact" in line for line in told) == warned


def test_a_proxy_for_everything_in_the_environment_is_told_to_be_unused(tmp_path: Path) -> None:
    (told,) = load(tmp_path, OUTLET, ALL_PROXY="socks5h://127.0.0.1:9050").warnings
    assert told.startswith("ALL_PROXY: is a SOCKS proxy")
    config = load(tmp_path, OUTLET, all_proxy="http://p.org:1")
    assert config.proxies == {}
    assert "all_proxy" in config.warnings[0]
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy"):
        assert "is a SOCKS proxy" in problems(tmp_path, OUTLET, **{name: "socks4://p.org:1"})[0]


def test_socks_is_refused_for_an_outlet_too(tmp_path: Path) -> None:
    (told,) = problems(tmp_path, OUTLET + 'proxy = "socks5://127.0.0.1:9050"\n')
    assert "SOCKS" in told


def test_ports_that_are_never_asked_are_refused_by_check_unless_they_are_named(tmp_path: Path) -> None:
    text = OUTLET.replace("a.org", "a.org:8001")
    assert load(tmp_path, text).outlets[0].hosts == ("a.org:8001",)
    told = problems(tmp_path, text, strict=True)
    assert [line.split(": ")[0] for line in told] == ["newshawk.toml:3", "newshawk.toml:4"]
    assert "port 8001" in told[0]
    for network in ("ports = [8001]", "ports = 8001", "allow_private = true"):
        assert load_config(write(tmp_path, f"[network]\n{network}\n" + text), env={}, strict=True).outlets
    assert "ports" in problems(tmp_path, "[network]\nports = [70000]\n")[0]


def test_hosts_that_are_private_in_disguise_are_refused_by_check(tmp_path: Path) -> None:
    for host in ("10.0.0.1", "0x7f.1", "2130706433", "localhost", "news.internal", "[::1]"):
        text = OUTLET.replace("a.org", host)
        told = problems(tmp_path, text, strict=True)
        assert told, host
        assert any("private" in line or "not a host" in line for line in told), told


def test_a_config_without_faults_has_nothing_to_look_at(tmp_path: Path) -> None:
    sound = (
        OUTLET + DESK + RULE + '[network]\nuser_agent = "n (+https://b.org/bot)"\n[mail]\nfrom = "n@b.org"\n'
    )
    assert advice(load(tmp_path, sound + '[ops]\nto = ["desk"]\n')) == ()


def test_advice_names_an_outlet_in_a_query_that_nobody_watches(tmp_path: Path) -> None:
    rule = '[[rules]]\nid = "r"\nquery = "outlet:aa zebra"\nto = ["desk"]\n'
    told = "\n".join(advice(load(tmp_path, OUTLET + DESK + rule)))
    assert "outlet:aa, which is not watched" in told
