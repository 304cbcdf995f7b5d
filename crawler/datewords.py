"""Names of months, halves of the day and time zones as news sites print them: sorted tables.

Names are written folded (see ``folded``): lower case, no diacritics, Persian forms of Arabic letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_LETTERS = str.maketrans(
    {
        "ي": "ی",
        "ى": "ی",
        "ئ": "ی",
        "ك": "ک",
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ة": "ه",
        "ؤ": "و",
        "ـ": "",
        "،": ",",
    }
)
INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0e-\x1f\x7f]")
"""Control, bidi and zero-width characters."""


def folded(text: str) -> str:
    """Return the text in lower case without diacritics, with ASCII digits and single spaces."""
    plain = unicodedata.normalize("NFKD", INVISIBLE.sub("", text).translate(_LETTERS)).lower()
    shown = "".join(
        str(unicodedata.digit(char)) if char.isdigit() and not char.isascii() else char
        for char in plain
        if not unicodedata.combining(char)
    )
    return " ".join(unicodedata.normalize("NFC", shown).split())


def _table(*languages: str) -> dict[str, int]:
    """Return name -> number from twelve groups a language, in order; ``/`` parts names, ``_`` is a space."""
    return {
        folded(name.replace("_", " ")): number
        for language in languages
        for number, names in enumerate(language.split(), start=1)
        for name in names.split("/")
    }


MONTHS = _table(
    # Arabic: Egypt and the Gulf, the Levant and Iraq, the Maghreb
    "يناير/كانون_الثاني/كانون_ثاني/جانفي فبراير/شباط/فيفري مارس/آذار/مارت أبريل/إبريل/نيسان/أفريل مايو/أيار/ماي/ماي "
    "يونيو/يونيه/حزيران/جوان يوليو/يوليه/تموز/جويلية أغسطس/آب/أوت/غشت سبتمبر/أيلول/شتنبر "
    "أكتوبر/تشرين_الأول/تشرين_أول نوفمبر/تشرين_الثاني/تشرين_ثاني/نونبر ديسمبر/كانون_الأول/كانون_أول/دجنبر",
    # English
    "january/jan february/feb march/mar april/apr may june/jun july/jul august/aug september/sept/sep "
    "october/oct november/nov december/dec",
    # Czech: of the genitive, nominative
    "ledna/leden února/únor března/březen dubna/duben května/květen června/červen července/červenec srpna/srpen září "
    "října/říjen listopadu/listopad prosince/prosinec",
    # Danish, Norwegian, Swedish
    "januar/januari/jan februar/februari/feb marts/mars/mar april/apr maj/mai juni/jun juli/jul august/augusti/aug "
    "september/sep oktober/okt november/nov december/desember/dec/des",
    # Dutch
    "januari februari maart/mrt april mei juni juli augustus september oktober november december",
    # Finnish: of the partitive
    "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta "
    "marraskuuta joulukuuta",
    # French
    "janvier/janv février/févr/fév mars avril/avr mai juin juillet/juil août septembre octobre novembre décembre/déc",
    # German
    "januar/jänner/jän februar märz/mrz april mai juni juli august september oktober/okt november dezember/dez",
    # Greek: of the genitive, nominative, short
    "Ιανουαρίου/Ιανουάριος/Ιαν Φεβρουαρίου/Φεβρουάριος/Φεβ Μαρτίου/Μάρτιος/Μαρ Απριλίου/Απρίλιος/Απρ Μαΐου/Μάιος/Μαΐ "
    "Ιουνίου/Ιούνιος/Ιουν Ιουλίου/Ιούλιος/Ιουλ Αυγούστου/Αύγουστος/Αυγ Σεπτεμβρίου/Σεπτέμβριος/Σεπτ/Σεπ "
    "Οκτωβρίου/Οκτώβριος/Οκτ Νοεμβρίου/Νοέμβριος/Νοε Δεκεμβρίου/Δεκέμβριος/Δεκ",
    # Hebrew
    "ינואר/ינו פברואר/פבר מרץ/מרס אפריל/אפר מאי יוני/יונ יולי/יול אוגוסט/אוג ספטמבר/ספט אוקטובר/אוק נובמבר/נוב דצמבר/דצמ",
    # Hindi
    "जनवरी फरवरी/फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर/सितम्बर अक्टूबर/अक्तूबर नवंबर/नवम्बर दिसंबर/दिसम्बर",
    # Hungarian
    "január február március április május június július augusztus szeptember október november december",
    # Indonesian, Malay
    "januari februari/februari/pebruari maret/mac april mei juni/jun juli/julai agustus/ogos/agt september/sept "
    "oktober/okt november/nopember desember/disember/des",
    # Italian
    "gennaio/gen febbraio marzo aprile maggio/mag giugno/giu luglio/lug agosto/ago settembre/set ottobre/ott novembre dicembre/dic",
    # Persian names of the Gregorian months
    "ژانویه/ژانویۀ فوریه مارس آوریل/آپریل می/مه ژوئن/جون ژوئیه/جولای/ژوییه اوت/آگوست/اگست سپتامبر/سپتمبر اکتبر/اکتوبر نوامبر/نومبر دسامبر/دسمبر",
    # Polish: of the genitive, nominative
    "stycznia/styczeń lutego/luty marca/marzec kwietnia/kwiecień maja/maj czerwca/czerwiec lipca/lipiec sierpnia/sierpień "
    "września/wrzesień października/październik listopada/listopad grudnia/grudzień",
    # Portuguese
    "janeiro fevereiro/fev março abril/abr maio junho julho agosto setembro outubro/out novembro dezembro",
    # Romanian
    "ianuarie/ian februarie martie aprilie mai iunie/iun iulie/iul august septembrie octombrie noiembrie/noi decembrie",
    # Russian, Bulgarian: of the genitive, nominative, short
    "января/январь/янв февраля/февраль/фев марта/март/мар апреля/апрель/апр мая/май июня/июнь/июн июля/июль/июл "
    "августа/август/авг сентября/сентябрь/сен/сент октября/октябрь/окт ноября/ноябрь/ноя/нояб декабря/декабрь/дек",
    # Spanish
    "enero/ene febrero marzo abril mayo junio julio agosto septiembre/setiembre octubre noviembre diciembre",
    # Thai: whole, short
    "มกราคม/ม.ค กุมภาพันธ์/ก.พ มีนาคม/มี.ค เมษายน/เม.ย พฤษภาคม/พ.ค มิถุนายน/มิ.ย กรกฎาคม/ก.ค สิงหาคม/ส.ค กันยายน/ก.ย "
    "ตุลาคม/ต.ค พฤศจิกายน/พ.ย ธันวาคม/ธ.ค",
    # Turkish
    "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    # Ukrainian
    "січня/січень лютого/лютий березня/березень квітня/квітень травня/травень червня/червень липня/липень "
    "серпня/серпень вересня/вересень жовтня/жовтень листопада/листопад грудня/грудень",
    # Urdu
    "جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر",
)
"""Gregorian months, 1 to 12."""

SOLAR_MONTHS = _table(
    "فروردین اردیبهشت خرداد تیر مرداد/امرداد شهریور مهر آبان آذر دی بهمن اسفند",
    "حمل ثور جوزا سرطان اسد سنبله میزان عقرب قوس جدی دلو حوت",  # Afghanistan
    "farvardin ordibehesht khordad tir mordad shahrivar mehr aban azar dey bahman esfand",
)
"""Months of the solar Hijri (Jalali) year, 1 to 12."""


ERAS = {"令和": 2018, "平成": 1988, "民国": 1911, "民國": 1911}
"""Eras in which Japan and Taiwan count years, and the year before their first."""


def _words(words: Iterable[str]) -> frozenset[str]:
    return frozenset(folded(word) for word in words)


AFTERNOON = _words(
    (
        "p.m.",
        "p.m",
        "pm",
        "ب.ظ",
        "بعدازظهر",
        "بعد از ظهر",
        "عصر",
        "مساء",
        "م",
        "μμ",
        "오후",
        "午後",
        "下午",
        "晚上",
    )
)
MORNING = _words(
    ("a.m.", "a.m", "am", "ق.ظ", "قبل از ظهر", "صباحا", "ص", "πμ", "오전", "午前", "上午", "凌晨")
)

ZONES: dict[str, int] = {
    folded(name): minutes
    for name, minutes in {
        "AEDT": 660,
        "AEST": 600,
        "AKDT": -480,
        "AKST": -540,
        "BST": 60,
        "CDT": -300,
        "CEST": 120,
        "CET": 60,
        "CST": -360,
        "EAT": 180,
        "EDT": -240,
        "EEST": 180,
        "EET": 120,
        "EST": -300,
        "GMT": 0,
        "HKT": 480,
        "HST": -600,
        "IDT": 180,
        "IRDT": 270,
        "IRST": 210,
        "JST": 540,
        "KST": 540,
        "MDT": -360,
        "MESZ": 120,
        "MEZ": 60,
        "MSK": 180,
        "MST": -420,
        "NZDT": 780,
        "NZST": 720,
        "PDT": -420,
        "PKT": 300,
        "PST": -480,
        "SAST": 120,
        "SGT": 480,
        "TRT": 180,
        "UT": 0,
        "UTC": 0,
        "WAT": 60,
        "WEST": 60,
        "WET": 0,
        "WIB": 420,
        "Z": 0,
        "بتوقيت غرينتش": 0,
        "به وقت گرينويچ": 0,
        "توقيت غرينتش": 0,
        "мск": 180,
        "گرينويچ": 0,
    }.items()
}
"""Minutes east of Greenwich. An abbreviation that the outlet's own zone uses on that day has that
zone's meaning instead (CST in Shanghai, IST in Jerusalem); others that are ambiguous are left out."""

US_ZONES = frozenset(
    {
        "America/Anchorage",
        "America/Boise",
        "America/Chicago",
        "America/Denver",
        "America/Detroit",
        "America/Los_Angeles",
        "America/New_York",
        "America/Phoenix",
        "Pacific/Honolulu",
        "US/Central",
        "US/Eastern",
        "US/Mountain",
        "US/Pacific",
    }
)
"""Zones of outlets that print the month first."""
