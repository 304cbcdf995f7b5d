"""What the sample outlets list their articles in: three kinds of feed and a news sitemap. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import quote

from crawler.demo.articles import SampleArticle
from crawler.demo.pages import TEHRAN, http_date

PRESSTV_NEW_SLUG = ("900102", "Apple-growers-ask-for-loan")
"""Id of an article that the feed lists a second time under another slug, and that slug."""


def presstv_path(article: SampleArticle, slug: str = "") -> str:
    """Return ``/Detail/YYYY/MM/DD/ID/Slug``, the day in Tehran's time."""
    day = article.published.astimezone(TEHRAN)
    return f"/Detail/{day:%Y/%m/%d}/{article.id}/{slug or article.slug}"


def presstv_feed(articles: Sequence[SampleArticle], act: int) -> str:
    """Return a feed in Press TV's shape: blocks of a home page put one after the other.

    Three hosts in one file, no guid, no date, items twice, in no order, spaces around the titles. In the second
    act an article of the first is listed under a new slug too.
    """
    mixed = sorted(articles, key=lambda article: int(article.id) * 7919 % 101)
    items = [_presstv_item(article, presstv_path(article)) for article in mixed]
    items += [_presstv_item(article, presstv_path(article)) for article in mixed[:3]]
    if act > 1:
        number, slug = PRESSTV_NEW_SLUG
        renamed = next(article for article in articles if article.id == number)
        items.append(_presstv_item(renamed, presstv_path(renamed, slug)))
    built = http_date(max(article.published for article in articles))
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Press TV (sample)</title><link>http://www.presstv.example</link>
<description>News</description><lastBuildDate>{built}</lastBuildDate>
{"".join(items)}
</channel></rss>"""


def _presstv_item(article: SampleArticle, path: str) -> str:
    return (
        f"<item><link>http://presstv.example{quote(path)}</link><title> {escape(article.title)}  </title>"
        f"<description>{escape(article.summary)} </description>"
        '<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/" /></item>\n'
    )


def northwire_feed(articles: Iterable[SampleArticle], extra: Iterable[tuple[str, str]]) -> str:
    """Return an Atom feed of *articles* and of *extra* (address, title), addresses that give no article."""
    entries = [
        _atom_entry(url, article.title, article.published.isoformat())
        for article in articles
        for url in (f"http://www.northwire.example/{article.slug}", *article.also_as)
    ]
    entries += [_atom_entry(url, title, "") for url, title in extra]
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>http://www.northwire.example/</id><title>Northwire (sample)</title>
<updated>2026-01-01T00:00:00Z</updated>
{"".join(entries)}
</feed>"""


def _atom_entry(url: str, title: str, stamp: str) -> str:
    """Return one entry; without *stamp* it has no time."""
    dates = f"<published>{stamp}</published><updated>{stamp}</updated>" if stamp else ""
    return (
        f"<entry><id>{escape(url)}</id><title>{escape(title)}</title>"
        f'<link rel="alternate" href="{escape(url)}"/>{dates}</entry>\n'
    )


def sahand_feed(articles: Iterable[SampleArticle]) -> str:
    """Return an RSS 2.0 feed in Persian, with guid and pubDate."""
    items = "".join(
        f"<item><title>{escape(article.title)}</title><link>{sahand_url(article)}</link>"
        f'<guid isPermaLink="false">{article.slug.split("/")[1]}</guid>'
        f"<pubDate>{http_date(article.published)}</pubDate>"
        f"<description>{escape(article.summary)}</description></item>\n"
        for article in articles
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>خبر سهند (نمونه)</title><link>http://www.sahand.example/</link>
<description>تازه‌ها</description><language>fa</language>
{items}</channel></rss>"""


def sahand_url(article: SampleArticle) -> str:
    """Return the address of *article* with its Persian slug percent-encoded."""
    return f"http://www.sahand.example/{quote(article.slug)}"


def gazette_sitemap(articles: Iterable[SampleArticle]) -> str:
    """Return a news sitemap, the newest first."""
    newest_first = sorted(articles, key=lambda article: article.published, reverse=True)
    urls = "".join(
        f"<url><loc>http://www.coastal-gazette.example/{article.slug}</loc><news:news>"
        "<news:publication><news:name>Coastal Gazette</news:name><news:language>en</news:language></news:publication>"
        f"<news:publication_date>{article.published.isoformat()}</news:publication_date>"
        f"<news:title>{escape(article.title)}</news:title></news:news></url>\n"
        for article in newest_first
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
{urls}</urlset>"""
