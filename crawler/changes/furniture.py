"""What changes on a page without anybody editing it: counters, relative times, time stamps, labels. Pure.

Only whole lines count, or what stands in a line that is no sentence; a sentence that says "three hours ago" is text.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from crawler.changes.words import LABEL, is_sentence, keys_of
from crawler.extract.characters import folded
from crawler.query.fold import fold_text

_NUMBER = r"\d[\d.,٬٫\u00a0\u202f ']*\s?(?:k|m|mio|mln|tsd|tys|тыс|млн|万|萬|만|億|亿|هزار|میلیون|ألف)?\.?"
_AGO = (
    r"(?:about |over |almost )?(?:\d+|an?|one|two|three|few)\s?(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|months?|years?)\.? ago"
    r"|just now|moments ago"
    r"|vor (?:etwa )?(?:\d+|einer|einem|wenigen) (?:sekunden?|minuten?|min\.?|stunden?|std\.?|tag(?:en)?|wochen?|monat(?:en)?)|gerade eben"
    r"|il y a (?:\d+|une?|quelques) ?(?:secondes?|minutes?|min|heures?|h|jours?|semaines?|mois)|à l'instant"
    r"|hace (?:\d+|una?|unos) (?:segundos?|minutos?|min|horas?|h|días?|semanas?|mes(?:es)?)"
    r"|há (?:\d+|uma?) (?:segundos?|minutos?|min|horas?|h|dias?|semanas?)|\d+ (?:secondi|minut[oi]|or[ae]|giorn[oi]) fa"
    r"|\d+ (?:seconden|minuten|minuut|uur|dag(?:en)?) geleden|för \d+ (?:sekunder|minuter|timm(?:ar|e)|dagar) sedan"
    r"|(?:for )?\d+ (?:sekunder|minutter|timer?|dager?) siden|\d+ (?:sekund\w*|minut\w*|godzin\w*|dni) temu"
    r"|\d+ (?:секунд\w*|мин\w*|час\w*|дн\w+|день|недел\w*) назад|только что|\d+ (?:секунд\w*|хв\w*|годин\w*|дн\w+|день) тому"
    r"|\d+ (?:saniye|dakika|saat|gün|hafta) önce|πριν (?:από )?\d+ (?:δευτερόλεπτα|λεπτ[άο]|ώρ(?:α|ες)|μέρες)"
    r"|(?:منذ|قبل) (?:\d+ )?(?:ثانية|ثوان[يٍ]?|دقيقة|دقيقتين|دقائق|ساعة|ساعتين|ساعات|يوم|يومين|[أا]يام|[أا]سبوع)"
    r"|\d+ (?:ثانیه|دقیقه|ساعت|روز|هفته) (?:پیش|قبل)|لحظاتی پیش|לפני (?:\d+ )?(?:שניות|דקות|דקה|שעות|שעה|שעתיים|ימים|יום)"
    r"|\d+ ?(?:秒|分钟|分鐘|分|小时|小時|時間|天|日|周|週間)前|刚刚|剛剛|\d+ ?(?:초|분|시간|일|주) ?전|방금"
    r"|\d+ (?:सेकंड|मिनट|घंटे|घंटा|दिन) पहले|\d+ (?:detik|menit|jam|hari) (?:yang )?lalu|\d+ (?:giây|phút|giờ|ngày) trước"
    r"|\d+ (?:วินาที|นาที|ชั่วโมง|วัน)ที่แล้ว"
)
_COUNTED = (
    r"(?:page )?views?|reads?|readers?|shares?|comments?|replies|likes?|retweets?|reposts?|reactions?|claps?|votes?|visits?|hits|plays|followers|"
    r"(?:people |readers )?(?:are )?(?:reading|watching|online)(?: (?:this|now|live))*|aufrufe?|klicks?|kommentare?|leser|mal (?:gelesen|geteilt)|vues?|lectures?|partages?|commentaires?|"
    r"vistas|visitas|lecturas|leituras|comentarios?|comentários?|compartidos?|visualizações|visualizzazioni|commenti|condivisioni|weergaven|reacties|visningar|kommentarer|wyświetle\w*|odsłon\w*|komentarz\w*|"
    r"просмотр\w*|прочтени\w*|комментари\w*|перегляд\w*|коментар\w*|görüntülen?me|okunma|yorum|προβολές|σχόλια|مشاهدة|مشاهدات|قراءة|قراءات|تعليقات?|مشاركة|مشاركات|بازدید|نظرات?|دیدگاه|"
    r"צפיות|תגובות|שיתופים|次(?:阅读|閱讀|浏览|瀏覽|播放|观看)|阅读|閱讀|浏览|瀏覽|评论|評論|点赞|转发|閲覧|コメント|いいね|シェア|回(?:再生|視聴)|조회|댓글|공유|추천|बार देखा गया|टिप्पणियां|dibaca|komentar|lượt xem|bình luận|ครั้ง"
)
_LABELLED = rf"(?:number of |no\. of |total |تعداد |عدد ال?)?(?:{_COUNTED}|阅读(?:量|数|次数)|閱讀(?:量|數)|浏览(?:量|数|次数)|点击(?:量|数|次数)?|閲覧数|再生(?:回)?数|조회수|المشاهدات|القراءات)"
_STAMP = (
    r"(?:(?:last |page )?(?:updated?|modified|refreshed)|as of|aktualisiert|stand|mis à jour|actualis[ée]e?|actualizado|atualizado|aggiornato|bijgewerkt|uppdaterad|oppdatert|aktualizacja|"
    r"обновлено|оновлено|güncelleme|ενημερώθηκε|(?:آخر )?تحديث|(?:آخرین )?به\W?روز ?رسانی|עודכן|更新(?:时间|時間|日時)?|最終更新|수정|업데이트|अपडेट)\b"
)
_LABEL = (
    r"(?:advertise?ments?|ad|ads|sponsored(?: content)?|promoted|anzeige|werbung|publicité|annonce|publicidad|anuncio|publicidade|pubblicità|advertentie|annons|reklama|reklam|реклама|διαφήμιση|"
    r"[إا]علان|آگهی|تبلیغات|פרסומת|广告|廣告|広告|スポンサーリンク|광고|विज्ञापन|iklan|quảng cáo|โฆษณา)"
)
_CLOCK = r"(?:\d{1,4}[-./年月]\s?\d{1,2}[-./月]\s?\d{1,4}日?)?[ ,t]*(?:\d{1,2}[:.]\d\d(?::\d\d)?(?: ?[ap]\.?m\.?)?(?: ?(?:uhr|h|gmt|utc|[a-z]{2,4}t))?)?"
_VOLATILE = re.compile(
    rf"(?<!\w)(?:{_AGO})(?!\w)|(?<![\w.,]){_NUMBER}\s?(?:{_COUNTED})(?!\w)|(?<!\w)(?:{_LABELLED})\s?[:：(]?\s?{_NUMBER}(?![\d.,]*\s?%)"
)
_WHOLE = re.compile(
    rf"{_LABEL}|today|yesterday|heute|gestern|aujourd'hui|hier|hoy|ayer|сегодня|вчера|امروز|دیروز|اليوم|今天|昨天|{_STAMP}.{{0,30}}(?:\d{{1,2}}[:.h時点]\d\d|(?:1[34]|19|20)\d\d|(?<!\w)(?:{_AGO})).{{0,24}}"
    rf"|(?:this|the) (?:article|page|story|post|video) (?:has been|was) (?:read|viewed|seen|shared|opened|watched) {_NUMBER}\s?(?:times)?(?: (?:so far|today))?\."
    rf"|(?:dieser|der) (?:artikel|beitrag) wurde (?:bisher )?{_NUMBER}\s?(?:mal|-mal)? (?:gelesen|aufgerufen|geteilt)\."
    rf"|(?:cet|l)['e ]\s?article a été (?:lu|vu|partagé) {_NUMBER}\s?fois\.|(?:este|el) artículo (?:ha sido|fue) (?:leído|visto) {_NUMBER}\s?veces\."
)
_LEFT_OVER = re.compile(r"[\s|·•\-–—,;:：()\[\]/]*")
_BLANK = "\ufffc"
"""Stands for what changes by itself."""


@lru_cache(maxsize=1 << 14)
def settled(line: str) -> str | None:
    """Return a line, folded, with a place-holder for what changes by itself; None when it is nothing but that."""
    if len(line) > MOST_FURNITURE:
        return fold_text(line)
    text = folded(line)
    if _WHOLE.fullmatch(text) and not (_STAMPED.match(text) and is_sentence(line)):
        return None
    if _CLOCK_LINE.fullmatch(text):
        return None
    if is_sentence(line):
        return fold_text(line)
    replaced = _VOLATILE.sub(_BLANK, text)
    if _BLANK not in replaced:
        return fold_text(line)
    rest = replaced.replace(_BLANK, "")
    if _LEFT_OVER.fullmatch(rest):
        return None
    return " ".join([fold_text(rest), _BLANK])


MOST_FURNITURE = 240
"""Characters of a line that may be furniture."""
_STAMPED = re.compile(_STAMP)
_CLOCK_LINE = re.compile(rf"(?=.*\d){_CLOCK}")


def is_furniture_only(old: tuple[str, str], new: tuple[str, str]) -> bool:
    """Return whether two texts, (title, body) each, differ in nothing but what changes by itself, or in the order of
    lines that are no sentences (a list of other reports that is shuffled)."""
    if settled(old[0]) != settled(new[0]):
        return False
    before, after = (
        [(line, key) for line in each[1].split("\n") if line.strip() and (key := settled(line)) is not None]
        for each in (old, new)
    )
    if " ".join(key for _, key in before) == " ".join(key for _, key in after):
        return True
    if Counter(key for _, key in before) != Counter(key for _, key in after):
        return False
    prose = ([key for line, key in each if is_sentence(line)] for each in (before, after))
    return next(prose) == next(prose)


def is_label(line: str) -> bool:
    """Return whether a line may be a label or a headline of another report: short, and no sentence."""
    return not is_sentence(line) and len(keys_of(line)) <= LABEL
