"""What a host of the world answers, and what it was asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request as the world saw it."""

    host: str
    """Name, with the port unless it is the scheme's own."""
    path: str
    """With its query."""
    scheme: str = "http"
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    at: float = 0.0
    """Seconds of the monotonic clock."""

    def header(self, name: str) -> str:
        """Return a header of the request, empty if it was not sent."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def url(self) -> str:
        """The address asked."""
        return f"{self.scheme}://{self.host}{self.path}"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer. Text is sent as UTF-8."""

    body: bytes | str = b""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    etag: str = ""
    """With it, a request that knows it gets a 304."""
    last_modified: str = ""
    delay: float = 0.0
    """Seconds before the answer."""
    fault: str = ""
    """reset, reset_midway, truncated, trickle, slow_head, flood, hang, junk, big_headers, or none."""
    length: bool = True
    """False: no Content-Length, the connection's end is the body's."""


Page = Answer | Callable[[Asked], Answer]
"""An answer, or what makes one."""


def redirect(location: str, status: int = 302) -> Answer:
    """Return a redirect."""
    return Answer(status=status, headers=(("Location", location),))


def html(title: str, *paragraphs: str, status: int = 200) -> Answer:
    """Return a plain page with a title and paragraphs."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return Answer(
        body=f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{text}</article></body></html>",
        status=status,
    )


def feed(*links: str, title: str = "Feed") -> Answer:
    """Return an RSS feed of these links."""
    items = "".join(
        f"<item><title>Item {n}</title><link>{link}</link></item>" for n, link in enumerate(links)
    )
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>'
    return Answer(body=body, content_type="application/rss+xml")
