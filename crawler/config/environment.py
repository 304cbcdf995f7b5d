"""What comes from the environment and the disk beside the config: secrets, proxies, certificates."""

from __future__ import annotations

import re
import ssl
import stat
from collections.abc import Mapping
from pathlib import Path

from pydantic_core import PydanticCustomError

from crawler.config.crosscheck import Tables
from crawler.config.model import Login, Network
from crawler.declarations import values
from crawler.declarations.document import Document
from crawler.declarations.problems import Findings, Loc

USER = "NEWSHAWK_MAIL_USER"
PASSWORD = "NEWSHAWK_MAIL_PASSWORD"  # noqa: S105 - the name of a variable
MAX_SECRET = 4096
"""Bytes of a secret's file that are read."""


def mail_login(env: Mapping[str, str], findings: Findings) -> Login | None:
    """Return user and password for the mail server, None when neither is given.

    Each comes from its variable, or from the file that the variable with ``_FILE`` names (its first line).
    """
    user = secret_of(USER, env, findings)
    password = secret_of(PASSWORD, env, findings)
    if bool(user) != bool(password):
        given, missing = (USER, PASSWORD) if user else (PASSWORD, USER)
        findings.refuse(given, f"is set, {missing} is not. The mail server needs both, or neither.")
    return Login(user=user, password=password) if user and password else None


def secret_of(name: str, env: Mapping[str, str], findings: Findings) -> str:
    """Return a secret: of the variable *name*, or the first line of the file that the variable ``NAME_FILE`` names;
    empty when neither is set, or after adding what is wrong."""
    file_name = env.get(f"{name}_FILE", "")
    if not file_name:
        return env.get(name, "")
    if env.get(name):
        findings.refuse(f"{name}_FILE", f"is set and so is {name}. Keep one.")
        return ""
    path = Path(file_name)
    try:
        mode = path.stat().st_mode
        with path.open("rb") as file:
            text = file.read(MAX_SECRET).decode("utf-8")
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or "it is not UTF-8"
        findings.refuse(f"{name}_FILE", f"{file_name} cannot be read: {cause}.")
        return ""
    if mode & stat.S_IROTH:
        findings.warn(
            f"{name}_FILE", f"every user of this machine can read {file_name}. Run: chmod o-r {file_name}"
        )
    secret = (text.splitlines() or [""])[0].strip()
    if not secret:
        findings.refuse(f"{name}_FILE", f"{file_name} is empty.")
    return secret


def proxies(env: Mapping[str, str], findings: Findings) -> dict[str, str]:
    """Return http_proxy, https_proxy and no_proxy by ``http``, ``https``, ``no``; the small spelling wins."""
    found: dict[str, str] = {}
    for key in ("http", "https"):
        name = f"{key}_proxy"
        name = name if env.get(name) else name.upper()
        given = env.get(name, "").strip()
        if given:
            address = given if "://" in given else f"http://{given}"
            try:
                found[key] = values.proxy(address)
            except PydanticCustomError as error:
                findings.refuse(name, str(error))
    for name in ("all_proxy", "ALL_PROXY"):
        if env.get(name):
            kind = "a SOCKS proxy, which newshawk cannot use" if "socks" in env[name] else "not used"
            findings.warn(
                name, f"is {kind}. Set http_proxy and https_proxy to an HTTP proxy if one is needed."
            )
    no_proxy = env.get("no_proxy") or env.get("NO_PROXY", "")
    return {**found, "no": no_proxy} if no_proxy else found


def ca_files(
    network: Network, folder: Path, document: Document, env: Mapping[str, str], findings: Findings
) -> tuple[Path, ...]:
    """Return the files of certificates to trust besides the machine's own, each read once to be sure."""
    found: list[Path] = []
    if network.ca_file:
        path = folder / at_home(Path(network.ca_file))
        cause = _certificates_amiss(path)
        if cause:
            findings.refuse(document.place(("network", "ca_file")), f"ca_file {path} {cause}")
        found.append(path)
    extra = env.get("SSL_CERT_FILE", "")
    if extra:
        cause = _certificates_amiss(Path(extra))
        if cause:
            findings.warn("SSL_CERT_FILE", f"{extra} {cause} It is not used.")
        else:
            found.append(Path(extra))
    return tuple(found)


def _certificates_amiss(path: Path) -> str:
    """Return why *path* gives no certificates, empty when it does."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except ssl.SSLError:
        return "holds no certificate. It must be PEM: -----BEGIN CERTIFICATE-----."
    except (OSError, ValueError) as error:
        return f"cannot be read: {getattr(error, 'strerror', None) or error}."
    return ""


def warn_of_open_secrets(tables: Tables, document: Document, findings: Findings) -> None:
    """Add a warning for each proxy with a password in a config that every user can read."""
    if not document.is_world_readable:
        return
    proxies: list[tuple[Loc, str]] = [(("network", "proxy"), tables.network.proxy)]
    proxies += [((*entry.loc, "proxy"), entry.table.proxy) for entry in tables.outlets]
    for loc, proxy in proxies:
        if re.search(r"//[^/@]*:[^/@]*@", proxy):
            told = f"proxy holds a password and every user of this machine can read it. Run: chmod 600 {document.name}"
            findings.warn(document.place(loc), told)


def at_home(path: Path) -> Path:
    """Return *path* with a leading ``~`` resolved; as it is when there is no such home."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path
