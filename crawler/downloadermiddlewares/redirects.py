"""Follow redirects within the outlet, at most five; each hop is a request of its own, guarded and gated. Where a
FeedBurner link leads is only read: the spider hands it to the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.failover import redirected_request
from crawler.faults import Fault
from crawler.network import fetch_of
from crawler.redirection import redirect_target
from crawler.redirectors import STATUSES, is_redirector

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response


class RedirectsMiddleware:
    """Turns a redirect into the next hop, or leaves a fault for the mirrors. Meta refresh is not followed."""

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Return the next hop, or the answer as it is."""
        fetch = fetch_of(request)
        if fetch is None or response.status not in STATUSES:
            return response
        location = (response.headers.get("Location") or b"").decode("utf-8", "replace")
        target = redirect_target(fetch, request.url, location)
        if isinstance(target, Fault):
            request.meta["fault"] = target
            return response
        if is_redirector(fetch.outlet, request.url) and not is_redirector(fetch.outlet, target):
            request.meta["leads_to"] = target
            return response
        return redirected_request(request, target)
