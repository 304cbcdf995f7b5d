"""Taking the furniture of a page out of its tree, with a guard for prose.

What is taken out is named by tag, role, and class or id words. Class names lie (``<p class="paywall">``
can be the article, "teaser" the standfirst, an ASP.NET page is one ``<form>``), so nothing goes that
holds a good part of the page's prose, and words that name prose as often as furniture are not here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from crawler.extract.blocks import Element
from crawler.extract.formboxes import form_boxes
from crawler.extract.holders import Holders
from crawler.extract.neighbours import other_articles
from crawler.extract.prose import PROSE, prose
from crawler.extract.rails import LABELLED, label_of, rail_in

_ALWAYS = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "svg",
        "canvas",
        "object",
        "embed",
        "map",
        "link",
        "meta",
    ]
)
_TAGS = frozenset(
    [
        "nav",
        "footer",
        "aside",
        "form",
        "button",
        "select",
        "dialog",
        "menu",
        "input",
        "textarea",
        "video",
        "audio",
    ]
)
_ROLES = frozenset(
    [
        "navigation",
        "contentinfo",
        "complementary",
        "search",
        "dialog",
        "alertdialog",
        "menu",
        "menubar",
        "toolbar",
        "tooltip",
        "tablist",
    ]
)
_NAMED = frozenset(
    [
        "div",
        "section",
        "ul",
        "ol",
        "li",
        "p",
        "span",
        "aside",
        "header",
        "table",
        "td",
        "tr",
        "dl",
        "figure",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "details",
        "small",
        "center",
        "strong",
        "a",
    ]
)
_LABELLED = frozenset({"p", "div", "li", "blockquote", "h2", "h3", "h4", "strong"})
_WORDS = {
    "share": r"share(?!d)|sharing|social(?!ist|ism)|sociable|addthis|addtoany|follow-?(?:us|me|button|bar|links)|partag\w*|compart\w*|teilen|condivid\w*|delen|sdilet|bagikan",
    "newsletter": r"newsletters?|news-?letter-?\w*|subscri(?:be|ption)(?:-?(?:box|form|banner|cta|promo|widget|button|now))?|sign-?up|mailing-?list|mc_embed\w*|inbox|suscri\w*|boletin\w*|infolettre|inscription|abonnement(?:-?\w+)?",
    "related": r"related\w*|recommend\w*|recirc\w*|read-?(?:more|also|next|on)|(?:see|also|must)-?(?:also|read)|more-?(?:from|on|stories|news|articles|like|about)|most-?(?:read|popular|viewed|shared|recent)|trending|popular-?\w*|you-?may\w*|also-?like|latest-?news|other-?news|up-?next|next-?(?:article|story|post)|prev-?next|outbrain\w*|taboola\w*|plista\w*|onnetwork\w*|zergnet\w*|mgid\w*|dable\w*|external-?link-?embed\w*|link-?(?:stack|card|embed|preview)\w*|embed-?card|ranking|"
    r"relacionad[oa]s?|relacionadas?-?\w*|ultim[ao]s-?\w*|mas-?(?:leid[oa]s?|vist[oa]s?|noticias)|lo-?mas-?\w*|mais-?(?:lidas|lidos|noticias)|leia-?(?:mais|tambem)|saiba-?mais|veja-?(?:mais|tambem)|a-?lire|lire-?(?:aussi|plus)|voir-?aussi|articles?-?(?:lies|associes)|correlati|articoli-?\w+|leggi-?anche|verwandt\w*|mehr-?zum-?thema|meistgelesen\w*|weiterlesen|lesen-?sie-?auch|auch-?interessant|empfehlung\w*|lees-?(?:ook|meer)|gerelateerd\w*|czytaj\w*|powiazan\w*|polecan\w*|souvisejici|podobne|relaterade?|relatert\w*|les-?ogsa|las-?mer|ilgili-?\w*|baca-?juga|tin-?lien-?quan|lien-?quan|xem-?them",
    "promo": r"cta|call-?to-?action|\w+-cta|donat(?:e|ion|ions)(?:-?\w+)?|spenden\w*|membership-?(?:box|promo|banner|cta)|whatsapp(?:-?\w+)?|telegram-?(?:box|banner|channel|link|promo)|paywall-?(?:box|form|banner|promo|overlay|modal|message|offer)|app-?(?:bottom|store|teaser|box)(?:-?\w+)?|google-?news(?:-?\w+)?|push-?(?:box|notification|teaser)\w*",
    "advert": r"ad|ads|adv|advert\w*|ad-?(?:slot|unit|wrapper|container|box|banner|label|space)|adsbygoogle|dfp\w*|sponsor\w*|promo|promos|promotion\w*|inline-?promo|affiliate\w*|advertorial|anzeige\w*|werbung\w*|publicidad\w*|publicidade\w*|publicite\w*|pubblicita\w*|reklam\w*|annons\w*|annonse\w*",
    "comments": r"comments?(?:-?(?:list|section|area|form|box|wrapper|container|count|link|thread|button))?|disqus\w*|respond|viafoura\w*|coral-?talk\w*|spot-?im\w*|openweb\w*|hyvor\w*|fb-?comments|kommentare?|comentarios?|commentaires?|commenti|reacties",
    "navigation": r"nav|navbar|navigation|nav-?\w+|menu|submenu|breadcrumbs?|bread-crumbs?|pagination|pager|skip-?(?:link|to)\w*|toolbar|topbar|site-?(?:header|footer)|page-?footer|article-?footer-?links|footer|toc|table-?of-?contents|in-?page-?nav\w*|inline-?anchor-?links|anchor-?links|jump-?links",
    "consent": r"cookie\w*|consent\w*|gdpr\w*",
    "tags": r"tags|tag-?(?:list|cloud|links|container)|article-?tags|post-?tags|keywords|keyword-?list\w*|topics-?(?:list|tags)|etiquetas|schlagworte?|stichworte?|trefwoorden|temas-?\w*",
    "author": r"author-?(?:bio|box|card|info|profile|details?|description|content|about|desc|name|names|avatar|meta|block|area|section|detail-?box)|about-?(?:the-?)?authors?|bio-?box|contributor-?bio|saboxplugin\w*|autor-?(?:box|info|profil)|post-?author\w*|autorenbox|byline|by-?line|bylines?-?wrapper",
    "meta": r"(?:entry|post|article|story)-?(?:meta|byline|dateline|timestamp|date|info)|meta-?(?:data|info|bar)|pub(?:lish(?:ed)?)?-?(?:date|time|on)|posted-?on|time-?stamps?|reading-?time|read-?time|lesezeit|lesedauer|last-?updated?",
    "side": r"side-?bar\w*|right-?(?:rail|col|column|wrap|side|box)|rail|focused-?news|(?:top|hot|last|popular|other)-?(?:news|stories|articles|posts)|app-?hint|collections?-?cards?|teaser-?(?:list|box|block|group)|card-?(?:list|grid|deck|row|group)|sub-?footer|bottom-?(?:bar|links)",
    "poll": r"poll|polls|quiz|umfrage|voting|survey\w*|encuesta|enquete|sondage|sondaggio|element-?poll",
    "summary": r"ai-?(?:\w+-?)?summary\w*|ai-?content|summary-?ai",
    "caption": r"(?:(?:image|img|photo|picture|pic|media|video|gallery|slide|slider|wp|fig|figure|foto|bild|lead-?image|featured-?image|thumb|thumbnail|asset|post-?image)-?)?(?:captions?|credits?|bildunterschrift|bildtext|bildzeile|bildnachweis|bildquelle|legende|didascalia|pie-?(?:de-?)?foto|bildtekst|fotograf|photographer)(?:-?(?:text|wrapper|container|inner|body|box|info|title|credit|credits|source|copyright))?|(?:image|img|photo|picture|pic|media|foto|bild|video)-?(?:copyright|source|description|desc|rights|author|legend|info|title|heading|headline|meta)|wp-?caption-?\w*|vdo-?\w+|video-?(?:player|embed|wrapper|container|box|module)",
    "sources": r"footnotes|footnotes?-?(?:section|list|component|container|wrapper)|citations|citations?-?(?:list|section|wrapper|container)|reference-?list|article-?(?:sources|references)|bibliography",
    "tools": r"print-?(?:button|link|only)|email-?(?:button|link)|app-?(?:promo|download|banner)|font-?size|text-?size|copyright|disclaimer-?box|screen-?reader\w*|sr-only|visually-?hidden|jp-relatedposts|sharedaddy|rate-?\w*|modal\w*|popup\w*|tooltip\w*|toast\w*|snackbar|audio-?player|listen-?(?:button|to|article)|text-?to-?speech|tts|reaction-?\w*|feedback-?(?:form|box|widget)",
}  # fmt: skip
_WORD = re.compile("|".join(f"(?P<{why}>{words})" for why, words in _WORDS.items()))
_SPLIT = re.compile(r"[^a-z0-9]*\s+[^a-z0-9]*|__+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

_GALLERY = 0.5
"""Share of the prose in captions from which they are the text."""


def prune(tree: Element) -> dict[Element, str]:
    """Take furniture out of *tree*; return each element taken out with the word that says why.

    The tree is changed. Tails stay. What only runs (scripts, styles) is taken out without an entry.
    """
    for element in list(tree.iter(*_ALWAYS)):
        element.drop_tree()
    removed: dict[Element, str] = {}
    for element in other_articles(tree):
        if _drop(element):
            removed[element] = "other-article"
    holders = Holders(tree)
    boxes = form_boxes(tree)
    is_gallery = sum(map(prose, tree.iter("figcaption"))) >= holders.total * _GALLERY > 0
    for element in _elements(tree):
        why = "form-box" if element in boxes else _reason(element)
        if not why or (why == "caption" and (_has_quote(element) or (is_gallery and _is_slide(element)))):
            continue
        if holders.holds(element, why):
            continue
        label = label_of(element) if why in LABELLED else None
        if _drop(element):
            removed[element] = why
            if label is not None and _drop(label):
                removed[label] = why
    return removed


def _elements(tree: Element) -> Iterator[Element]:
    """Yield the elements below body, outer ones first, leaving out what has been detached since."""
    bodies = tree.findall(".//body") or [tree]
    for body in bodies[:1]:
        stack = list(reversed(body))
        while stack:
            element = stack.pop()
            if not isinstance(element.tag, str):
                continue
            yield element
            if element.getparent() is not None:
                stack.extend(reversed(element))


def _drop(element: Element) -> bool:
    if element.getparent() is None:
        return False
    element.drop_tree()
    return True


_READ_ALSO = re.compile(
    r"^[\[(•▶►>\-– ]*(?:read (?:more|also|next)|also read|see also|also see|related(?: (?:story|article|coverage))?|more on this|"
    r"recommended|watch|don'?t miss|lire aussi|à lire aussi|à lire|lire également|lea también|lee también|leer más|te puede interesar|leia (?:também|mais)|veja também|"
    r"lesen sie auch|lesen sie mehr|mehr zum thema|auch interessant|lees ook|leggi anche|czytaj (?:też|także|również)|zobacz (?:też|także)|čtěte (?:také|též)|"
    r"läs (?:mer|också|även)|les (?:også|mer)|læs også|lue myös|citește și|читайте также|читайте також|читайте ещё|по теме|اقرأ أيضا|اقرأ أيضًا|بیشتر بخوانید|διαβάστε επίσης)\b\s*[:：|\-–—>]?",
    re.IGNORECASE,
)  # fmt: skip


def _is_read_also(element: Element) -> bool:
    """Tell whether a short block is a label like "Read also:" and a link, and nothing else."""
    if next(element.iter("a"), None) is None:
        return False
    text = _short_text(element)
    if not text or not _READ_ALSO.match(text):
        return False
    linked = sum(len(" ".join(link.itertext()).strip()) for link in element.iter("a"))
    rest = len(_READ_ALSO.sub("", text, count=1).strip())
    return linked > 0 and linked >= rest * 0.8


def _short_text(element: Element) -> str:
    """Return the text of *element*, or '' when it is longer than a label with a headline."""
    parts, length = [], 0
    for part in element.itertext():
        length += len(part)
        if length > 400:
            return ""
        parts.append(part)
    return " ".join(" ".join(parts).split())


def _reason(element: Element) -> str:
    tag = element.tag
    if tag in _TAGS:
        return str(tag)
    if (element.get("role") or "").lower() in _ROLES:
        return "role"
    if element.get("hidden") is not None or _HIDDEN.search(element.get("style") or ""):
        return "hidden"
    if tag in _LABELLED and _is_read_also(element):
        return "read-also"
    if tag == "figcaption" or (tag == "figure" and not _holds_text(element)):
        return "caption"
    if tag == "figure" and element.find("blockquote") is not None:
        element.tag = "div"  # extractors take no text from a figure
    if rail := rail_in(element):
        return rail
    if "-" in tag:
        return _named(tag) or _named(element.get("class") or "")
    if tag in _NAMED:
        return _named(element.get("class") or "") or _named(element.get("id") or "")
    return ""


def _is_slide(element: Element) -> bool:
    """Tell whether a figure or its caption holds prose; the figure becomes a block, from which text is taken."""
    if not prose(element):
        return False
    if element.tag in ("figure", "figcaption"):
        element.tag = "div"
    return True


def _has_quote(element: Element) -> bool:
    return next(element.iter("blockquote"), None) is not None


def _holds_text(figure: Element) -> bool:
    """Tell whether a figure is more than a picture: a quote, a table, a listing, or prose beside its caption."""
    if next(figure.iter("blockquote", "table", "pre", "ul", "ol"), None) is not None:
        return True
    captions = sum(prose(caption) for caption in figure.iter("figcaption"))
    return prose(figure) - captions >= PROSE


@lru_cache(maxsize=4096)
def _named(value: str) -> str:
    """Return the kind of furniture that a class or id names in one of its words, or ''."""
    if not value or len(value) > 600:
        return ""
    for name in _SPLIT.split(_CAMEL.sub("-", value)):
        match = _hit(name.split("--")[0].lower().replace("_", "-").strip("-"))
        if match:
            return match
    return ""


def _hit(name: str) -> str:
    """Match a whole name, or its beginning or end up to a hyphen: ``share-bar``, ``article-share``."""
    if not name:
        return ""
    whole = _WORD.fullmatch(name)
    if whole:
        return str(whole.lastgroup)
    return _edge_hit(name)


def _edge_hit(name: str) -> str:
    parts = name.split("-")
    for cut in range(1, min(len(parts), 6)):
        for edge in ("-".join(parts[:cut]), "-".join(parts[-cut:])):
            match = _WORD.fullmatch(edge)
            if match and match.lastgroup not in _WHOLE_ONLY:
                return str(match.lastgroup)
    return ""


_WHOLE_ONLY = frozenset({"tools", "side"})
