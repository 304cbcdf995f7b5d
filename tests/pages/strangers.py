"""Pages that stand in the place of an article: our own writing, in the structure of the services that send them, with
the strings by which each is known; and articles that speak of such pages."""

from __future__ import annotations

Headers = list[tuple[str, str]]
NONE: Headers = []


def page(title: str, body: str, head: str = "") -> bytes:
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode()
    )


CHALLENGES: dict[str, tuple[int, Headers, bytes]] = {
    "cloudflare-js": (
        403,
        NONE,
        page(
            "Just a moment...",
            "<div class='main-wrapper'><h1 class='zone-name-title'>www.presstv.ir</h1>"
            "<p>www.presstv.ir needs to review the security of your connection before proceeding.</p>"
            "<noscript><p>Enable JavaScript and cookies to continue</p></noscript></div>"
            "<script>window._cf_chl_opt={cvId:'3'}</script><script src='/cdn-cgi/challenge-platform/h/g/orchestrate/x.js'></script>",
        ),
    ),
    "cloudflare-200": (
        200,
        NONE,
        page("Nur einen Moment…", "<script src='/cdn-cgi/challenge-platform/h/g/x.js'></script>"),
    ),
    "cloudflare-block": (
        403,
        NONE,
        page(
            "Attention Required! | Cloudflare",
            "<h1>Sorry, you have been blocked</h1><h2>You are unable to access presstv.ir</h2>"
            "<p>This website is using a security service to protect itself.</p><span>Cloudflare Ray ID: 8f0</span>",
        ),
    ),
    "cloudflare-1020": (403, NONE, b"error code: 1020"),
    "cf-mitigated": (403, [("CF-Mitigated", "challenge")], b"<p>x</p>"),
    "datadome": (
        403,
        [("X-DataDome", "protected")],
        page(
            "presstv.ir",
            "<script>var dd={'host':'geo.captcha-delivery.com'}</script><p>Please enable JS and disable any ad blocker</p>",
        ),
    ),
    "datadome-200": (
        200,
        NONE,
        page(
            "presstv.ir",
            "<p>Please enable JS and disable any ad blocker</p><script src='https://ct.captcha-delivery.com/c.js'></script>",
        ),
    ),
    "aws-202-empty": (202, NONE, b""),
    "aws-202-header": (202, [("x-amzn-waf-action", "challenge")], b""),
    "aws-202-script": (
        202,
        NONE,
        page(
            "",
            "<div id='challenge-container'></div><script>AwsWafIntegration.checkForceRefresh()</script>"
            "<noscript><h1>JavaScript is disabled</h1>In order to continue, we need to verify that you're not a robot.</noscript>",
        ),
    ),
    "aws-captcha": (
        405,
        [("x-amzn-waf-action", "captcha")],
        page("Human Verification", "<script>window.gokuProps={}</script>"),
    ),
    "arvan-503": (
        503,
        [("Server", "ArvanCloud")],
        page("انتقال به سایت مورد نظر...", "<p>در حال انتقال به سایت مورد نظر هستید، لطفا صبر کنید</p>"),
    ),
    "arvan-200": (
        200,
        [("Server", "ArvanCloud")],
        page(
            "در حال انتقال به سایت",
            "<div>لطفا صبر کنید تا به سایت مورد نظر منتقل شوید</div><script src='/__arcsjs/c.js'></script>",
        ),
    ),
    "imperva": (
        200,
        NONE,
        page(
            "",
            "<iframe src='/_Incapsula_Resource?CWUDNSAI=9'>Request unsuccessful. Incapsula incident ID: 88-1</iframe>",
        ),
    ),
    "imperva-interruption": (
        200,
        NONE,
        page(
            "Pardon Our Interruption",
            "<h1>Pardon Our Interruption</h1><p>As you were browsing something made us think you were a bot.</p>"
            "<script src='/_Incapsula_Resource?SWJIYLWA=1'></script>",
        ),
    ),
    "akamai": (
        403,
        NONE,
        page(
            "Access Denied",
            '<H1>Access Denied</H1>You don\'t have permission to access "http://www.presstv.ir/" on this server.<P>'
            "Reference #18.2d351ab8.1557333295.a4e16ab<P>https://errors.edgesuite.net/18.2d351ab8",
        ),
    ),
    "akamai-200": (
        200,
        NONE,
        page(
            "Access Denied",
            "<h1>Access Denied</h1><p>You don't have permission to access this page on this server. Reference #18.2d351ab8.155</p>",
        ),
    ),
    "ddos-guard": (
        403,
        [("Server", "ddos-guard")],
        page(
            "DDOS-GUARD",
            "<h1>Checking your browser before accessing presstv.ir</h1><script src='https://check.ddos-guard.net/check.js'></script>",
        ),
    ),
    "sucuri": (
        403,
        NONE,
        page("Sucuri WebSite Firewall - Access Denied", "<h1>Access Denied - Sucuri Website Firewall</h1>"),
    ),
    "sucuri-js": (
        200,
        NONE,
        page(
            "You are being redirected...",
            "<noscript>Javascript is required. Please enable javascript before you are allowed to see this page.</noscript>"
            "<script>var s={},sucuri_cloudproxy_js='';</script>",
        ),
    ),
    "perimeterx": (
        403,
        NONE,
        page(
            "Access to this page has been denied",
            "<div id='px-captcha'></div><p>Press &amp; Hold to confirm you are a human (and not a bot).</p>",
        ),
    ),
    "f5": (
        200,
        NONE,
        page(
            "Request Rejected",
            "The requested URL was rejected. Please consult with your administrator.<br>Your support ID is: 99",
        ),
    ),
    "wordfence": (
        403,
        NONE,
        page(
            "403 Forbidden",
            "<h1>Your access to this site has been limited by the site owner</h1><p>Generated by Wordfence</p>",
        ),
    ),
    "anubis": (
        200,
        NONE,
        page(
            "Making sure you&#39;re not a bot!",
            "<script id='anubis_challenge' type='application/json'>{}</script><p>Loading...</p>",
        ),
    ),
    "yandex": (
        200,
        NONE,
        page("Вы не робот?", "<p>Подтвердите, что запросы отправляли вы, а не робот</p><form></form>"),
    ),
    "chinese": (200, NONE, page("安全验证", "<p>请完成下方验证</p>")),
}

