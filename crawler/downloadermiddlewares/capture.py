"""Keep an answer as it was received, before anything is decoded: what evidence is made of."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.network import fetch_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """An answer as received; in ``response.meta["capture"]``."""

    raw_headers: tuple[tuple[str, str], ...] = field(repr=False)
    """In the order they came, duplicates and Content-Encoding included; latin-1."""
    raw_sha256: str
    """Of the body before content decoding (chunks are put together)."""
    raw_size: int
    requested_url: str
    """The address asked first, before redirects."""


class CaptureMiddleware:
    """Stands nearer to the network than the decoder."""

    def process_response(self, request: Request, response: Response) -> Response:
        """Record the answer."""
        fetch = fetch_of(request)
        request.meta["capture"] = Capture(
            raw_headers=request.meta.pop("raw_headers", ()),
            raw_sha256=hashlib.sha256(response.body).hexdigest(),
            raw_size=len(response.body),
            requested_url=fetch.present.url if fetch else request.url,
        )
        return response
