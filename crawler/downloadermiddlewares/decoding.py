"""Undo content encodings within limits; what cannot be undone is a fault of that host, not of the crawl."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest

from crawler.faults import Fault
from crawler.wholeness import breaks_off

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

MAX_ENCODINGS = 3
"""Encodings around one body; servers use one, gateways sometimes add another."""


class DecodingMiddleware(HttpCompressionMiddleware):
    """Scrapy's decoder, whose refusals the mirrors can act upon: an exception here would end the request."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Decode, or leave a fault in the request's meta with an empty body."""
        encodings = b",".join(response.headers.getlist("Content-Encoding")).split(b",")
        if len([name for name in encodings if name.strip()]) > MAX_ENCODINGS:
            return _spoilt(request, response, "too_large", f"{len(encodings)} content encodings")
        if not response.body or response.body.lstrip()[:1] in (b"<", b"{"):
            return _as_it_is(response)  # some servers say gzip and send text (node-feedparser#277)
        try:
            decoded = super().process_response(request, response)
            outermost = encodings[-1].decode("latin-1").strip().lower()
            if breaks_off(outermost, response.body):
                return _spoilt(request, response, "truncated", f"the {outermost} stream breaks off")
            return decoded
        except IgnoreRequest:
            limit = request.meta.get("download_maxsize", self._max_size)
            return _spoilt(request, response, "too_large", f"more than {limit} bytes after decoding")
        except Exception as error:  # noqa: BLE001  each decoder has errors of its own; all mean the same
            return _spoilt(request, response, "protocol", f"{encodings[0].decode('latin-1')[:20]}: {error}")


def _as_it_is(response: Response) -> Response:
    response.headers.pop("Content-Encoding", None)
    return response


def _spoilt(request: Request, response: Response, reason: str, detail: str) -> Response:
    request.meta["fault"] = Fault(reason=reason, detail=detail)
    return response.replace(body=b"")