CONSENT: dict[str, bytes] = {
    "google": page(
        "Before you continue to Google Search",
        "<h1>Before you continue to Google</h1><p>We use cookies and data to deliver and maintain Google services.</p>"
        "<form action='https://consent.google.com/save'><button>Reject all</button><button>Accept all</button></form>",
    ),
    "google-de": page(
        "Bevor Sie fortfahren",
        "<h1>Bevor Sie zu Google weitergehen</h1><form><button>Alle akzeptieren</button></form>",
    ),
    "yahoo": page(
        "Yahoo is part of the Yahoo family of brands",
        "<h1>Yahoo is part of the Yahoo family of brands</h1><p>When you use our sites and apps, we use cookies to run them, to"
        " know who you are, to keep them safe, and to count who comes here and when.</p>"
        "<form method=post><button type='submit' class='btn secondary accept-all' name='agree' value='agree'>Accept all</button></form>",
    ),
    "yahoo-de": page(
        "Yahoo ist Teil der Yahoo Markenfamilie",
        "<h1>Yahoo ist Teil der Yahoo Markenfamilie</h1><form><button name=agree value='agree'>Alle akzeptieren</button></form>",
    ),
    "sourcepoint-pur": page(
        "Zustimmung erforderlich",
        "<h1>Mit Werbung weiterlesen</h1><p>Lesen Sie mit Werbung und Cookies, oder werbefrei im Abo.</p>"
        "<button>Akzeptieren und weiter</button><script src='https://cdn.privacy-mgmt.com/x.js'></script>",
    ),
    "onetrust": page(
        "Example News",
        "<h1>We Care About Your Privacy</h1><p>We and our 812 partners keep and read data on your device.</p>"
        "<button id='onetrust-accept-btn-handler'>I Accept</button>",
    ),
    "privacy-choices": page(
        "Your Privacy Choices",
        "<form action=/privacy><label>Do not sell my data</label><button>Agree</button></form>",
    ),
    "french": page(
        "Le Journal",
        "<h1>Le respect de votre vie privée est notre priorité</h1><button>Tout accepter</button>",
    ),
    "spanish": page("El Diario", "<h1>Valoramos tu privacidad</h1><button>Aceptar y continuar</button>"),
    "italian": page("Il Giornale", "<h1>Rispettiamo la tua privacy</h1><button>Accetta</button>"),
}

LOGIN: dict[str, bytes] = {
    "english": page("Sign in - Example", "<form><input name=u><input type='password' name=p></form>"),
    "persian": page("ورود به سایت", "<form><input type=password></form>"),
    "german": page("Anmelden | Beispiel", "<form><input type=email><button>Weiter</button></form>"),
    "untitled": page("Example", "<form><input name=u><input type=password></form>"),
}

