"""How much a decoded text looks like one that somebody wrote: what tells charsets of one byte apart, which never fail.

Only letters beyond ASCII count. Each language is known by its letters, or its commonest where it has many; a wrong
charset gives letters of no one language, capitals inside words, words of nothing but accents, marks without a letter.
"""

from __future__ import annotations

import re
import unicodedata

_ALPHABETS = tuple(
    frozenset(letters)
    for letters in (
        # Latin: letters beyond ASCII
        "àâæçéèêëîïôœùûü",  # French
        "äöüß",  # German
        "áéíóúüñªº",  # Spanish
        "áàâãçéêíóôõúªº",  # Portuguese
        "àèéìíòóùú",  # Italian
        "åäöæøé",  # Danish, Finnish, Norwegian, Swedish
        "áðéíóúýþæö",  # Icelandic
        "áčďéěíňóřšťúůýžäľĺôŕ",  # Czech, Slovak
        "ąćęłńóśźż",  # Polish
        "áéíóöőúüű",  # Hungarian
        "ăâîșțşţ",  # Romanian
        "çğıİöşüâ",  # Turkish
        "čćđšž",  # Bosnian, Croatian, Slovene
        "ąčęėįšųūž",  # Lithuanian
        "āčēģīķļņšūž",  # Latvian
        "äõöüšž",  # Estonian
        # whole scripts: the commonest letters
        "оеаинтсрвлкмдпуяыьгзбчй",  # Russian
        "оаинтевсрлкудмпзяьбгчіїєй",  # Ukrainian
        "аоеитнрсвлкдпмзугбчъяцщжй",  # Bulgarian
        "αοιετσνηυρπκμλςάέίόήώδγφθχω",  # Greek
        "יוהלאתרבמשנחדעקפםטגסכןזצ",  # Hebrew
        "الينموترهبعسدفةكقحجأشىصطخءكإپیکگ",  # Arabic, Persian
        "ادیرانهمتوسبیکشزلخگفقعحجپچطصغضظيك",  # Persian
        "านรกเงอมลวดทยสตะปบคหจพชขใไโแถธศผณซ่้ัิีื์ุูำ็",  # Thai
        "のにはをたがてとしいでなるれさっもこすかまりあらくよきそえけだめおうんスーントルラアイリドシクジタ年日月一大人国会中本上"
        "出者事分生時間社行見学後前東手子長地場合発方同市最新部業府員政者高内定目入化小理自動関体対民度経議性法力高回所",
        "이다는의에을를가은로고하지한도서자기사대인정시부수일과전어상나해있그리보제라원주아장마스관공들경동되조성우여중구것만으오니신"
        "소방산세계국위비연문화회결개입표후민련당발행요안면때또물무간강검야실단선적건식업내재치거까통명학진금용년월",  # Korean
        "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得"
        "经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事"
        "平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党"
        "程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做"
        "必战先回则任取据处世车市记报道新闻称表示",  # Chinese, simplified
        "的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出就分對成會可主發年動同工也能下過子說產種面而方後多定行學法所民得"
        "經十三之進著等部度家電力里如水化高自二理起小物現實加量都兩體制機當使點從業本去把性好應開它合還因由其些然前外天政四日那社義事"
        "平形相全表間樣與關各重新線內數正心反你明看原又麼利比或但質氣第向道命此變條只沒結解問意建月公無系軍很情者最立代想已通並提直題黨"
        "程展五果料象員革位入常文總次品式活設及管特件長求老頭基資邊流路級少圖山統接知較將組見計別她手角期根論運農指幾九區強放決西被幹做"
        "必戰先回則任取據處世車市記報導新聞稱表示",  # Chinese, traditional
    )
)
_NEUTRAL = frozenset(
    "\u00a0\u00ad«»¿¡“”„‘’‚–—…·•©®™°§№€£¥×½¼¾†‹›、。，！？：；（）「」『』《》〈〉【】“”・～〜…－％／＂＋\u3000،؛؟ـ\u200c\u200d\u200e\u200f"
)
_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 6000
"""Letters that are judged."""
_FEW_LETTERS = 8
"""Letters below which nothing can be said."""


def plausibility(text: str) -> float | None:
    """Return how much *text* looks like some language's, from -1 to 1; None where too few letters tell."""
    beyond = [char for char in text if char > "\x7f"][: _SAMPLE * 2]
    letters = [char for char in beyond if _is_of_a_word(char)]
    if len(letters) < _FEW_LETTERS:
        return None if len(beyond) < _FEW_LETTERS or all(char in _NEUTRAL for char in beyond) else -1.0
    small = [char.lower() for char in letters[:_SAMPLE]]
    known = max(sum(char in alphabet for char in small) for alphabet in _ALPHABETS) / len(small)
    strange = sum(map(_is_strange, beyond)) / len(beyond)
    return max(-1.0, known - 2 * strange - _broken_words(text))


def _is_of_a_word(char: str) -> bool:
    return char.isalpha() or unicodedata.category(char) in ("Mn", "Mc")


def _is_strange(char: str) -> bool:
    """Tell whether a character is one that texts hardly hold: controls, boxes, private and halfwidth forms, symbols."""
    if char in _NEUTRAL or _is_of_a_word(char):
        return "\uff61" <= char <= "\uff9f" or char in "ªº¹²³µ" or "\ue000" <= char <= "\uf8ff"
    return not char.isspace() and not char.isdigit()


def _broken_words(text: str) -> float:
    """Return the share of words with letters beyond ASCII that no language writes so."""
    total = broken = 0
    for found in _WORD.finditer(text):
        word = found[0]
        if word.isascii():
            continue
        total += 1
        broken += _is_broken(word)
        if total >= _SAMPLE // 4:
            break
    return broken / max(1, total)


_INSIDE = re.compile(r"[a-zà-ÿα-ωа-я][A-ZÀ-ÞΑ-ΩА-Я]")
_FINALS = re.compile(r"[ךםןףץς](?=[^\W\d_])|[ةى](?=[^\W\d_])")
_ACCENTS = re.compile("[\u00c0-\u024f]{3}")
_MIXED = re.compile(
    "[A-Za-z\u00c0-\u024f][\u0370-\u0fff]|[\u0370-\u0fff][A-Za-z\u00c0-\u024f]|[α-ω][а-я]|[а-я][α-ω]"
)


def _is_broken(word: str) -> bool:
    return any(form.search(word) for form in (_INSIDE, _FINALS, _ACCENTS, _MIXED))
