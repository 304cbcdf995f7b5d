"""The sample world of ``newshawk demo``: four outlets, their pages, a small proxy that serves them on
loopback, and the telling of what the crawl made of them.

    articles.py   the sample articles, read from articles/*.toml
    pages.py      an article as its outlet's page, and the pages that are no articles
    lists.py      feeds and a news sitemap
    world.py      which host answers what, in which act: pure, counts its requests
    server.py     the world as an HTTP proxy on a free loopback port
    folder.py     the folder the demo works in, with its newshawk.toml
    story.py      what happened and why, from the crawl's figures and the store's rows: pure
    shown.py      the telling on a terminal
"""
