"""Why an outlet is out of reach, as a sentence."""

from __future__ import annotations

import pytest

from crawler.items import Attempt
from crawler.outage import outage


def attempt(host: str, reason: str, detail: str = "", scheme: str = "https") -> Attempt:
    return Attempt(host=host, url=f"{scheme}://{host}/rss.xml", status=None, reason=reason, detail=detail)


def test_each_host_is_named_once_in_the_order_asked_with_its_causes() -> None:
    tries = [
        attempt("www.example.com", "refused"),
        attempt("mirror.example.net", "tls", "the certificate has expired"),
        attempt("www.example.com", "refused", scheme="http"),
        attempt("www.example.com", "http_503"),
    ]
    assert outage(tries) == (
        "www.example.com refused the connection and answered 503,"
        " mirror.example.net: the certificate has expired"
    )


def test_a_certificate_among_other_causes_reads_well() -> None:
    tries = [attempt("a.example", "reset"), attempt("a.example", "tls", "it is for another name")]
    assert outage(tries) == "a.example broke the connection off and failed TLS (it is for another name)"


def test_that_a_host_rests_is_told_only_where_nothing_else_is_known() -> None:
    assert outage([attempt("a.example", "resting")]) == "a.example is left alone for now"
    tries = [attempt("a.example", "timeout"), attempt("a.example", "resting")]
    assert outage(tries) == "a.example did not answer in time"


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ("html", "sent a web page in place of a feed"),
        ("extract_timeout", "sent a feed that took too long to read"),
        ("", "sent something that is no feed (unknown)"),
    ],
)
def test_what_came_in_place_of_a_feed_is_told(detail: str, said: str) -> None:
    assert outage([attempt("a.example", "not_a_feed", detail)]) == f"a.example {said}"


def test_a_word_nobody_foresaw_is_shown_with_its_detail_on_one_line_and_bounded() -> None:
    said = outage([attempt("a.example", "strange", "line\nline " * 100)])
    assert said.startswith("a.example failed (strange: line line")
    assert len(said) < 150
    assert "\n" not in said


def test_nothing_failed_says_nothing() -> None:
    assert outage([attempt("a.example", "ok")]) == ""
