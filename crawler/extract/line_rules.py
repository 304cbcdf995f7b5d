"""Boilerplate lines that any outlet may have: whole lines only, at the head or the tail of the text.

Data, sorted by what they are. A line of prose that quotes one of them is longer than it and stays. Lines
that only one outlet has belong to its declaration (`ChromeRule`).
"""

from __future__ import annotations

import re
from typing import Literal

from crawler.items import ChromeRule

_SHARE = """
share this article|share this story|share this post|share this page|share this|share|share on|share it|share via
share on facebook|share on twitter|share on x|share on whatsapp|share on telegram|share on linkedin|tweet|email|print
share via|share this with|copy link|link copied|save article|gift this article|republish this article
partager cet article|partager|partagez cet article|partager sur facebook|imprimer|envoyer par email
compartir|compartir este artículo|comparte esta noticia|compartir en facebook|compartilhar|compartilhe|compartilhe esta notícia
artikel teilen|teilen|diesen artikel teilen|drucken|merken|beitrag teilen|deel dit artikel|delen|condividi|condividi questo articolo
udostępnij|podziel się|sdílet|dela artikeln|dela|del artikkel|del artiklen|jaa|megosztás|distribuie|paylaş|bagikan|bagikan artikel ini
поделиться|поделиться новостью|поделиться статьей|поділитися|сподели|podeli|مشاركة|شارك|شارك المقال|اشتراک گذاری|به اشتراک بگذارید
分享|分享到|シェアする|シェア|공유하기|공유|साझा करें|แชร์|κοινοποίηση|שתף|chia sẻ
"""
_FOLLOW = """
follow us|follow us on|follow us on facebook|follow us on twitter|follow us on x|follow us on telegram|follow us on google news
join us on telegram|join our telegram channel|join our whatsapp channel|find us on|connect with us|stay connected
suivez-nous|suivez-nous sur facebook|suivez-nous sur telegram|síguenos|síguenos en facebook|síganos en|siga-nos|folgen sie uns
volg ons|seguici su|seguici su google news|obserwuj nas|подписывайтесь на нас|подписывайтесь на наш telegram-канал|تابعونا|تابعنا على|ما را دنبال کنید
"""
_NEWSLETTER = """
sign up for our newsletter|subscribe to our newsletter|subscribe|subscribe now|sign up|sign up here|newsletter|newsletters
get our newsletter|get the newsletter|sign up to our newsletter|subscribe to our newsletters|thank you for subscribing|already a subscriber? log in
inscrivez-vous à notre newsletter|abonnez-vous|s'abonner|je m'abonne|suscríbete|suscríbase|suscríbete a nuestra newsletter|assine|assine nossa newsletter
newsletter abonnieren|jetzt abonnieren|zum newsletter anmelden|iscriviti alla newsletter|abonati|zapisz się do newslettera|подписаться|подпишитесь на рассылку|اشترك|اشترك في النشرة
"""
_READ_ALSO = """
read more|read also|also read|see also|read next|related|related articles|related stories|related news|related topics|related content|more on this story|more on this topic
more news|more stories|recommended|recommended for you|you may also like|you might also like|most read|most popular|trending|trending now|latest news|top stories|more from this section|up next|keep reading|continue reading
lire aussi|à lire aussi|lire la suite|à lire également|sur le même sujet|les plus lus|articles liés|leer más|lea también|lee también|noticias relacionadas|más noticias|te puede interesar|leia mais|leia também|veja também|mais lidas
lesen sie auch|lesen sie mehr|mehr zum thema|das könnte sie auch interessieren|das könnte dich auch interessieren|auch interessant|meistgelesen|weiterlesen|lees ook|lees meer|leggi anche|leggi di più|potrebbe interessarti anche|czytaj także|czytaj też|zobacz też|przeczytaj także
čtěte také|läs mer|läs också|les også|læs også|lue myös|olvasson tovább|citește și|ilgili haberler|baca juga|çok okunanlar|читайте также|читать также|читайте ещё|читайте еще|по теме|материалы по теме|читайте також|اقرأ أيضا|اقرأ أيضًا|اقرأ المزيد|بیشتر بخوانید|مطالب مرتبط|اخبار مرتبط|相关新闻|相关阅读|延伸閱讀|関連記事|관련기사|यह भी पढ़ें|อ่านเพิ่มเติม|διαβάστε επίσης|קראו גם
"""
_ADVERT = """
empfohlener redaktioneller inhalt|empfohlener externer inhalt|externer inhalt|externer inhalt nicht verfügbar|ein klick für den datenschutz|recommended videos|recommended video|recommended stories|recommended reading|contenido patrocinado|contenu sponsorisé|more from our partners|showpaywall:|issubscriber:|ispaid:|showpaywallpiano:|false|true
passer la publicité|pular para depois da publicidade
advertisement|advertisements|ad|advertising|sponsored|sponsored content|promoted|story continues below advertisement|article continues below advertisement|article continues after advertisement|continue reading below advertisement|advertisement - scroll to continue|scroll to continue|skip advertisement|remove ads
publicité|la suite après cette publicité|anzeige|werbung|anzeige - lesen sie hier weiter|advertentie|publicidad|publicidade|continua após a publicidade|pubblicità|reklama|reklam|annons|annonse|annonce|реклама|إعلان|تبلیغات|广告|広告|광고|iklan
"""
_COMMENTS = """
comments|comment|leave a comment|leave a reply|add comment|add a comment|add comment click here|post a comment|view comments|join the conversation|no comments|show comments|what do you think?|have your say|0 comments
commentaires|commentaire|laisser un commentaire|réagir|comentarios|comentar|deja un comentario|comentários|kommentare|kommentar schreiben|kommentieren|reacties|commenti|komentarze|skomentuj|комментарии|оставить комментарий|коментарі|التعليقات|تعليقات|نظرات|ارسال نظر|评论|コメント|댓글
"""
_EDGES = """
explore further|on this page|in this article|recommended videos|listen to this article in summarized format|fehler gefunden? jetzt melden.|fehler gefunden?jetzt melden.
back to top|top|close|loading...|loading|menu|previous|next|previous article|next article|listen to this article|listen|embed|report a typo|report an error|learn more|see more|show more|view more|tags|tags:|topics|topics:|click here|skip to content|open image in gallery|image caption|media caption|image source|getty images
all rights reserved|all rights reserved.|alle rechte vorbehalten|tous droits réservés|todos los derechos reservados|todos os direitos reservados|все права защищены|جميع الحقوق محفوظة|version imprimable|nach oben|mehr|zurück|weiter
"""

