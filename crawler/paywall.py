"""Whether a page is the stub of an article: its first lines, and then an offer to pay for the rest. Pure.

Pages that must be paid for are often sent whole (``isAccessibleForFree: false``, ``<p class="paywall">`` around
the text), and pages that are free speak of subscriptions in every corner. So neither a mark nor little text makes
a stub: the page must say in a line of its own that the rest is for those who pay, and there must be no rest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.pagemarks import REPORTED

STUB = 1500
"""Characters of prose from which a text that is said to be paid for is no teaser. Real teasers have 100 to 900."""
FREE_STUB = 900
"""The same of a page that does not say that it is paid for."""
_LONGEST_WALL = 240
"""Characters of a line that offers the rest; prose that speaks of paywalls is longer, or goes on."""
_PROSE = 60
"""Characters from which a line is prose rather than a label."""
_REST = 0.6
"""Share of the stated number of words below which the rest is missing."""
_LONG_WORD = 15
"""Characters a word from which a text is of a script without spaces, whose words are not counted here."""

# No repetition inside a repetition: these run in the main process on lines of strangers.
_WALL = re.compile(
    r"\b(?:subscribe|sign up|register|log in|sign in|join|pay|become an? (?:paid )?(?:member|subscriber)) (?:now |today )?"
    r"(?:to|and) (?:continue|keep|finish|unlock) |\bto (?:continue|keep) reading\b|\bcontinue reading with a\b"
    r"|\b(?:subscribe|register|sign up|log in|sign in) (?:now |today )?to (?:read|view|access|see) (?:the|this|our|more|all|full)\b"
    r"|\bto (?:read|see|get) the (?:full|rest of the|whole|entire|complete) (?:article|story|text|report)\b"
    r"|\b(?:this|the rest of this|the full) (?:article|story|content|page|report|post) is (?:only |exclusively )?"
    r"(?:available |reserved |exclusive )?(?:only |exclusively )?(?:for|to) (?:our )?(?:paid |paying |premium )?(?:subscribers|members)\b"
    r"|\b(?:subscribers?|members?)[ -]only (?:article|story|content)\b|\bfor subscribers only\b|\bunlock (?:this|the full) (?:article|story)\b"
    r"|\byou.{1,8}(?:reached|used|read) (?:your|all|the) .{0,40}(?:free )?articles\b|\bthis is a premium article\b"
    r"|\bweiterlesen mit\b|\b(?:jetzt|um) .{0,30}weiterlesen\b|\bnur für abonnent|\b(?:artikel|inhalt|text) ist .{0,30}(?:abonnent|kostenpflichtig)"
    r"|\bmit .{1,30} (?:abo|plus) (?:weiter)?lesen\b|\bsie möchten weiterlesen\b"
    r"|\bréservée? (?:à nos|aux) abonnés\b|\bil vous reste .{1,12} de (?:cet |l.)article|\bpour lire la suite\b|\babonnez-vous pour (?:lire|continuer|accéder)"
    r"|\bexclusiv[oa] para (?:suscriptores|assinantes|socios)\b|\bsuscr[ií]b(?:ete|ase) para (?:seguir|continuar|leer)|\bpara (?:seguir|continuar) leyendo\b"
    r"|\bsolo para suscriptores\b|\bpara continuar lendo\b|\bassine para (?:ler|continuar)|\briservat[oa] agli abbonati\b|\bper continuare a leggere\b"
    r"|\babbonati per (?:leggere|continuare)|\balleen voor abonnees\b|\bom verder te lezen\b|\bkun for abonnenter\b|\bendast för prenumeranter\b"
    r"|\bokumaya devam etmek için\b|\babonelere özel\b|только (?:для подписчиков|по подписке)|чтобы (?:дочитать|читать дальше|продолжить чтение)"
    r"|للمشتركين فقط|اشترك (?:لمتابعة|لقراءة)|(?:ویژه|مخصوص) (?:مشترکین|مشترکان)|برای ادامه مطالعه|למנויים בלבד|להמשך קריאה"
    r"|会員限定(?:記事)?です|続きを読むには|残り\s?[\d,]{1,6}文字|订阅后(?:继续)?阅读|訂閱(?:後|以)(?:繼續)?|구독(?:자|회원) (?:전용|에게만)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“”„«»‘「]")


def stub_evidence(
    lines: Sequence[str], text: Sequence[str], *, is_paid: bool | None = None, words_stated: int = 0
) -> str:
    """Return the line by which a page is known as a stub, '' when it is none.

    *lines*: all visible lines of the page in order; *text*: those that are taken for the article. *is_paid*: the
    page says that it is not, or that it is, accessible for free; None when it says nothing. *words_stated*: words
    that the article has by the page's own account, 0 when it does not say.
    """
    if is_paid is False:
        return ""
    if _is_whole(text, is_paid=is_paid, words_stated=words_stated):
        return ""
    prose = [line for line in text if len(line) >= _PROSE and not wall_in(line)]
    if not (wall := next(filter(None, map(wall_in, lines)), "")):
        return ""
    length, words = sum(map(len, prose)), sum(len(line.split()) for line in prose)
    if words_stated and words * _LONG_WORD >= length:
        return wall if words < words_stated * _REST else ""
    if is_paid:
        return wall if length < STUB else ""
    return wall if length < FREE_STUB and not _prose_after(lines) else ""


def _is_whole(text: Sequence[str], *, is_paid: bool | None, words_stated: int) -> bool:
    """Tell whether a text is no stub by its long lines alone, so that no line need be looked at for an offer."""
    long = [line for line in text if len(line) > _LONGEST_WALL]
    if not words_stated:
        return sum(map(len, long)) >= (STUB if is_paid else FREE_STUB)
    words, length = (
        sum(len(line.split()) for line in long),
        sum(len(line) for line in text if len(line) >= _PROSE),
    )
    return words >= words_stated * _REST and words * _LONG_WORD >= length


def wall_in(line: str) -> str:
    """Return *line*, shortened, when it offers the rest of an article; '' when it does not, or only quotes."""
    if len(line) > _LONGEST_WALL or not (found := _WALL.search(line)):
        return ""
    if _QUOTED.search(line[max(0, found.start() - 60) : found.start()]) or REPORTED.search(line):
        return ""
    return line.strip()[:120]


def _prose_after(lines: Sequence[str]) -> bool:
    """Return whether the page has more prose after the last line of that kind than before the first: an offer
    above or beside a text, not at its end."""
    at = [number for number, line in enumerate(lines) if wall_in(line)]
    before = sum(len(line) for line in lines[: at[0]] if len(line) >= _PROSE)
    after = sum(len(line) for line in lines[at[-1] + 1 :] if len(line) >= _PROSE)
    return after > before
