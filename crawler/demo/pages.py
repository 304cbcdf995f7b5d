"""An article as its outlet's page, and the pages that are no articles. Pure.

The layouts carry the outlets' own lines around the text (navigation, breadcrumbs, share bars, notices), since
telling those from the article is what newshawk is for.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from html import escape

from crawler.demo.articles import SampleArticle

TEHRAN = timezone(timedelta(hours=3, minutes=30))

NOTICE = "Press TV’s website can also be accessed at the following alternate addresses:"
"""The line that opens the tail of each page in Press TV's layout."""


def presstv_page(article: SampleArticle) -> str:
    """Return *article* in Press TV's layout: unquoted attributes, breadcrumb, mirror notice, share line.

    The date is US month/day on a 12-hour clock without a zone, in Tehran's time.
    """
    local = article.published.astimezone(TEHRAN)
    photo = f"//cdn.presstv.example/Photo/{local.year}/{local.month}/{local.day}/{article.id}.jpg"
    caption = f"<figcaption>{escape(article.caption)}</figcaption>" if article.caption else ""
    figure = f"<figure class=item-image><img src={photo} alt=''>{caption}</figure>" if article.caption else ""
    stamp = f"{local.month}/{local.day}/{local.year} {local:%I:%M:%S %p}".replace(" 0", " ")
    return f"""<!DOCTYPE html>
<html lang=en><head><meta charset=utf-8>
<title>{escape(article.title)} - PressTV</title>
<meta property=og:title content="{escape(article.title)}">
<meta property=og:type content=article>
<meta property=og:image content="http:{photo}">
<meta property=og:description content="{escape(article.summary)}">
<meta name='DC.Date.Created'  content='{stamp}'/>
</head><body>
<header><nav><a href=/>Home</a> <a href=/Section/10101/1>Politics</a> <a href=/Section/10102/1>Society</a>
<a href=/Section/10103/1>Economy</a> <a href=/Live>Live</a></nav></header>
<main><div class=breadcrumb>News   /   {escape(article.section)}</div>
<h1>{escape(article.title)}</h1>
{figure}
<div class="news-body body">
{_paragraphs(article)}
<br><br><br>
<p>{NOTICE}</p>
<p><a href=http://www.presstv.co.uk>www.presstv.co.uk</a></p>
<p>SHARE THIS ARTICLE</p>
<p>Press TV News Roku</p>
</div></main>
<aside><h3>Latest</h3><a class=topnews-title href=/Section/10102/1>More from Society</a></aside>
<footer>© {local.year} Press TV (sample). All rights reserved.</footer>
</body></html>"""


def northwire_page(article: SampleArticle, url: str) -> str:
    """Return *article* as a wire's page: JSON-LD, a promotion in the middle, *url* as its canonical address."""
    stated = json.dumps(
        {
            "@context": "http://schema.org",
            "@type": "NewsArticle",
            "headline": article.title,
            "datePublished": article.published.isoformat(),
            "author": {"@type": "Person", "name": article.byline},
            "articleSection": article.section,
        }
    ).replace("</", "<\\/")
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{escape(article.title)} | Northwire</title>
<link rel="canonical" href="{escape(url)}">
<meta property="og:title" content="{escape(article.title)}">
<script type="application/ld+json">{stated}</script>
</head><body>
<nav><a href="/world">World</a> <a href="/business">Business</a> <a href="/sport">Sport</a></nav>
<article><p class="kicker">{escape(article.section)}</p>
<h1>{escape(article.title)}</h1>
<p class="byline">By {escape(article.byline)}</p>
{_paragraphs(article)}
</article>
<div class="newsletter"><h3>The Northwire Morning</h3><p>Sign up for our newsletter.</p></div>
<footer>© Northwire (sample)</footer>
</body></html>"""


def northwire_amp_page(article: SampleArticle, url: str) -> str:
    """Return the AMP form of *article*, which names *url* as the address it stands for."""
    return f"""<!doctype html>
<html amp lang="en"><head><meta charset="utf-8"><title>{escape(article.title)}</title>
<link rel="canonical" href="{escape(url)}"></head>
<body><article><h1>{escape(article.title)}</h1>
{_paragraphs(article)}
</article></body></html>"""


def gazette_page(article: SampleArticle) -> str:
    """Return *article* as a local paper's page: the date in a time element, an "also read" box in the text."""
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{escape(article.title)} - Coastal Gazette</title>
<meta property="og:title" content="{escape(article.title)}">
<meta property="article:section" content="{escape(article.section)}">
<meta property="article:published_time" content="{article.published.isoformat()}">
<meta name="author" content="{escape(article.byline)}">
</head><body>
<header>Coastal Gazette <a href="/">Front page</a> <a href="/sea">Sea</a> <a href="/local">Local</a></header>
<main><article><h1>{escape(article.title)}</h1>
<p class="meta">{escape(article.byline)}, <time datetime="{article.published.isoformat()}">today</time></p>
{_paragraphs(article)}
<div class="related"><h4>Also read</h4><ul><li><a href="/sea">What the tide brings</a></li></ul></div>
</article></main>
<footer>© Coastal Gazette (sample)</footer>
</body></html>"""


def sahand_page(article: SampleArticle) -> str:
    """Return *article* as a Persian page, right to left, its time with Tehran's offset."""
    local = article.published.astimezone(TEHRAN)
    return f"""<!DOCTYPE html>
<html lang="fa" dir="rtl"><head><meta charset="utf-8"><title>{escape(article.title)} - خبر سهند</title>
<meta property="og:title" content="{escape(article.title)}">
<meta property="og:locale" content="fa_IR">
<meta property="article:published_time" content="{local.isoformat()}">
<meta property="article:section" content="{escape(article.section)}">
<meta name="author" content="{escape(article.byline)}">
</head><body>
<nav><a href="/">خانه</a> <a href="/social">اجتماعی</a> <a href="/economy">اقتصادی</a></nav>
<article><h1>{escape(article.title)}</h1>
{_paragraphs(article)}
</article>
<div class="share">این خبر را با دوستان خود در میان بگذارید</div>
<footer>© خبر سهند (نمونه)</footer>
</body></html>"""


def seizure_page(host: str) -> str:
    """Return the page that a seized domain shows: status 200, and nothing of the outlet's."""
    return f"""<html><head><title>This website has been seized</title></head><body><h1>This website has been seized</h1>
<p>The domain {escape(host)} has been seized by the United States Government in accordance with a seizure
warrant issued pursuant to 18 USC §§981, 982 and 50 USC 1701-1705 as part of a law enforcement action.</p>
</body></html>"""


def challenge_page() -> str:
    """Return a bot check that comes with status 200 in place of an article."""
    return """<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title></head><body>
<h1>www.northwire.example</h1><p>Verifying you are human. This may take a few seconds.</p>
<noscript>Enable JavaScript and cookies to continue</noscript>
<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script></body></html>"""


def plain_page(title: str, line: str) -> str:
    """Return a short page for errors and front pages."""
    return f"<!DOCTYPE html><html><head><title>{escape(title)}</title></head><body><h1>{escape(title)}</h1><p>{escape(line)}</p></body></html>"


def http_date(when: datetime) -> str:
    """Return *when* as a feed's pubDate with Tehran's offset: ``Mon, 23 Nov 2026 10:00:00 +0330``."""
    return when.astimezone(TEHRAN).strftime("%a, %d %b %Y %H:%M:%S %z")


def _paragraphs(article: SampleArticle) -> str:
    return "\n".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in article.paragraphs)
