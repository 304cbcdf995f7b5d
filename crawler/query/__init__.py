"""The query language: one grammar, one folding and one meaning for search, backtest and live alerts.

fold      a text to its tokens                    nodes     the tree
parse     a query to its tree, or what is wrong   reading   what the tree means for a document
plan      the tree for FTS5                       matcher   all rules on one article
synonyms  words that stand for each other         writing   the tree as a query again
regex     RE2 patterns                            snippet   the match in context
"""

from crawler.items import Document

from .fold import FTS_TOKENIZE, fold_for_regex, fold_text, fold_tokens
from .matcher import Matcher
from .parse import check_named, parse
from .places import Folded, fold
from .plan import Plan
from .query import Query
from .reading import Reading, Span, spans_of
from .snippet import Piece, snippet

__all__ = [
    "FTS_TOKENIZE",
    "Folded",
    "Matcher",
    "Piece",
    "Plan",
    "Query",
    "Span",
    "check_named",
    "fold",
    "fold_for_regex",
    "fold_text",
    "fold_tokens",
    "parse",
    "snippet",
    "spans",
]


def spans(query: Query, document: Document) -> tuple[Span, ...]:
    """Return (field, start, end) of the places in *document* that make *query* hold; empty if it does not."""
    return spans_of(query.tree, Reading(document))
