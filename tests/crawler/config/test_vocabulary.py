"""[queries] and [synonyms] of a config: what is read, and each mistake with its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.config import load_config
from crawler.config.vocabulary import SHIPPED
from crawler.errors import ConfigError
from crawler.items import Document
from crawler.query import parse

READER = '[[recipients]]\nid = "desk"\nemail = "desk@example.org"\n'


def rule(query: str, examples: str = "") -> str:
    return f'[[rules]]\nid = "r"\nquery = \'{query}\'\nto = "desk"\n{examples}\n'


def written(folder: Path, text: str, **files: str) -> Path:
    for name, lines in files.items():
        (folder / f"{name}.txt").write_text(lines, encoding="utf-8")
    path = folder / "newshawk.toml"
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(folder: Path, text: str, **files: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_config(written(folder, text, **files), env={})
    return [problem.replace(f"{folder}/", "") for problem in caught.value.problems]


def test_rules_and_searches_use_named_queries_and_files_of_synonyms(tmp_path: Path) -> None:
    text = (
        "[queries]\nSanctions = 'OFAC OR \"asset freeze\"'\n"
        '[synonyms]\nfiles = "names.txt"\n'
        + READER
        + rule("Khamenei @sanctions", 'match = "خامنه‌ای: OFAC"\nno_match = "Khamenei"')
    )
    names = "# of names\n\nKhamenei ، Khamenai,خامنه‌ای # the leader\nUSA, =US\n"
    config = load_config(written(tmp_path, text, names=names), env={})
    assert config.vocabulary.synonyms == (("Khamenei", "Khamenai", "خامنه‌ای"), ("USA", "=US"))
    (only,) = config.rules
    assert only.query == "Khamenei @sanctions"
    assert only.full_query == '(Khamenei OR Khamenai OR "خامنه\u200cای") AND (OFAC OR "asset freeze")'
    assert parse("USA", config.vocabulary).holds(Document(title="", body="US"))


def test_a_rule_without_either_has_its_own_query_only(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, READER + rule("a NOT b")), env={})
    assert (config.rules[0].expanded, config.rules[0].full_query) == ("", "a NOT b")


def test_mistakes_of_named_queries_have_line_and_caret(tmp_path: Path) -> None:
    text = (
        "[queries]\n"
        "good = 'a'\n"
        "loop = 'x @loop'\n"
        "open = '(a'\n"
        '"two words" = "a"\n'
        "GOOD = 'b'\n"
        "number = 3\n" + READER + rule("a @goood") + rule("@open").replace('"r"', '"s"')
    )
    assert mistakes(tmp_path, text) == [
        "newshawk.toml:3: query @loop: @loop would stand for itself: @loop -> @loop. Take it out of one of them."
        "\n    x @loop\n      ^",
        "newshawk.toml:4: query @open: This parenthesis is not closed. Add a ).\n    (a\n    ^",
        'newshawk.toml:5: queries.two words is not a name: "two words". Use letters, digits, "_" and "-", at most 64.'
        ' Did you mean "two-words"?',
        'newshawk.toml:6: queries has "good" twice: small and capital letters are the same. Keep one.',
        "newshawk.toml:7: queries.number must be a query in quotes.",
        'newshawk.toml:13: rule "r": There is no named query @goood. Did you mean @good? To search for the text,'
        ' quote it: "@goood"\n    a @goood\n      ^',
        'newshawk.toml:18: rule "s": @open cannot be read: this parenthesis is not closed. Add a ).\n    @open\n    ^',
    ]


def test_mistakes_of_synonyms_have_the_line_of_their_file(tmp_path: Path) -> None:
    text = '[synonyms]\nfiles = ["names.txt", "none.txt", "sub"]\nfile = "x"\n'
    assert mistakes(tmp_path, text) == [
        'newshawk.toml:3: [synonyms] has no key "file". Did you mean "files"?'
    ]
    (tmp_path / "sub").mkdir()
    names = "Kyiv, Kiev\nalone\nZürich, Zurich, ZURICH\na, ***\nx, (y)\n,,\n"
    found = mistakes(tmp_path, text.replace('file = "x"\n', ""), names=names)
    assert [each.split(". ")[0] for each in found] == [
        'names.txt:2: a set has two words or more, with commas between: "alone"',
        "names.txt:3: these are one word already: case, accents and forms of a letter do not count in a query",
        'names.txt:4: "***" has no letter and no digit',
        'names.txt:5: "(y)" has a sign of the query language',
        'names.txt:6: a set has two words or more, with commas between: ",,"',
        "newshawk.toml:2: files names none.txt, which does not exist",
        "newshawk.toml:2: files names sub, which is a folder, not a file.",
    ]


def test_a_file_that_is_not_text_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, '[synonyms]\nfiles = "names.txt"\n')
    (tmp_path / "names.txt").write_bytes(b"a, b\n\xff\xfe, c\n")
    with pytest.raises(ConfigError, match=r"names.txt:2: byte 0xff is not UTF-8"):
        load_config(path, env={})


def test_the_shipped_names_are_sound_and_find_each_other(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, "[synonyms]\nnames = true\n"), env={})
    lines = [line for line in SHIPPED.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    assert len(config.vocabulary.synonyms) == len(lines) > 30
    for words in config.vocabulary.synonyms:
        query = parse(f'"{words[0]}"', config.vocabulary)
        for other in words:
            assert query.holds(Document(title="", body=f"then {other} came")), (words[0], other)
    seen: dict[str, str] = {}
    for words in config.vocabulary.synonyms:
        for word in words:
            assert seen.setdefault(word, words[0]) == words[0]
