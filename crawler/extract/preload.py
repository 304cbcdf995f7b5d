"""Imported by the forkserver alone: every parser loaded and used once, so that its forks share the memory.

What a library loads late (the language model, compiled expressions, tables of charsets) would else be loaded
by each worker anew.
"""

from __future__ import annotations

import gc

import crawler.feeds
import crawler.sections
import crawler.sitemaps
from crawler.extract.page import extract_page

_PAGE = """<!doctype html><html lang="en"><head><title>A headline of some words</title>
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "A headline of some words",
"datePublished": "2026-01-02T03:04:05Z", "author": {"name": "Jane Doe"}}</script></head><body><article>
<h1>A headline of some words</h1><p>By Jane Doe</p><p>%s</p><p>%s</p></article></body></html>"""
_PROSE = "The council of the town met on Monday and decided, after a long debate, to build the bridge. " * 4
_FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><item><title>A headline</title>
<link>http://www.example.com/1</link><pubDate>Fri, 02 Jan 2026 03:04:05 GMT</pubDate></item></channel></rss>"""

extract_page((_PAGE % (_PROSE, _PROSE)).encode(), url="http://www.example.com/1", content_type="text/html")
crawler.feeds.read_feed(_FEED, url="http://www.example.com/rss.xml")
gc.collect()
gc.freeze()  # a collection in a worker would copy the pages that it shares
