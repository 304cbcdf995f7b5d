"""What kind of page an answer is."""

from __future__ import annotations

import pytest

from crawler.pagekind import page_kind

URL = "https://www.presstv.ir/Detail/2023/04/18/701800/Russia"
HTML = [("Content-Type", "text/html; charset=utf-8")]
NOTICE = (
    "The domain presstv.com has been seized by the United States Government in accordance with a seizure "
    "warrant issued pursuant to 18 USC §§981, 982 and 50 USC 1701-1705 as part of a law enforcement action by "
    "the Bureau of Industry and Security, Office of Export Enforcement and Federal Bureau of Investigation"
)
PROSE = "The governor said on Monday that the bridge would open to traffic in spring, two years late. "


def page(title: str, body: str, head: str = "") -> bytes:
    return f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode()


def kind(body: bytes, status: int = 200, headers: list[tuple[str, str]] = HTML, **more: str) -> str:
    return page_kind(status, headers, body, more.get("url", URL), more.get("requested", URL)).kind


@pytest.mark.parametrize(
    ("expected", "body"),
    [
        (
            "challenge",
            page("Just a moment...", "<script src='/cdn-cgi/challenge-platform/h/b/x.js'></script>"),
        ),
        ("challenge", page("Just a moment...", "<p>Enable JavaScript and cookies to continue</p>")),
        ("challenge", page("Attention Required! | Cloudflare", "<h1>Sorry, you have been blocked</h1>")),
        ("challenge", page("presstv.ir", "<script src='https://ct.captcha-delivery.com/c.js'></script>")),
        (
            "challenge",
            page("", "<script>var c = new AwsWafIntegration()</script><p>JavaScript is disabled</p>"),
        ),
        ("challenge", page("Transferring", "<script src='/__arcsjs/c.js'></script><p>لطفا صبر کنید</p>")),
        ("challenge", page("انتقال به سایت مورد نظر...", "<p>در حال بررسی</p>")),
        ("seizure", page("presstv.com", f"<img src=seal.png><p>{NOTICE}</p>")),
        ("seizure", page("This domain has been seized", "<img src='/banner.jpg'>")),
        ("seizure", page("", f"<div>{NOTICE.replace('presstv.com', 'alalam.ir')}</div><p>FBI</p>")),
        (
            "censor",
            b'<html><head><meta charset=windows-1256></head><body><iframe src="http://10.10.34.35?x">',
        ),
        (
            "consent",
            page("Before you continue to Example", "<form action=/save><button>Accept all</button></form>"),
        ),
        ("consent", page("Example", "<h1>We value your privacy</h1><form><button>Agree</button></form>")),
        ("login", page("Sign in - Example", "<form><input name=u><input type='password' name=p></form>")),
        ("login", page("ورود به سایت", "<form><input type=password></form>")),
        ("parked", page("presstv.tv", "<p>The domain presstv.tv is for sale.</p>")),
        ("parked", page("presstv.tv", "<script src='https://img.sedoparking.com/js/x.js'></script>")),
        ("soft_404", page("Page not found - Press TV", "<h1>404</h1><a href=/>Home</a>")),
        ("soft_404", page("404 Not Found", "<center>nginx</center>")),
        ("soft_404", page("Press TV", "<h1>صفحه مورد نظر یافت نشد</h1>")),
        ("soft_404", page("Страница не найдена | РИА", "<p>Попробуйте поиск</p>")),
        (
            "soft_404",
            page("Press TV | Page Not Found", "<ul>" + "<li><a href=/a>Latest news item</a>" * 200 + "</ul>"),
        ),
        ("error", page("502 Bad Gateway", "<center>nginx</center>")),
        ("error", page("Error establishing a database connection", "")),
        ("error", page("Welcome to nginx!", "<p>If you see this page, the web server is installed.</p>")),
        ("empty", b""),
        ("empty", b" \r\n\t"),
        ("empty", b"<html><head></head><body></body></html>"),
        ("feed", b'<?xml version="1.0"?>\n<rss version="2.0"><channel></channel></rss>'),
        ("feed", b"\xef\xbb\xbf<feed xmlns='http://www.w3.org/2005/Atom'></feed>"),
        ("feed", b'<?xml version="1.0"?><!-- made --><n:urlset xmlns:n="x"></n:urlset>'),
        ("feed", '<?xml version="1.0" encoding="utf-16"?><rss>'.encode("utf-16")),
        ("feed", b'{"version": "https://jsonfeed.org/version/1.1", "items": []}'),
        ("article", b'<?xml version="1.0"?><html><body><p>' + PROSE.encode() * 3 + b"</p></body></html>"),
        (
            "list",
            page("Iran", "<ul>" + "<li><a href=/Detail/1>Talks resume in Muscat</a></li>" * 60 + "</ul>"),
        ),
        ("article", page("Talks resume", f"<h1>Talks resume</h1><p>{PROSE * 8}</p>")),
        ("article", page("Talks resume", "<p>Short news.</p>")),
    ],
)
def test_kinds(expected: str, body: bytes) -> None:
    assert kind(body) == expected


