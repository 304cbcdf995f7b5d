"""A kept page read again: the steps of the pipelines between the answer and the writer, on what is stored."""

from __future__ import annotations

from dataclasses import replace

from crawler.errors import ExtractionError
from crawler.extract.verdict import refusal
from crawler.fingerprint import fingerprint
from crawler.items import KeptText, Outlet, Reread
from crawler.learning.sparing import Matches, cleaned
from crawler.pool import ParserPool


async def reread(pool: ParserPool, kept: KeptText, outlet: Outlet, matches: Matches | None) -> Reread:
    """Return what the page of a stored text gives by the rules of now, as if it had just been fetched then.

    *outlet* has what was learned of it; *matches* are the standing queries whose lines stay.
    """
    page = kept.page
    read = Reread(revision_id=kept.revision_id, article_id=kept.article_id, number=kept.number)
    try:
        draft = await pool.page(
            page.body, url=page.url, content_type=page.content_type, outlet=outlet, now=page.at
        )
    except ExtractionError as error:
        return replace(read, reason=error.reason)
    article = cleaned(draft, page, outlet, matches)
    if refused := refusal(article, page):
        return replace(read, reason=refused.reason)
    return replace(
        read,
        article=replace(
            article,
            page=replace(page, body=b""),
            fingerprint=fingerprint(article.title, article.body),
        ),
    )
