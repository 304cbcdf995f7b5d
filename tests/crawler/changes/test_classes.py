"""What an edit is classed as, in many scripts, and what is no edit."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.changes.classes import classify
from crawler.items import Change, ChangeClass, Reading
from tests.world.edits import EDITS, EditedSite, Story, before, edited

TEXT = (
    "The council of Port Selm met on Monday and agreed to close the old bridge for good.\n"
    "Mayor Anna Lindt said that 12 workers would lose their posts because of the decision. It was a legal step.\n"
    "“We did not take this step lightly, and we will help each of them,” she told reporters.\n"
    "Engineers had found cracks in the piers after the flood of last spring. Nobody was hurt.\n"
    "A new crossing is to be built by 2029 at a cost of 40 million euros."
)
BODIES = st.lists(st.text("ab c.“”\n1Ａ中ا", max_size=30), max_size=8).map("\n".join)


def classes(old: str, new: str, language: str = "en", titles: tuple[str, str] = ("T", "T")) -> list[str]:
    """Return the classes of an edit, by weight."""
    change = classify(
        Reading(title=titles[0], body=old, language=language),
        Reading(title=titles[1], body=new, language=language),
    )
    return [each.value for each in change.classes]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("decision", "descision", ["typo"]),
        ("had found", "had had found", ["typo"]),
        ("cracks", "carcks", ["typo"]),
        ("12 workers", "15 workers", ["numbers"]),
        ("Monday", "Tuesday", ["numbers"]),
        ("40 million", "40 billion", ["numbers"]),
        ("Anna Lindt", "Anna Lund", ["names"]),
        ("Port Selm", "Port Karlow", ["names"]),
        ("a legal step", "an illegal step", ["substantive"]),
        ("would lose", "would not lose", ["substantive"]),
        ("agreed to close", "refused to close", ["substantive"]),
        ("did not take", "did take", ["substantive"]),
        ("Nobody was hurt.", "Nobody was hurt. The mayor left town.", ["substantive"]),
        ("for good.", "for good, saying “there is no other way to keep people safe”.", ["quotation_added"]),
        ("“We did", '"We did', ["boilerplate"]),
        ("decision. It", "decision.\nIt", ["boilerplate"]),
        ("by 2029", "by ２０２９", ["boilerplate"]),
        ("Anna Lindt said that 12", "Anna Lund said that 15", ["names", "numbers"]),
    ],
)
def test_words_that_differ_within_a_sentence(old: str, new: str, expected: list[str]) -> None:
    assert old in TEXT
    assert classes(TEXT, TEXT.replace(old, new)) == expected


def test_paragraphs_that_come_go_and_move() -> None:
    lines = TEXT.split("\n")
    without = "\n".join(lines[:3] + lines[4:])
    assert classes(TEXT, without) == ["paragraph_removed"]
    assert classes(without, TEXT) == ["paragraph_added"]
    unquoted = "\n".join(lines[:2] + lines[3:])
    assert classes(TEXT, unquoted) == ["quotation_removed", "paragraph_removed"]
    assert classes(unquoted, TEXT) == ["quotation_added", "paragraph_added"]
    assert classes(TEXT, "\n".join([*lines[:3], lines[4], lines[3]])) == ["moved"]
    other = "Traffic goes over the northern road, which is half an hour longer."
    assert classes(TEXT, "\n".join([*lines[:3], other, lines[4]])) == [
        "substantive",
        "paragraph_removed",
        "paragraph_added",
    ]
    assert classes(TEXT, "\n".join(f"{other} It is way {n}." for n in "abcdefgh"))[0] == "substantive"


def test_the_headline_leads_and_a_counter_in_it_is_none() -> None:
    assert classes(TEXT, TEXT.replace("12", "15"), titles=("A bridge", "The bridge"))[:2] == [
        "headline",
        "numbers",
    ]
    assert classes(TEXT, TEXT, titles=("Bridge shut, 5 minutes ago", "Bridge shut, 9 minutes ago")) == [
        "boilerplate"
    ]


@pytest.mark.parametrize(
    "note",
    [
        "This article was amended on 3 May 2026 because an earlier version misstated the cost.",
        "Correction: the bridge has six piers, not seven.",
        "Editor's note: this story was amended after the mayor's office sent other figures.",
        "In einer früheren Version hieß es, die Brücke habe sieben Pfeiler.",
        "Une version précédente de cet article indiquait un autre coût.",
        "Исправление: у моста шесть опор, а не семь.",
        "تصحیح: در نسخه قبلی این گزارش تعداد پایه‌ها اشتباه آمده بود.",
        "更正：此前版本误写了桥墩的数目。",
        "訂正：橋脚の数に誤りがありました。",
    ],
)
def test_a_note_of_correction_is_a_mark_of_its_own(note: str) -> None:
    assert classes(TEXT, f"{TEXT}\n{note}") == ["correction"]
    assert classes(TEXT, f"{TEXT.replace('12', '15')}\n{note}") == ["numbers", "correction"]


@pytest.mark.parametrize(
    "sentence",
    [
        "The correction of the river cost two millions.",
        "He said the earlier report was wrong.",
        "Editor's note: the views are those of the author.",
    ],
)
def test_prose_about_corrections_is_no_note(sentence: str) -> None:
    assert "correction" not in classes(TEXT, f"{TEXT}\n{sentence}")


SCRIPTS = {
    "fa": (
        "شورای شهر روز دوشنبه تصمیم گرفت پل قدیمی را ببندد.\nوزیر احمد کریمی گفت ۱۲ نفر زخمی هستند.\n"
        "«ما این تصمیم را به آسانی نگرفتیم و به همه کمک می‌کنیم» او به خبرنگاران گفت.",
        ("احمد کریمی", "رضا موسوی"),
        ("۱۲", "15"),
    ),
    "ar": (
        "أعلنت البلدية يوم الاثنين إغلاق الجسر القديم نهائيا.\nوقال الرئيس أحمد سالم إن 12 عاملا سيفقدون وظائفهم.\n"
        "«لم نتخذ هذا القرار بسهولة ولن نترك أحدا وحده» كما قالت للصحفيين.",
        ("أحمد سالم", "خالد ناصر"),
        ("12", "١٥"),
    ),
    "he": (
        "ראש העיר אנה לינדט הודיעה ביום שני כי הגשר הישן ייסגר.\n12 עובדים יאבדו את מקום עבודתם בשנה הבאה.\n"
        '"לא קיבלנו את ההחלטה הזאת בקלות ולא נשאיר אף אחד לבד", אמרה לכתבים.',
        ("אנה לינדט", "דנה כהן"),
        ("12", "15"),
    ),
    "zh": (
        "市议会周一决定关闭旧桥，道路从那时起一直封闭。\n王伟表示，有12名工人将因此失去自己的工作。\n"
        "“我们不是轻易作出这个决定的，我们会帮助每一个人。”她说。",
        ("王伟", "李强"),
        ("12", "十五"),
    ),
    "ja": (
        "市長の田中太郎氏は月曜日、古い橋を閉鎖すると発表した。\n12人の作業員が職を失うことになるという。\n"
        "「この決定は簡単に下したものではなく、誰も一人にはしない」と語った。",
        ("田中太郎", "佐藤次郎"),
        ("12人", "15人"),
    ),
    "ko": (
        "시장 김민수 씨는 월요일 낡은 다리를 폐쇄한다고 발표했고 도로는 계속 막혀 있다.\n12명의 노동자가 일자리를 잃는다.\n"
        "“우리는 이 결정을 가볍게 내리지 않았다”고 시장이 말했다.",
        ("김민수", "박영희"),
        ("12명", "15명"),
    ),
    "hi": (
        "महापौर श्री अनिल वर्मा ने सोमवार को पुराना पुल बंद करने की घोषणा की।\n12 मज़दूर अपनी नौकरी खो देंगे।\n"
        "“हमने यह फ़ैसला आसानी से नहीं लिया,” उन्होंने कहा।",
        ("अनिल वर्मा", "रवि शर्मा"),
        ("12", "१५"),
    ),
}


@pytest.mark.parametrize("language", SCRIPTS)
def test_names_numbers_and_quotations_in_other_scripts(language: str) -> None:
    text, names, numbers = SCRIPTS[language]
    assert classes(text, text.replace(*names), language) == ["names"]
    assert classes(text, text.replace(*numbers), language) == ["numbers"]
    unquoted = text[: text.rindex("\n")]
    assert "quotation_removed" in classes(text, unquoted, language)
    assert classes(unquoted, text, language)[0] == "quotation_added"


def test_otto_is_a_man_in_german_and_eight_in_italian() -> None:
    german = "Der Rat hat am Abend mit den Stimmen von Otto Reimann für den Plan gestimmt."
    assert classes(german, german.replace("Otto Reimann", "Ute Vogel"), "de") == ["names"]
    italian = "Il consiglio ha chiuso otto ponti della regione dopo la piena del fiume."
    assert classes(italian, italian.replace("otto", "nove"), "it") == ["numbers"]


def test_nouns_with_capitals_are_no_names_in_german() -> None:
    text = "Die Arbeiter fürchten, dass die Brücke den ganzen Sommer über gesperrt bleibt."
    assert classes(text, text.replace("Brücke", "Werkstatt"), "de") == ["substantive"]


@pytest.mark.parametrize("kind", EDITS)
def test_each_way_of_editing_in_each_language(kind: str) -> None:
    stories = [each for each, _ in EditedSite.of(120, 0, (kind,)).edits]
    told = {each.number: _leading(each, kind) for each in stories}
    assert {number: leading for number, leading in told.items() if leading != kind} == {}


def _leading(given_: Story, kind: str) -> str:
    first = before(given_, kind)
    texts = [
        Reading(title=each.title, body="\n".join(each.lines), language=each.tongue.code)
        for each in (first, edited(first, kind))
    ]
    return classify(*texts).leading.value


@given(BODIES, BODIES)
def test_any_two_texts_have_a_class_and_counts_that_can_be(old: str, new: str) -> None:
    change = classify(Reading(title="a", body=old), Reading(title="a", body=new))
    assert change.classes
    assert len(set(change.classes)) == len(change.classes)
    assert 0.0 <= change.kept <= 1.0
    assert (change.words_added >= 0, change.words_removed >= 0) == (True, True)
    back = classify(Reading(title="a", body=new), Reading(title="a", body=old))
    assert (back.words_added, back.words_removed) == (
        change.words_removed,
        change.words_added,
    ) or _is_ambiguous(change, back)
    same = classify(Reading(title="a", body=old), Reading(title="a", body=old))
    assert same.classes == (ChangeClass.BOILERPLATE,)


def _is_ambiguous(one: Change, other: Change) -> bool:
    """Return whether two ways of telling a difference weigh the same: sentences that move, or are paired otherwise."""
    return one.words_added - one.words_removed == other.words_removed - other.words_added


def test_a_body_in_which_everything_differs_ends_soon() -> None:
    """Bounded work, not seconds: the comparison of words ends long before all pairs are tried."""
    old = "\n".join(" ".join(f"w{n * 50 + at}" for at in range(50)) + "." for n in range(400))
    new = old.replace("w", "v")
    started = time.process_time()
    assert classify(Reading(title="", body=old), Reading(title="", body=new)).kept == 0.0
    assert time.process_time() - started < 30
