"""Press TV's rules as the extraction tests use them; the catalogue's declaration says the same."""

from __future__ import annotations

from crawler.items import ChromeRule, IdPattern, Outlet, PageRule

CHROME = (
    ChromeRule(
        id="mirror-notice",
        place="line",
        text="Press TV’s website can also be accessed at the following alternate addresses:",
    ),
    ChromeRule(
        id="mirror-address",
        place="tail",
        pattern=r"(?:https?://)?(?:www\.|french\.)?presstv\.(?:co\.uk|ir|com|tv)/?",
    ),
    ChromeRule(id="share", place="tail", text="SHARE THIS ARTICLE"),
    ChromeRule(id="share-fr", place="tail", text="Partager Cet Article"),
    ChromeRule(id="source-fr", place="tail", text="SOURCE: FRENCH PRESS TV"),
    ChromeRule(id="roku", place="line", text="Press TV News Roku"),
    ChromeRule(
        id="breadcrumb", place="head", pattern=r"News\s*/\s*(?:#?[\w ]{1,30}\s*/\s*)?#?[\w .&'-]{1,40}"
    ),
    ChromeRule(id="breadcrumb-fr", place="head", text="TV"),
    ChromeRule(
        id="date",
        place="head",
        pattern=r"(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?,? [a-z]{3,9} \d{1,2}, \d{4,6}(?::\d\d)? ?"
        r"(?:\d{1,2}:\d{1,2})? ?(?:am|pm)?(?: gmt)?(?: ?\[updated: .{5,40}\])?",
    ),
    ChromeRule(id="embed", place="head", pattern=r"[•·]?\s*Embed"),
    ChromeRule(
        id="player", place="head", pattern=r"Sorry, the video player failed to load\.\s*\(Error Code: \d+\)"
    ),
    ChromeRule(id="tools", place="head", text="Share | Email | Print"),
    ChromeRule(id="dateline", place="head", pattern=r"(?:[\w.' -]{3,40}, )?Press TV, [A-Z][\w .'-]{1,30}"),
    ChromeRule(id="comments", place="tail", text="Add Comment Click Here", to_end=True),
)
"""Anchored lines, from the tails and heads of 40 real texts."""

PAGES = (
    PageRule(
        body=("div.item-text", "div[class*='body']"),
        title=("h2.page-header", "h1"),
        section=("div.breadcrumb", "[class*='breadcrumb']"),
        published=("meta[name='DC.Date.Created']",),
        caption=("figure.item-image figcaption",),
        remove=("div.section-latest-news",),
    ),
)

PRESSTV = Outlet(
    id="presstv",
    name="Press TV",
    hosts=("www.presstv.ir", "www.presstv.co.uk"),
    aliases=("presstv.ir", "www.presstv.com"),
    timezone="Asia/Tehran",
    article_id=(
        IdPattern(pattern=r"/(?:Detail|Video)/\d{4}/\d\d/\d\d/(\d+)"),
        IdPattern(pattern=r"/detail/(\d+)\.html"),
    ),
    languages=("en",),
    chrome=CHROME,
    pages=PAGES,
)