@pytest.mark.parametrize(
    "body",
    [
        page("US takes Press TV's address", f"<h1>US takes Press TV's address</h1><p>“{NOTICE}”, a notice on the "
             f"page said on Tuesday.</p><p>{PROSE}</p>"),
        page("Sites gone", f"<p>{PROSE}</p><p>Visitors now read: {NOTICE}.</p><p>{PROSE}</p><p>{PROSE}</p>"),
        page("Sites gone", f"<p>{NOTICE}.</p><p>{PROSE}</p><p>{PROSE}</p><p>{PROSE}</p>"),
        page("Just a moment of your time", f"<p>{PROSE * 5}</p>"),
        page("Just a moment...", f"<h1>Just a moment...</h1><p>{PROSE * 5}</p>",
             "<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>"),
        page("Access denied: the archives", f"<article><p>{PROSE}</p></article>"),
        page("Page not found", f"<article><h1>Page not found</h1><p>{PROSE}</p></article>"),
        page("We value your privacy, they said", f"<p>{PROSE * 20}</p><form><input type=search></form>"),
        page("A night at the theatre", f"<p>{PROSE * 20}</p><form><input type=password></form>"),
        page("This domain is for sale, says owner", f"<article><p>{PROSE * 2}</p></article>"),
    ],
)  # fmt: skip
def test_an_article_that_says_such_things_stays_an_article(body: bytes) -> None:
    assert kind(body) == "article"


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (403, [("CF-Mitigated", "challenge")], "challenge"),
        (202, [("x-amzn-waf-action", "challenge")], "challenge"),
        (403, [("X-DataDome", "protected")], "challenge"),
        (403, [], "error"),
        (404, [], "error"),
    ],
)
def test_headers_and_status_tell_too(status: int, headers: list[tuple[str, str]], expected: str) -> None:
    assert kind(page("Talks resume", f"<p>{PROSE * 8}</p>"), status, headers) == expected


def test_a_challenge_is_known_also_under_an_error_status() -> None:
    assert kind(page("Just a moment...", "<p>Checking</p>"), 503) == "challenge"


def test_an_article_that_came_from_the_front_page_is_the_front_page() -> None:
    body = page("Press TV", f"<p>{PROSE * 8}</p>")
    assert kind(body, url="https://www.presstv.ir/", requested=URL) == "front_page"


def test_words_in_another_charset_are_read() -> None:
    body = '<meta charset="windows-1251"><title>Страница не найдена</title>'.encode("windows-1251")
    assert kind(body, headers=[]) == "soft_404"


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "piece", [b"<", b"<script", b"<!--", b"<h1>", b"<title>", b"<p>", b"<meta ", b"<iframe ", b"&#", b"\x00", b"\xff", b"domain ", b"error "]
)  # fmt: skip
def test_hostile_bytes_cost_no_time(piece: bytes) -> None:
    assert kind(b"<html>" + piece * (2_000_000 // len(piece))) not in ("challenge", "consent", "seizure")
    assert kind(b"<html>" + piece * (100_000 // len(piece))) not in ("challenge", "consent", "seizure")


NAV = "".join(f"<a href='/s/{number}'>Section number {number}</a> " for number in range(40))


@pytest.mark.parametrize(
    "body",
    [
        f"{NAV}<h1>地震袭击北部海岸城市</h1><p>周一清晨一场地震袭击北部海岸，暂无伤亡。</p>",
        f"{NAV}<h1>Hafen gesperrt</h1><p>Der Hafen von Wexholm ist seit Montag um sechs Uhr für alle Schiffe gesperrt.</p>",
        "<h1>Presstv.com seized</h1><p>The domain has been seized by the United States government, Press TV reported.</p>",
        "<h1>Paywall at the Post</h1><p>The Harbour Post will ask its readers to subscribe to continue reading, its editor said"
        " on Monday in a letter.</p><p>The paper has been free since it was founded by two fishermen in 1911.</p>",
    ],
)
def test_short_news_that_speaks_of_walls_or_stands_among_menus_is_an_article(body: str) -> None:
    html = f"<html><head><title>x</title></head><body>{body}</body></html>".encode()
    assert (
        page_kind(200, [("Content-Type", "text/html; charset=utf-8")], html, "https://e.com/a/1").kind
        == "article"
    )