_SEIZED = (
    "The domain {} has been seized by the United States Government in accordance with a seizure warrant issued pursuant to 18 USC "
    "§§981, 982 and 50 USC 1701-1705 as part of a law enforcement action by the Bureau of Industry and Security, Office of Export "
    "Enforcement and Federal Bureau of Investigation"
)
SEIZURE: dict[str, bytes] = {
    "presstv": page("presstv.com", f"<img src=seal.png><p>{_SEIZED.format('presstv.com')}</p>"),
    "alalam": page("alalam.ir", f"<img src=seal.png><div>{_SEIZED.format('alalamtv.net')}</div>"),
    "picture": page("This website has been seized", "<img src=banner.jpg>"),
    "europol": page(
        "Seized",
        "<h1>THIS DOMAIN HAS BEEN SEIZED</h1><p>by law enforcement in a joint action with Europol</p>",
    ),
}

PARKED: dict[str, bytes] = {
    "sedo": page("presstv.tv", "<script src='https://img.sedoparking.com/js/jquery.js'></script><p>presstv.tv - This website is for sale!</p>"),
    "godaddy": page("presstv.tv", "<script>window.onload=function(){window.location.href=\"/lander\"}</script>"),
    "godaddy-text": page("presstv.tv", "<p>This Web page is parked FREE, courtesy of GoDaddy.</p>"),
    "bodis": page("presstv.tv", "<div id=target></div><script src='https://d.bodis.com/x.js'></script>"),
    "hugedomains": page("PressTvNews.com is for sale | HugeDomains", "<h1>PressTvNews.com</h1><p>Buy now for $4,995</p><script src='https://www.hugedomains.com/a.js'></script>"),
    "dan": page("presstv.tv", "<p>The domain name presstv.tv is for sale!</p><a href='https://dan.com/buy-domain/presstv.tv'>Get this domain</a>"),
    "expired": page("Domain expired", "<p>This domain has expired. If you own it, renew it.</p>"),
}  # fmt: skip

CENSOR: dict[str, bytes] = {
    "iran": b'<html><head><meta charset=windows-1256></head><body><iframe src="http://10.10.34.36?type=Invalid Site&policy=MainPolicy " style="width:100%"></iframe></body></html>',
    "iran-34": b'<html><body><iframe src=http://10.10.34.34?x></iframe></body></html>',
    "russia": page("Доступ ограничен", "<h1>Доступ к запрашиваемому ресурсу ограничен</h1><p>по решению уполномоченных органов, 149-ФЗ</p><a href='http://eais.rkn.gov.ru'>реестр</a>"),
    "russia-words": page("Внимание", "<p>Доступ к сайту заблокирован по решению суда.</p>"),
    "turkey": page("Erişim engellendi", "<p>5651 sayılı Kanun uyarınca yapılan teknik inceleme sonucunda bu internet sitesine erişim engellenmiştir.</p>"),
    "india": page("", "<p>Your requested URL has been blocked as per the directions received from Department of Telecommunications, Government of India. Please contact administrator for more information.</p>"),
    "india-airtel": page("", "<iframe src='https://www.airtel.in/dot/?dpid=1'></iframe>"),
    "indonesia": page("Internet Positif", "<script>location='http://internetpositif.example.id'</script><p>Situs ini diblokir</p>"),
    "pakistan": page("Surf Safely!", "<p>This website is not accessible in Pakistan.</p>"),
    "eu": page("Blocked", "<p>Access to this website is blocked under EU sanctions law.</p>"),
}  # fmt: skip

SOFT_404: tuple[str, ...] = (
    "404", "404 Not Found", "Error 404", "Page not found", "Oops! That page can’t be found.", "Sorry, this page no longer exists",
    "Article not found", "This story is no longer available", "Page introuvable", "Cette page n’existe plus", "Seite nicht gefunden",
    "Página no encontrada", "La página no existe", "Página não encontrada", "Pagina non trovata", "Pagina niet gevonden",
    "Sayfa bulunamadı", "Haber bulunamadı", "Страница не найдена", "Сторінку не знайдено", "Nie znaleziono strony", "Stránka nenalezena",
    "Sidan hittades inte", "صفحه مورد نظر یافت نشد", "خبر مورد نظر یافت نشد", "الصفحة غير موجودة", "لم يتم العثور على الصفحة",
    "הדף לא נמצא", "页面不存在", "您访问的页面不存在", "ページが見つかりません", "페이지를 찾을 수 없습니다", "Halaman tidak ditemukan",
    "خطای ۴۰۴", "Fehler 404", "Erreur 404",
)  # fmt: skip
"""What titles and headlines of error pages say that come with status 200."""

