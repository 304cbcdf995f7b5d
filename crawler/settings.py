"""The table of contents: every component in the order of an article's way.

A schedule starts a crawl (schedules/crawls.py); a spider asks for its sources; the answers come back through
the downloader middlewares; the ledger writes down every link before anything is fetched; pages go through
the pipelines to the writer. Scrapy reads this module; values that the config decides (user agent, delay,
proxy, certificates) are set for each process in crawler/runtime.py.
"""

from __future__ import annotations

BOT_NAME = "newshawk"
SPIDER_MODULES = ["spiders"]
NEWSPIDER_MODULE = "spiders"

# 1. A request leaves: numbers rise towards the network, answers come back the other way.
DOWNLOADER_MIDDLEWARES = {
    "crawler.downloadermiddlewares.robots.RobotsMiddleware": 100,  # may this address be asked at all?
    "crawler.downloadermiddlewares.conditional.ConditionalMiddleware": 200,  # If-None-Match for sources
    "crawler.downloadermiddlewares.mirrors.MirrorsMiddleware": 550,  # a host that fails gives way to the next
    "crawler.downloadermiddlewares.decoding.DecodingMiddleware": 590,  # gzip, br, zstd; a bomb is a fault of the host
    "crawler.downloadermiddlewares.capture.CaptureMiddleware": 595,  # headers and hash as received, before decoding
    "crawler.downloadermiddlewares.redirects.RedirectsMiddleware": 600,  # within the outlet's hosts, at most five
    # Scrapy's own that we replace or do not want:
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,  # crawler/downloader.py
    "scrapy.downloadermiddlewares.stats.DownloaderStats": None,  # the ledger counts
}
DOWNLOAD_HANDLERS = {
    "http": "crawler.downloader.PoliteDownloadHandler",  # guard, gate, proxy, time limits, one dial
    "https": "crawler.downloader.PoliteDownloadHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}

# 2. An answer reaches its spider; the ledger stands between spider and engine.
SPIDER_MIDDLEWARES = {
    "crawler.spidermiddlewares.ledger.LedgerMiddleware": 100,  # links before validators; drops what is known
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,  # the mirrors have judged the status
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,  # canonical_url bounds addresses
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
}

# 3. A page becomes an article.
ITEM_PIPELINES = {
    "pipelines.extract.ExtractPipeline": 100,  # Page -> Extracted: the parser pool
    "pipelines.clean.CleanPipeline": 200,  # Extracted -> Article: anchored chrome rules
    "pipelines.validate.ValidatePipeline": 300,  # Article -> Article or Refusal: is it an article at all?
    "pipelines.dedupe.DedupePipeline": 400,  # Article with its fingerprint
    "pipelines.reread.RereadPipeline": 450,  # of a re-check: kept pages that other rules read, read again
    "pipelines.store.StorePipeline": 500,  # verdict, story, matches, outbox: one transaction
}

# 4. Beside the way.
EXTENSIONS = {
    "crawler.extensions.runlog.RunLog": 100,  # a run of its own for `scrapy crawl`
    "scrapy.extensions.telnet.TelnetConsole": None,
    "scrapy.extensions.corestats.CoreStats": None,
    "scrapy.extensions.memusage.MemoryUsage": None,
    "scrapy.extensions.logstats.LogStats": None,
}

# Manners. The gate (crawler/gate.py) keeps delay and one connection a host over all crawls of the process,
# so Scrapy's own slots, which are per crawl, stay out of the way.
ROBOTSTXT_OBEY = True  # read by RobotsMiddleware
DOWNLOAD_DELAY = 0
CONCURRENT_REQUESTS = 16
CONCURRENT_REQUESTS_PER_DOMAIN = 4  # waiting at one host's gate; the mirrors' requests are not behind them
CONCURRENT_ITEMS = 1  # of one answer, which holds one page; Scrapy starts so many tasks for each answer
COOKIES_ENABLED = False
METAREFRESH_ENABLED = False
REFERER_ENABLED = False

# Bounds: no answer hangs or sinks the daemon.
DOWNLOAD_TIMEOUT = 30  # seconds for a whole answer
DOWNLOAD_MAXSIZE = 8 * 1024 * 1024  # bytes of a page, also after decoding; sources ask for 16 MiB
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_FAIL_ON_DATALOSS = True
DNS_TIMEOUT = 10

# Safety: Scrapy's defaults are made for a developer's desk.
DOWNLOAD_VERIFY_CERTIFICATES = True
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
LOG_LEVEL = "INFO"

TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # the ledger decides what is asked, per host
FEED_EXPORT_ENCODING = "utf-8"
WARN_ON_GENERATOR_RETURN_VALUE = False  # Scrapy would parse the source of each callback to look for a slip