_PATTERNS: tuple[tuple[str, str], ...] = (
    ("copyright", r"(?:copyright\s*)?(?:©|\(c\)|&copy;)\s?.{0,40}\b(?:19|20)\d\d\b.{0,160}"),
    ("copyright", r"copyright\s(?:©\s?)?(?:19|20)\d\d\b.{0,120}"),
    ("mirror-notice", r".{2,40}website can (?:also )?be accessed (?:at|via|through) the following (?:alternat(?:e|ive)|mirror) address(?:es)?:?"),
    ("app-promo", r"(?:download|get) (?:the|our) .{2,40} app(?: (?:on|from|for) .{2,60})?[.!]?"),
    ("app-promo", r"[\w.’'&-]+(?: [\w.’'&-]+){0,3} (?:roku|app store|google play|appgallery)"),
    ("follow", r"follow .{2,40} on (?:facebook|twitter|x|instagram|telegram|whatsapp|youtube|google news|flipboard|tiktok)(?:[ ,&].{0,80})?\.?"),
    ("bare-address", r"(?:https?://)?(?:www\.)[a-z0-9-]+(?:\.[a-z0-9-]+){1,3}/?"),
    ("copyright", r"[<(\[]?\s*copyright\s?[©ⓒ:].{2,160}"),
    ("source", r"\(?(?:source|quelle|fuente|fonte|kilde|källa|bron|źródło|источник|джерело|kaynak|المصدر|منبع)\s?: ?(?:[^.!?]{2,40}|[\w-]+(?:\.[\w-]+){1,3})\)?"),
    ("credit", r"[-–—(\[ ]*.{2,160}? contributed (?:reporting|to this (?:report|story|article|post))\b.{0,80}"),
    ("credit", r"(?:with files from|additional reporting by|reporting by|[-–—(\[ ]*(?:additional )?reporting by) .{2,200}"),
    ("credit", r"(?:aus dem \w+ von|übersetzung(?: und \w+)?:|redaktion:|mitarbeit:|traduction\b.{0,10}:|traducción\b.{0,10}:) .{2,160}"),
    ("bio", r"[A-ZÀ-ÝА-Я][\w.'’-]+(?: [\w.'’-]+){1,4}(?: \(.{2,40}\))?,? (?:is|was|ist|est|es|è|er|är) (?:an? |the |one |un |une |una |ein |eine |en |ett? )?.{0,160}?\b(?:writers?|editor|reporter|correspondent|journalist|author|columnist|contributor|producer|redakteur(?:in)?|autor(?:in)?|journalistin|korrespondent(?:in)?|journaliste|rédact(?:eur|rice)|periodista|redactora?|giornalista|редактор|журналист|fellow|professor)\b.{0,400}"),
    ("contact", r"(?:[•*-] )?(?:e-?mail|contact|reach|follow)\b.{0,80}?(?:\S+@\S+\.\w+|@\w+|twitter\.com/\w+).{0,160}"),
    ("comment-count", r"\d{1,5} (?:comments?|commentaires?|kommentare?|comentarios?|reacties|комментари\w+)"),
)  # fmt: skip


