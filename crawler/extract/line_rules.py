"""Boilerplate lines that any outlet may have: whole lines only, at the head or the tail of the text.

Data, sorted by what they are. A line of prose that quotes one of them is longer than it and stays. Lines
that only one outlet has belong to its declaration (`ChromeRule`).
"""

from __future__ import annotations

import re
from typing import Literal

from crawler.extract import line_patterns
from crawler.extract.note_patterns import AMONG, CLOSING
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
    *(
        ChromeRule(id=f"any:{name}", place="line", pattern=pattern)
        for name, pattern in (*line_patterns.LINE, *AMONG)
    ),
    *(ChromeRule(id=f"any:{name}", place="head", pattern=pattern) for name, pattern in line_patterns.HEAD),
    *(
        ChromeRule(id=f"any:{name}", place="tail", pattern=pattern)
        for name, pattern in (*line_patterns.TAIL, *CLOSING)
    ),
)
"""What `crawler.clean` knows without an outlet's rules. Advertising labels go anywhere: no sentence is
``ADVERTISEMENT``."""


_DATE_WORDS = frozenset(
    """
    january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday
    mon tue tues wed thu thur thurs fri sat sun am pm a p m at on st nd rd th gmt utc bst est edt et pt pdt pst cet cest
    ist jst amt msk first date t z
    januar februar märz mai juni juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag sonntag
    uhr um am zuletzt den mo di mi do fr sa so
    janvier février mars avril juin juillet août septembre octobre novembre décembre lundi mardi mercredi jeudi vendredi
    samedi dimanche le à h jour
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lunes martes miércoles jueves
    viernes sábado domingo de del las a el hrs hs
    janeiro fevereiro março maio junho julho setembro outubro novembro dezembro segunda terça quarta quinta sexta feira às em
    gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre il ore alle
    januari februari maart mei augustus maj juni juli uur oktober desember mai kl klokken
    tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta klo
    stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia godz
    ledna února března dubna května června července srpna září října listopadu prosince
    ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık saat pazartesi salı çarşamba perşembe cuma cumartesi pazar
    января февраля марта апреля мая июня июля августа сентября октября ноября декабря г мск в
    понедельник вторник среда четверг пятница суббота воскресенье
    січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня о
    ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου
    يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر ص
    فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند ساعت شنبه یکشنبه دوشنبه سه چهارشنبه پنجشنبه جمعه
    年 月 日 时 時 分 秒 年月日 월 일 년 시 분 오전 오후 januari februari
    """.split()  # noqa: SIM905
)
_PUBLISHED = frozenset(
    """
    updated update published posted last modified created stand veröffentlicht aktualisiert publié mis mise publicado
    actualizado atualizado pubblicato aggiornato gepubliceerd bijgewerkt publisert oppdatert publicerad uppdaterad
    opdateret offentliggjort julkaistu päivitetty opublikowano aktualizacja publikováno aktualizováno yayınlanma güncelleme
    опубликовано обновлено опубліковано оновлено نشر تحديث 기사입력 입력 수정 등록 발행 公開 更新 配信 发布 發布 发布时间 更新时间
    """.split()  # noqa: SIM905
)
"""Words that say which of its days a page prints."""
_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_YEAR = re.compile(r"(?<!\d)(?:[1١۱][9٩۹]|[2٢۲][0٠۰]|[1١۱][34٣٤۳۴])\d\d(?!\d)")
"""Of both calendars that news is dated by, in the digits of three scripts."""


def is_date_line(line: str) -> bool:
    """Tell whether a line is nothing but a date: with a year, or with a word such as *updated* before a time."""
    if len(line) > 90:
        return False
    tokens = _TOKEN.findall(line.casefold())
    numbers = sum(token.isdigit() for token in tokens)
    if not 2 <= len(tokens) <= 16 or not (
        _YEAR.search(line) or (numbers >= 2 and not _PUBLISHED.isdisjoint(tokens))
    ):
        return False
    return all(token.isdigit() or token in _DATE_WORDS or token in _PUBLISHED for token in tokens)