ERRORS: tuple[str, ...] = (
    "502 Bad Gateway", "504 Gateway Time-out", "500 Internal Server Error", "Error establishing a database connection",
    "Welcome to nginx!", "Apache2 Ubuntu Default Page: It works", "Index of /", "IIS Windows Server", "Under maintenance", "Site is down for maintenance",
    "We’ll be back soon", "Account Suspended", "Service Unavailable", "Wartungsarbeiten", "Site en maintenance", "Технические работы",
    "الموقع تحت الصيانة", "سایت در حال بروزرسانی است", "Something went wrong", "Whitelabel Error Page",
)  # fmt: skip

SCRIPTS: dict[str, bytes] = {
    "react": page("Example", "<noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div><script src=/a.js></script>"),
    "bare": page("Example", "<div id=app></div><script src=/a.js></script>"),
    "german": page("Beispiel", "<p>Bitte aktivieren Sie JavaScript.</p><script src=/a.js></script>"),
    "persian": page("نمونه", "<p>لطفا javascript را فعال کنید</p><script></script>"),
}  # fmt: skip

PROSE = "The governor said on Monday that the bridge would open to traffic in spring, two years late. "


def article(title: str, *paragraphs: str, more: str = "") -> bytes:
    """A page without any mark of an article beside its headline and text."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return page(
        f"{title} | Example News",
        f"<header><form><input type=search></form></header><h1>{title}</h1>{text}{more}",
    )


ARTICLES: dict[str, bytes] = {
    "flash": article("Ferries resume", "Ferries are running again."),
    "flash-without-headline": page("Ferries resume", "<p>Ferries are running again.</p>"),
    "seizure-quoted": article("US takes Press TV’s address", f"“{_SEIZED.format('presstv.com')}”, a notice on the page said on Tuesday."),
    "seizure-flash": article("Website of broadcaster has been seized", "The website of the broadcaster has been seized, its director said on Monday."),
    "cloudflare-outage": article("Cloudflare outage takes down half the web", "Readers saw “Attention Required! | Cloudflare” and “Just a moment...” for two hours."),
    "just-a-moment": article("Just a moment of silence", "The crowd fell silent for just a moment on Sunday, then the bells rang."),
    "just-a-moment-exact": article("Just a moment", "The play of that name opens in the old theatre on Friday evening."),
    "checking-your-browser": article("Checking your browser: what sites learn of you", "A study lists what a site learns before a page is even shown."),
    "access-denied": article("Access denied to reporters at trial", "The court shut its doors to reporters on Monday, citing lack of seats."),
    "captcha": article("Captcha firm is sold for a billion", "The firm behind the puzzles goes to a rival, both said on Monday."),
    "cookie-law": article("We use cookies: court says a banner is not enough", "“We value your privacy” is no consent, the judges found on Monday.", more="<form><button>Subscribe</button></form>"),
    "privacy": article("We value your privacy, ministry tells drivers", "Cameras will not keep faces, the ministry said on Monday in a letter."),
    "paywall": article("Subscribe to continue reading: how papers earn their money", PROSE * 2, PROSE * 3, PROSE * 4, PROSE * 4),
    "domain-sale": article("Domain of failed bank is for sale", "The domain is for sale at an auction that ends on Friday, the liquidator said."),
    "future-home": article("Future home of the museum burns", "The future home of the museum burned down in the night to Monday."),
    "404": article("404 Not Found: an exhibition of lost things", "The exhibition opens on Friday in the old harbour."),
    "404-exact": article("Page not found", PROSE * 6, PROSE * 2),
    "maintenance": article("Bridge is closed for maintenance until spring", "Drivers are asked to use the northern crossing."),
    "502": article("502 new flats for the harbour", "The council gave its consent on Monday evening."),
    "login-records": article("Login records show who opened the file", "Investigators named the account on Monday, a spokesman said."),
    "login-box": article("Ferries resume", "Ferries are running again, the harbour board said.", more="<form><input name=u><input type=password><button>Log in</button></form>"),
    "blocked-site": article("Court has news site blocked", "Access to the site has been blocked by order of a court, its editor said on Monday."),
    "russian-block": article("Роскомнадзор снова взялся за новости", "«Доступ к сайту заблокирован по решению суда», — увидели читатели в понедельник утром."),
    "javascript": article("JavaScript turns thirty", "The language that is disabled by the careful turns thirty this week, its makers said."),
    "coming-soon": article("Coming soon to the harbour: a new ferry", "The ferry is to run from May, the board said on Monday."),
    "un-momento": page("Un momento histórico", "<p>El puente se abre por fin al tráfico, dijo el alcalde.</p>"),
}  # fmt: skip
"""Articles that speak of such pages, or are as short."""
