"""The catalogue: every declaration is sound, and says of each outlet what is known of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.config import load_config
from crawler.declarations.document import read_document
from crawler.declarations.problems import Findings
from crawler.identity import article_key, classify_link
from crawler.items import Key, SourceKind
from crawler.outlets.load import CATALOGUE, catalogue, catalogue_document, catalogue_ids, read_declaration

SHARED = Path(__file__).parents[4] / "shared" / "data" / "outlets.json"


def declared(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "paper.toml"
    path.write_text(text, encoding="utf-8")
    findings = Findings()
    outlet = read_declaration(read_document(path, name="catalogue/paper.toml"), findings)
    assert (outlet is None) == bool(findings.problems)
    return findings.told()


def test_press_tv_and_ten_more_are_there() -> None:
    assert {"presstv", "presstv-fr", "rt"} < set(catalogue())
    assert len(catalogue()) >= 12
    assert {"en", "fr", "fa", "ar", "he", "ru"} <= {
        lang for outlet in catalogue().values() for lang in outlet.languages
    }


def test_no_host_is_asked_for_two_outlets() -> None:
    hosts = [host for outlet in catalogue().values() for host in outlet.hosts]
    assert len(hosts) == len(set(hosts))


def test_some_outlet_has_a_news_sitemap_and_no_feed() -> None:
    kinds = [{source.kind for source in outlet.sources} for outlet in catalogue().values()]
    assert {SourceKind.SITEMAP} in kinds


def test_all_outlets_of_the_catalogue_can_be_watched_together(tmp_path: Path) -> None:
    path = tmp_path / "newshawk.toml"
    path.write_text("".join(f'[[outlets]]\nuse = "{name}"\n' for name in catalogue_ids()), encoding="utf-8")
    assert [outlet.id for outlet in load_config(path).outlets] == list(catalogue_ids())


def test_every_declaration_says_where_it_comes_from_in_comments() -> None:
    for name in catalogue_ids():
        assert (CATALOGUE / f"{name}.toml").read_text(encoding="utf-8").startswith("# "), name


def test_mistakes_of_a_declaration_name_file_and_line(tmp_path: Path) -> None:
    text = 'id = "paper"\nhosts = ["p.org"]\ntimezone = "Tehran"\nfeed = "http://p.org/rss"\n'
    assert [problem.split(": ")[0] for problem in declared(tmp_path, text)] == [
        "catalogue/paper.toml:3",
        "catalogue/paper.toml:4",
    ]
    assert "no source" in declared(tmp_path, 'id = "paper"\nhosts = ["p.org"]\n')[0]
    assert (
        "paper.toml" in declared(tmp_path, 'id = "other"\nhosts = ["p.org"]\nfeeds = "http://p.org/r"\n')[0]
    )


def test_an_unknown_id_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        catalogue_document("nobody")


@pytest.mark.skipif(not SHARED.is_file(), reason="../shared is absent")
def test_only_feeds_that_somebody_saw_ship() -> None:
    unseen = {
        feed["url"]
        for outlet in json.loads(SHARED.read_text(encoding="utf-8"))
        for feed in outlet["feeds"]
        if feed["status"].startswith("unverified")
    }
    assert not unseen & {source.url for outlet in catalogue().values() for source in outlet.sources}


# --- Press TV -------------------------------------------------------------------------------------


def test_press_tv_has_its_hosts_in_order_and_every_former_domain_as_an_alias() -> None:
    outlet = catalogue()["presstv"]
    assert outlet.hosts == ("www.presstv.ir", "presstv.ir", "www.presstv.co.uk")
    assert {
        "presstv.com",
        "www.presstv.com",
        "presstv.tv",
        "599046384.r.worldcdn.net",
        "783093661.r.worldcdn.net",
    } < set(outlet.aliases)
    assert outlet.timezone == "Asia/Tehran"
    assert outlet.sources[0].url == "https://www.presstv.ir/rss.xml"
    assert all(urlsplit(source.url).netloc in outlet.hosts for source in outlet.sources)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.presstv.ir/Detail/2023/04/18/701800/Russia-Putin-Ukraine-Bakhmut-",
        "https://presstv.ir/Detail/2023/4/18/701800",
        "http://599046384.r.worldcdn.net/detail/2023/04/18/701800/other-slug/",
        "https://www.presstv.co.uk/Video/2023/04/18/701800/%E2%80%99?utm_source=x",
        "http://www.presstv.com/detail/701800.html",
        "http://www.presstv.com/detail/701800.html/",
        "http://www.presstv.com/detail.aspx?id=701800&sectionid=351020403",
        "http://www.presstv.com/Detail.aspx?SectionId=351020403&ID=701800",
    ],
)
def test_press_tv_addresses_of_every_era_name_one_article(url: str) -> None:
    outlet = catalogue()["presstv"]
    assert article_key(outlet, url) == Key(kind="id", value="701800")
    assert classify_link(outlet, url).refusal == ""


@pytest.mark.parametrize(
    "path",
    [
        "/Section/10102/1",
        "/Default/Section/10201/",
        "/detail.aspx?sectionid=351020403",
        "/Detail/2023/04/18/",
    ],
)
def test_press_tv_lists_are_no_articles_by_number(path: str) -> None:
    assert article_key(catalogue()["presstv"], f"https://www.presstv.ir{path}").kind == "path"


def test_another_publisher_at_the_same_content_network_is_foreign() -> None:
    link = classify_link(
        catalogue()["presstv"], "https://112481749.r.worldcdn.net/Detail/2023/04/18/701800/x"
    )
    assert link.refusal == "foreign"


def test_links_of_the_french_feed_are_asked_on_the_french_host() -> None:
    outlet = catalogue()["presstv-fr"]
    link = classify_link(outlet, "https://presstv.ir:443/Detail/2017/05/19/522512/Le-peuple-iranien")
    assert link.refusal == ""
    assert link.address.startswith("https://french.presstv.ir/Detail/2017/")


@pytest.mark.parametrize(
    "line", ["Press TV has conducted an interview with Kevin Barrett.", "Press TV: How so?"]
)
def test_no_chrome_rule_of_press_tv_matches_prose(line: str) -> None:
    for rule in catalogue()["presstv"].chrome:
        assert rule.text != line
        assert not (rule.pattern and re.fullmatch(rule.pattern, line, re.IGNORECASE)), rule.id


# --- the others -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outlet_id", "url", "value"),
    [
        ("rt", "https://rurtnews.com/russia/640735-putins-visit-to-kazakhstan/?utm_source=rss", "640735"),
        ("rt", "https://www.rt.com/news/473849-3-morales-supporters-killed-bolivia/", "473849"),
        ("sputnik", "http://sputniknews.com/africa/20160814/1044254871/congo-massacre-kivu.html", "1044254871"),
        ("sputnik", "https://sputniknews.com/columnists/201911181077343476-royal-arrogance/", "1077343476"),
        ("sputnik", "https://sputnikglobe.com/20260730/iran-attack---irgc-1124518028.html", "1124518028"),
        ("irna", "https://www.irna.ir/news/84124380/%D9%85%D8%A7", "84124380"),
        ("irna", "http://www.irna.ir/fa/News/83091692", "83091692"),
        ("mehr-en", "https://en.mehrnews.com/amp/134853/", "134853"),
        ("mehr-en", "https://en.mehrnews.com/news/134853/Slug", "134853"),
        ("almanar", "https://almanar.com.lb/12345678", "12345678"),
        ("ynet", "https://www.ynet.co.il/news/article/ry3uldtij#autoplay", "ry3uldtij"),
        ("ynet", "http://www.ynet.co.il/articles/0,7340,L-4713571,00.html", "4713571"),
        ("ria", "https://ria.ru/20260924/fsb-2119936553.html", "2119936553"),
        ("ap", "https://apnews.com/article/eu-us-trump-4ad99ea3975a8b62d37bd04961feda55", "4ad99ea3975a8b62d37bd04961feda55"),
        ("ap", "https://apnews.com/article/6d16af58493da565f8ea5d4553a9aed7", "6d16af58493da565f8ea5d4553a9aed7"),
        ("bbc", "https://www.bbc.com/news/articles/cn060pe01e5o?at_medium=RSS", "cn060pe01e5o"),
        ("bbc", "https://www.bbc.co.uk/news/world-middle-east-65311229", "65311229"),
        ("dw", "https://www.dw.com/en/uks-new-system/a-52428669?maca=en-rss", "52428669"),
        ("dawn", "https://www.dawn.com/news/1700077/smokers-corner-slurred-speech", "1700077"),
    ],
)  # fmt: skip
def test_article_numbers_are_read(outlet_id: str, url: str, value: str) -> None:
    assert article_key(catalogue()[outlet_id], url).value == value
    assert classify_link(catalogue()[outlet_id], url).refusal == ""


def test_rts_mirrors_serve_its_feeds_and_pages_and_citations_stay() -> None:
    outlet = catalogue()["rt"]
    assert {"rurtnews.com", "runewsrt.com", "rtrunews.com", "rtnewsru.com"} < set(outlet.hosts)
    assert (
        classify_link(outlet, "https://rtnewsru.com/russia/640735-x/").address
        == "https://www.rt.com/russia/640735-x/"
    )


def test_rivals_and_impostors_are_foreign() -> None:
    assert classify_link(
        catalogue()["sputnik"], "https://en.sputniknews.africa/20240529/1066786230.html"
    ).refusal
    assert classify_link(catalogue()["ynet"], "https://www.ynetnews.com/article/abc").refusal == "foreign"
