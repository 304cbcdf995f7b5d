"""Lines that no outlet's rules are needed for: what goes, in the languages of the world's news, and what stays."""

from __future__ import annotations

import pytest

from crawler.clean import clean_draft, cut_chrome
from crawler.extract.line_asking import line_rules
from crawler.extract.line_rules import is_date_line
from crawler.items import Draft

FIRST = "The harbour board of Wexholm took its eleven pilots back on Monday, three weeks after it had sent them home."
SECOND = "A diver found the chains of all four buoys cut, the board said, and the police ask who was out that night."
LAST = "Its captain said that he had never seen so many people on the mole, and that most of them had brought flags."


def kept(*lines: str) -> list[str]:
    left, _ = cut_chrome(lines, line_rules(()))
    return [lines[number] for number in left]


ANYWHERE = (
    "Read more: Ferry strike enters its third week",
    "Lire aussi : La grève des ferries se poursuit",
    "Lea también: La huelga de los transbordadores continúa",
    "Le puede interesar: El puerto reabre cuatro muelles",
    "Leia também: Greve das balsas entra na terceira semana",
    "Siehe auch: Streik der Fähren dauert an",
    "Lees ook: Staking van de veerboten duurt voort",
    "Leggi anche: Lo sciopero dei traghetti continua",
    "Czytaj także: Strajk promów trwa",
    "Čtěte také: Stávka trajektů pokračuje",
    "Läs också: Färjestrejken fortsätter",
    "Читайте также: Забастовка паромщиков продолжается",
    "Читайте також: Страйк паромників триває",
    "İlgili haber: Feribot grevi sürüyor",
    "Διαβάστε επίσης: Συνεχίζεται η απεργία",
    "اقرأ أيضا: إضراب العبارات مستمر",
    "بیشتر بخوانید: اعتصاب کشتی‌ها ادامه دارد",
    "קראו גם: שביתת המעבורות נמשכת",
    "यह भी पढ़ें: नौका हड़ताल जारी",
    "関連記事：フェリーのストライキ続く",
    "相关阅读：渡轮罢工继续",
    "관련 기사: 여객선 파업 계속",
    "Baca juga: Mogok feri berlanjut",
    "Xem thêm: Đình công phà tiếp diễn",
    "อ่านต่อ: การนัดหยุดงานเรือข้ามฟากดำเนินต่อไป",
    "Photo: Mara Lindqvist/Coastal Gazette",
    "Foto: Mara Lindqvist",
    "Crédits photos : Bestes Licht",
    "Фото: Мара Линдквист",
    "사진 제공: 해안신문",
    "© Coastal Gazette/Mara Lindqvist",
    "Sign up for our morning newsletter and get the coast's news in your inbox.",
    "Follow the Coastal Gazette on WhatsApp for more from the harbour.",
    "Síguenos en Telegram, Instagram y Facebook para más noticias",
    "Подписывайтесь на наш канал",
    "تابعونا على تلغرام",
    "An dieser Stelle finden Sie einen externen Inhalt, der den Artikel ergänzt und von der Redaktion empfohlen wird.",
    "Ich bin damit einverstanden, dass mir externe Inhalte angezeigt werden.",
    "2026-11-19T08:57:40+01:00",
    "https://www.example.com/assets/logo.png",
    "Click here to read the board's letter in full",
    "If you buy through our links we may earn a commission.",
)


@pytest.mark.parametrize("line", ANYWHERE)
def test_a_line_of_that_kind_goes_wherever_it_stands(line: str) -> None:
    assert kept(FIRST, line, SECOND, LAST) == [FIRST, SECOND, LAST]


AT_THE_TAIL = (
    "Copyright 2026 The Coastal Gazette. All rights reserved.",
    "저작권자 ⓒ 해안신문, 무단전재 및 재배포 금지",
    "Additional reporting by Bo Ek",
    "Editing by Ann Lee",
    "Aus dem Englischen von Bo Ek",
    "Tags: harbour, pilots, Wexholm",
    "Теги: порт, лоцманы",
    "برچسب‌ها: بندر، ناخدا",
    "Sendung: Hafenradio, 24.04.2026, 15:10 Uhr",
    "Like this story? Share it with a friend!",
    "Follow the agency's full coverage of the strike at https://www.example.com/strike",
    "Subscribe now and read without limits",
    "Atenção: Comentários ofensivos não serão aprovados pelo moderador.",
    "Mara Lindqvist can be reached at mlindqvist@example.com.",
    "Support the Gazette! Become a patron or buy our calendar.",
    "SDA/sep",
)


