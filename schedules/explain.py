"""One page, step by step as a crawl takes it, with what each step made of it. Nothing is written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from crawler.clock import utc_now
from crawler.config import Config
from crawler.errors import AddressRefused, ExtractionError, UsageError
from crawler.extract.verdict import refusal
from crawler.failover import page_request
from crawler.fingerprint import fingerprint
from crawler.hosthealth import HostHealth
from crawler.identity import LinkClass, classify_link, key_and_pattern, ownership
from crawler.items import Article, Attempt, Document, Draft, Link, Outlet, Page
from crawler.learning.sparing import cleaned, with_learned
from crawler.meanings import address_meaning, reason_meaning
from crawler.outage import outage
from crawler.outlets.owner import AD_HOC, Owner, ad_hoc, outlet_named, owner_of
from crawler.pagekind import page_kind
from crawler.pool import ParserPool
from crawler.query import Matcher
from crawler.urls import canonical_url, host_of, resolve_wrapper
from schedules.explainstore import holding, learned, remember, verdict
from schedules.explainwords import attempt, body_pieces, robots, stamp, title_pieces

if TYPE_CHECKING:
    from schedules.inquiry import Answer, Inquiry

PAGE_SECONDS = 120.0
"""For one page over all its hosts, their robots.txt included."""


class Explainer:
    """Explains one address; see explain_page and explain_file."""

    def __init__(
        self, config: Config, url: str, outlet_id: str | None, clock: Callable[[], datetime] = utc_now
    ) -> None:
        """Find the outlet: the one named, else the address's owner, else one made for its host.

        Raises:
            UsageError: *url* is no address, or there is no such outlet.
        """
        self.config, self.clock, self.given = config, clock, url
        self.owner = _owner(config, url, outlet_id)
        self.outlet: Outlet = self.owner.outlet
        self.classed: LinkClass = classify_link(self.outlet, url)
        self.link = _link(self.outlet, self.classed, clock())
        self._date: datetime | None = None
        self.told: dict[str, Any] = {"url": url, "outlet": self._outlet_facts(), "address": self._address()}

    # --- the address ------------------------------------------------------------------------------

    def _outlet_facts(self) -> dict[str, Any]:
        return {
            "id": self.outlet.id,
            "name": self.outlet.name,
            "known": self.owner.known,
            "hosts": list(self.outlet.hosts),
        }

    def _address(self) -> dict[str, Any]:
        classed = self.classed
        _, pattern = key_and_pattern(self.outlet, classed.url)
        return {
            "resolved": classed.url,
            "canonical": canonical_url(classed.url),
            "citation": classed.address,
            "belongs": ownership(self.outlet, host_of(canonical_url(classed.url))),
            "key": {
                "kind": classed.key.kind,
                "value": classed.key.value,
                "pattern": pattern.pattern if pattern else None,
            },
            "ledger_key": classed.ledger_key,
            "refusal": classed.refusal,
        }

    # --- the answer -------------------------------------------------------------------------------

    async def fetch(self) -> Page | None:
        """Ask the outlet's hosts; return the page that one gave, None when there is none. Tells the tries."""
        if self.classed.refusal:
            self._tell_failure(self.classed.refusal, "", skipped=True)
            return None
        from schedules.inquiry import Inquiry

        health = HostHealth(self.clock)
        remember(self.config, self.outlet, health)
        inquiry = Inquiry(self.config, clock=self.clock, health=health)

        def question(callback: Callable[..., Any], errback: Callable[..., Any]) -> Any:
            prefer = host_of(self.classed.url)
            return page_request(self.outlet, self.link, health, callback, errback, prefer)

        (answer,) = await inquiry.ask([question], seconds=PAGE_SECONDS)
        self._tell_tries(answer, inquiry)
        return self._page(answer)

    def _tell_tries(self, answer: Answer, inquiry: Inquiry) -> None:
        fetch: dict[str, Any] = {"attempts": [attempt(each) for each in answer.attempts]}
        if answer.response is not None and answer.capture is not None:
            served = answer.attempts[-1]
            fetch |= {
                "host": served.host,
                "asked": answer.capture.requested_url,
                "answered": answer.response.url,
                "status": answer.response.status,
                "seconds": served.seconds,
                "bytes": answer.capture.raw_size,
                "sha256": answer.capture.raw_sha256,
            }
        self.told |= {"robots": robots(answer, inquiry), "fetch": fetch}
        if answer.response is None:
            skipped = answer.error is not None and answer.error.skipped
            self._tell_failure(answer.reason, answer.detail, skipped=skipped, attempts=answer.attempts)

    def _tell_failure(
        self, reason: str, detail: str, *, skipped: bool, attempts: tuple[Attempt, ...] = ()
    ) -> None:
        words = outage(attempts) or address_meaning(reason)
        state = "skipped" if skipped else "failed"
        self.told["failure"] = {"reason": reason, "detail": detail, "told": words}
        self.told["verdict"] = {"state": state, "reason": reason, "told": words}
        classed = [each for each in attempts if each.kind and each.reason == reason]
        if classed:
            self.told["page"] = {"kind": classed[-1].kind, "evidence": classed[-1].detail}
            self.told["refusal"] = {"reason": reason, "told": reason_meaning(reason)}

    def _page(self, answer: Answer) -> Page | None:
        response, capture = answer.response, answer.capture
        if response is None:
            return None
        if target := response.meta.get("leads_to"):
            words = f"it only leads to {target}: explain that address"
            self.told["failure"] = {"reason": "wrapper", "detail": target, "told": words}
            self.told["verdict"] = {"state": "failed", "reason": "wrapper", "told": words}
            return None
        assert capture is not None
        return Page(
            link=self.link,
            at=self.clock(),
            url=response.url,
            requested_url=capture.requested_url,
            host=answer.attempts[-1].host,
            status=response.status,
            headers=capture.raw_headers,
            body=response.body,
            raw_sha256=capture.raw_sha256,
            raw_size=capture.raw_size,
            attempts=answer.attempts,
        )

    def read(self, body: bytes) -> Page:
        """Return *body* as the page of the address, as if the first host had given it."""
        return Page(
            link=self.link,
            at=self.clock(),
            url=self.classed.url,
            requested_url=self.classed.url,
            host=host_of(self.classed.url),
            status=200,
            body=body,
            raw_sha256=hashlib.sha256(body).hexdigest(),
            raw_size=len(body),
        )

    # --- the page ---------------------------------------------------------------------------------

    async def explain(self, page: Page, pool: ParserPool) -> None:
        """Tell the kind of *page*, what was read from it, what was cut, the verdict and the rules."""
        kind = page_kind(page.status or 200, page.headers, page.body, page.url, page.requested_url)
        self.told["page"] = {"kind": kind.kind, "evidence": kind.evidence}
        content_type = next((value for name, value in page.headers if name.lower() == "content-type"), "")
        try:
            draft = await pool.page(page.body, url=page.url, content_type=content_type, outlet=self.outlet)
        except ExtractionError as error:
            self._tell_refused("failed", error.reason)
            return
        self.told["page"] |= {
            "content_type": content_type,
            "charset": draft.charset,
            "charset_doubt": draft.charset_doubt,
            "replaced": round(draft.replaced, 4),
            "method": draft.method,
        }
        matcher = Matcher(self.config.rules, self.config.former_ids)
        article = cleaned(draft, page, with_learned(self.outlet, learned(self.config, self.outlet)), matcher)
        article = replace(article, fingerprint=fingerprint(article.title, article.body))
        self._tell_article(article, draft)
        if refused := refusal(article, page):
            self.told["page"] |= {"kind": refused.reason, "evidence": refused.evidence}
            self._tell_refused(refused.state.value, refused.reason)
            return
        found, published = verdict(
            self.config, self.outlet, article, self.classed.url, is_ad_hoc=self.owner.known == AD_HOC
        )
        self.told["verdict"] = found | {"published": stamp(published)}
        self._date = published.at
        self._tell_rules(article)

    def _tell_article(self, article: Article, draft: Draft) -> None:
        self.told["article"] = {
            "address": article.address,
            "key": {"kind": article.key.kind, "value": article.key.value},
            "title": article.title,
            "byline": list(article.byline),
            "section": article.section,
            "language": article.language,
            "published": stamp(article.published),
            "image_url": article.image_url,
            "image_caption": article.image_caption,
            "canonical_url": draft.canonical_url,
            "og_url": draft.og_url,
            "amp_of": draft.amp_of,
            "word_count": article.word_count,
            "body": article.body,
        }
        self.told["cuts"] = [asdict(line) for line in article.cut]
        if article.carried:
            self.told["carried"] = [asdict(each) for each in article.carried]

    def _tell_refused(self, state: str, reason: str) -> None:
        words = reason_meaning(reason)
        self.told["refusal"] = {"reason": reason, "told": words}
        self.told["verdict"] = {"state": state, "reason": reason, "told": words}

    def _tell_rules(self, article: Article) -> None:
        document = Document(
            title=article.title,
            body=article.body,
            byline="\n".join(article.byline),
            section=article.section,
            outlet=self.outlet.id,
            language=article.language,
            date=self._date or self.clock(),
        )
        rules = {rule.id: rule for rule in self.config.rules}
        self.told["rules"] = [
            {
                "rule": match.rule_id,
                "query": rules[match.rule_id].query,
                "full_query": rules[match.rule_id].full_query,
                "to": list(rules[match.rule_id].to),
                "title": title_pieces(document.title, match.spans),
                "excerpts": body_pieces(document.body, match.spans),
                "spans": [list(span) for span in match.spans],
                "holding": list(holding(self.config, rules[match.rule_id], self.clock())),
            }
            for match in Matcher(self.config.rules, self.config.former_ids).match(document)
        ]