_HEAD_PATTERNS: tuple[tuple[str, str], ...] = (
    ("reading-time", r"(?:tempo de leitura|lesedauer|lesezeit|reading time|temps de lecture|tiempo de lectura|tempo di lettura|leestijd|время чтения)\s?:? ?(?:ca\\. ?)?\d{1,3} ?[^\W\d_]{0,8}\.?"),
    ("reading-time", r"\d{1,3}[ -]?min(?:ute|uto|uten)?[snt]?\.? (?:read|lesezeit|de lecture|de lectura|de leitura|di lettura|lezen)"),
)  # fmt: skip


def _exact(rule_id: str, words: str, places: tuple[Literal["head", "tail", "line"], ...]) -> list[ChromeRule]:
    """Return a rule for each text of *words* (parted by bars or lines) at each of *places*."""
    texts = [text.strip() for line in words.strip().splitlines() for text in line.split("|")]
    return [ChromeRule(id=f"any:{rule_id}", place=place, text=text) for text in texts for place in places]


_BOTH: tuple[Literal["head", "tail"], ...] = ("head", "tail")

GENERAL_RULES: tuple[ChromeRule, ...] = (
    *_exact("share", _SHARE, _BOTH),
    *(ChromeRule(id="any:share", place=place, text="share | email | print") for place in _BOTH),
    *_exact("follow", _FOLLOW, _BOTH),
    *_exact("newsletter", _NEWSLETTER, _BOTH),
    *_exact("read-also", _READ_ALSO, _BOTH),
    *_exact("advert", _ADVERT, ("line",)),
    *_exact("comments", _COMMENTS, ("tail",)),
    *_exact("edge", _EDGES, _BOTH),
    *(ChromeRule(id=f"any:{name}", place="tail", pattern=pattern) for name, pattern in _PATTERNS),
    *(ChromeRule(id=f"any:{name}", place="head", pattern=pattern) for name, pattern in _HEAD_PATTERNS),
)
"""What `crawler.clean` knows without an outlet's rules. Advertising labels go anywhere: no sentence is
``ADVERTISEMENT``."""


_DATE_WORDS = frozenset(
    """
    january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday
    mon tue tues wed thu thur thurs fri sat sun am pm a p m at on st nd rd th gmt utc bst est edt et pt pdt pst cet cest
    ist jst amt msk updated update published posted last modified first created date
    januar februar märz mai juni juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag sonntag
    uhr um am stand veröffentlicht aktualisiert zuletzt den mo di mi do fr sa so
    janvier février mars avril juin juillet août septembre octobre novembre décembre lundi mardi mercredi jeudi vendredi
    samedi dimanche publié le à h mis jour mise
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lunes martes miércoles jueves
    viernes sábado domingo de del las a publicado actualizado el hrs hs
    janeiro fevereiro março maio junho julho setembro outubro novembro dezembro segunda terça quarta quinta sexta feira às em
    gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre pubblicato il ore alle
    января февраля марта апреля мая июня июля августа сентября октября ноября декабря г мск опубликовано обновлено
    januari februari maart mei augustus uur oktober desember publisert oppdatert publicerad uppdaterad kl klokken
    """.split()  # noqa: SIM905
)
_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def is_date_line(line: str) -> bool:
    """Tell whether a line is nothing but a date with a year: ``Updated: Monday, November 18, 2019 11:28 AM``."""
    if len(line) > 90 or not _YEAR.search(line):
        return False
    tokens = _TOKEN.findall(line.casefold())
    return 2 <= len(tokens) <= 16 and all(token.isdigit() or token in _DATE_WORDS for token in tokens)