@pytest.mark.parametrize("line", AT_THE_TAIL)
def test_a_line_of_that_kind_goes_behind_the_text_only(line: str) -> None:
    assert kept(FIRST, SECOND, LAST, line) == [FIRST, SECOND, LAST]
    assert line in kept(FIRST, line, SECOND, LAST)


@pytest.mark.parametrize(
    "line",
    [
        "By Mara Lindqvist",
        "By Mara Lindqvist and Bo Ek",
        "Von Anna Beispiel, Wexholm",
        "Lesedauer: 4 Minuten",
        "5 min read",
        "Entermedia 주요뉴스",
        "기사입력 :[ 2026-08-25 15:24 ]",
        "Uppdaterad 15.59 | Publicerad 14.14",
    ],
)
def test_a_line_of_that_kind_goes_before_the_text(line: str) -> None:
    assert kept(line, FIRST, SECOND, LAST) == [FIRST, SECOND, LAST]


PROSE = (
    "Recommended doses fell by half within a year.",
    "Related cases were reported from two other ports.",
    "Support for the party fell by three points in the autumn.",
    "Sign up begins on Monday at the town hall.",
    "Register offices stay shut until the strike is over.",
    "The island can be reached by ferry on weekdays only.",
    "If you found the ring, the board wants to hear from you.",
    "Watch the tide, the pilots say, and you know the hour.",
    "Share prices of the ferry line rose by nine per cent.",
    "Research by the university shows that the channel is filling up.",
    "Join forces or leave, the chair told them.",
    "Published ten years ago, the novel of the harbour divides readers still.",
    "Source of the leak was a valve that nobody had closed.",
    "Video of the night shows nobody on the quay.",
    "Photos of the diver were sent to the police.",
    "Bild: Herr Minister, warum haben Sie so lange gewartet?",
    "Die Tags werden länger, sagt der Lotse.",
    "Abonnieren wollte das niemand, sagte der Verleger.",
    "The poster read SHARE THIS ARTICLE, and below it READ MORE: in red.",
    "“Read more:” stood on the cover of the brochure, and few of the passengers did.",
    "Follow the money, the clerk told the court on Friday.",
    "Stand 2024 zählte der Hafen elf Lotsen.",
    "Das Feedback der Kunden sei gut, so steht es im Datenschutz-Bericht.",
)


@pytest.mark.parametrize("line", PROSE)
def test_prose_that_begins_like_such_a_line_stays_at_every_place(line: str) -> None:
    assert kept(line, FIRST, SECOND) == [line, FIRST, SECOND]
    assert kept(FIRST, line, SECOND) == [FIRST, line, SECOND]
    assert kept(FIRST, SECOND, line) == [FIRST, SECOND, line]


def test_each_line_that_goes_is_on_record_with_its_rule() -> None:
    lines = (FIRST, "Lire aussi : La grève se poursuit", SECOND, "Additional reporting by Bo Ek")
    _, cuts = clean_draft(Draft(title="x", lines=lines, page_lines=lines), None)
    assert {cut.text: cut.rule for cut in cuts} == {lines[1]: "any:read-also", lines[3]: "any:credit"}


@pytest.mark.parametrize(
    "line",
    [
        "22 апреля 2026, 15:10",
        "2026年4月22日 15:10",
        "Updated 14:20 on 3/5",
        "۲ اردیبهشت ۱۴۰۵",
        "14 kwietnia 2026",
    ],
)
def test_a_date_of_any_script_is_a_date_line(line: str) -> None:
    assert is_date_line(line)


def test_a_score_is_no_date_line() -> None:
    assert not is_date_line("Wexholm 28, Aalborg 25")