# --- entrances ------------------------------------------------------------------------------------


async def explain_page(
    config: Config, url: str, outlet_id: str | None = None, clock: Callable[[], datetime] = utc_now
) -> dict[str, Any]:
    """Return what a crawl would make of *url*, asked now of the outlet's hosts. Needs the running reactor.

    Keys: url, outlet, address, robots, fetch, page, article, cuts, refusal, verdict, rules, failure when no host
    gave the page, and carried when a rule holds only with a line that a learned rule cuts; steps that were not
    reached are missing.

    Raises:
        UsageError: *url* is no address, or there is no such outlet.
    """
    explainer = Explainer(config, url, outlet_id, clock)
    page = await explainer.fetch()
    if page is not None:
        await _explain(explainer, page)
    return explainer.told


async def explain_file(
    config: Config,
    url: str,
    body: bytes,
    outlet_id: str | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> dict[str, Any]:
    """Return what a crawl would make of *body* as the page of *url*; nobody is asked. Keys and errors as
    explain_page, without robots and fetch."""
    explainer = Explainer(config, url, outlet_id, clock)
    await _explain(explainer, explainer.read(body))
    return explainer.told


async def _explain(explainer: Explainer, page: Page) -> None:
    async with ParserPool(1) as pool:
        await explainer.explain(page, pool)


# --- parts ----------------------------------------------------------------------------------------


def _owner(config: Config, url: str, outlet_id: str | None) -> Owner:
    found = resolve_wrapper(url)
    try:
        canonical_url(found)
        if outlet_id is not None:
            return outlet_named(config, outlet_id)
        return owner_of(config, found) or ad_hoc(found)
    except AddressRefused as refused:
        raise UsageError(f'"{url[:200]}" cannot be asked: {address_meaning(refused.reason)}.') from refused


def _link(outlet: Outlet, classed: LinkClass, now: datetime) -> Link:
    return Link(
        id=0,
        outlet_id=outlet.id,
        url=classed.url,
        address=classed.address,
        key=classed.key,
        host="",
        first_seen_at=now,
    )
