"""Damaged pages through the real parser pool: ``python -m benchmarks.fuzz`` in small."""

from __future__ import annotations

from benchmarks.fuzz import DAMAGES, healthy, run
from crawler.extract.document import parse_document
from crawler.extract.page import extract_page


async def test_every_damaged_page_ends_as_a_draft_or_an_extraction_error() -> None:
    table = await run(healthy(with_corpora=False), rounds=2, seed=3, size=0.03, seconds=5.0)
    assert [problem for row in table.values() for problem in row.problems] == []
    assert all(sum(table[damage.__name__].endings.values()) == 2 for damage in DAMAGES)


def test_characters_that_xml_may_not_hold_cost_no_page() -> None:
    body = "<p>One\x01 two\x0bthree\ufffe</p><script>x</script>tail\x1f<p>four</p>".encode()
    draft = extract_page(b"<html><body>" + body + b"</body></html>", url="http://www.example.org/1")
    assert "One two three" in draft.page_lines
    document = parse_document(b"<p>a\x0c\x02b</p>", url="http://www.example.org/1")
    assert document is not None
    assert document.tree.text_content() == "a b"
