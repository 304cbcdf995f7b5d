"""From the bytes of a page to a draft. Pure; runs in a parser process."""

from crawler.extract.page import extract_page

__all__ = ["extract_page"]
