"""The config as the rest of newshawk sees it: checked, paths absolute, every default filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from crawler.declarations.tables import Mail, Network, Ops, Store
from crawler.items import NO_VOCABULARY, BrokenRule, Outlet, Recipient, Rule, Vocabulary

__all__ = ["Config", "Login", "Mail", "Network", "Ops", "Store"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """User and password for the mail server. Never in the config, the store or a log."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A checked config. ``load_config`` makes it."""

    path: Path | None = None
    """The file it was read from, absolute. None: no file, all defaults."""
    store: Store = field(default_factory=Store)
    """``path`` is absolute."""
    network: Network = field(default_factory=Network)
    mail: Mail = field(default_factory=Mail)
    """``folder`` is absolute; ``sender`` is the key ``from``."""
    login: Login | None = field(default=None, repr=False)
    """For the mail server, from the environment or a file. None: no log-in."""
    ops: Ops = field(default_factory=Ops)
    outlets: tuple[Outlet, ...] = field(default=(), repr=False)
    """What is watched, in the order of the file; those with ``enabled = false`` are in *disabled*."""
    disabled: tuple[Outlet, ...] = field(default=(), repr=False)
    recipients: tuple[Recipient, ...] = field(default=(), repr=False)
    rules: tuple[Rule, ...] = field(default=(), repr=False)
    broken: tuple[BrokenRule, ...] = ()
    """The rules that cannot be used as they are written, in the order of the file; none of them is in *rules*."""
    vocabulary: Vocabulary = field(default=NO_VOCABULARY, repr=False)
    """What queries may refer to; those of the rules have it in their places already."""
    ca_files: tuple[Path, ...] = ()
    """Further certificates to trust: network.ca_file, then SSL_CERT_FILE."""
    proxies: Mapping[str, str] = field(default_factory=dict, repr=False)
    """http_proxy, https_proxy and no_proxy of the environment, by ``http``, ``https``, ``no``."""
    warnings: tuple[str, ...] = ()
    """Lines for people: what works but should not stay so."""

    def outlet(self, outlet_id: str) -> Outlet | None:
        """Return the watched outlet of that id, or of that earlier id; None if there is none."""
        for outlet in self.outlets:
            if outlet.id == outlet_id:
                return outlet
        return next((outlet for outlet in self.outlets if outlet_id in outlet.formerly), None)

    @property
    def former_ids(self) -> dict[str, str]:
        """The present id of each outlet that had another one."""
        return {old: outlet.id for outlet in (*self.outlets, *self.disabled) for old in outlet.formerly}

    def recipient(self, recipient_id: str) -> Recipient | None:
        """Return the recipient of that id, None if there is none."""
        return next((who for who in self.recipients if who.id == recipient_id), None)

    def proxy_for(self, url: str, outlet: Outlet) -> str:
        """Return the proxy that *url* of *outlet* is asked through, empty for none.

        The outlet's own goes before network.proxy, and that before the environment (where no_proxy counts).
        """
        configured = outlet.proxy or self.network.proxy
        if configured:
            return configured
        parts = urlsplit(url)
        if _is_excepted(parts.hostname or "", self.proxies.get("no", "")):
            return ""
        return self.proxies.get(parts.scheme, "")


def _is_excepted(host: str, no_proxy: str) -> bool:
    """Return True when *host*, or a domain it is in, stands in the list no_proxy; ``*`` stands for all."""
    names = [name.strip().lower().lstrip(".").split(":")[0] for name in no_proxy.split(",") if name.strip()]
    return any(name == "*" or host == name or host.endswith(f".{name}") for name in names)
