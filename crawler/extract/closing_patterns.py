"""Notes that stand under a text: who helped, in which issue it is printed, who pays for it.

Expressions as in `line_patterns`, for the run of lines that closes a text: each must match a whole line. They begin
with words that open such a note and no sentence of a report. Where else a text was published first is no such note:
it tells of the text, and stays.
"""

from __future__ import annotations

_SELF = r"(?:article|story|piece|post|essay|column|commentary|op-ed|dispatch)"
"""What a text calls itself; a report or a review may be what it is about."""
_AGENCIES = r"(?:afp|ap|apa|dpa|reuters|efe|ansa|belga|anp|ntb|tt|ritzau|pap|mti|lusa|tass|xinhua|ians|pti|ani|kna|epd|sid|keystone-sda|sda|europa press|agência brasil|agencias?|agências?|agenturen|agences?|agenzie|agencies|wires?)"
_AND = r"(?:,? (?:and|und|et|y|e|en|og|och|i|&) |, ?|/)"

CLOSING: tuple[tuple[str, str], ...] = (
    ("origin", rf"this {_SELF}(?: (?:about|on|by) .{{2,80}})? (?:was|is|has been) (?:written by .{{2,60}} and )?(?:produced|supported|funded|made possible|underwritten|co-published|published|reported)\b.{{0,120}}\b(?:non-?profit|newsroom|news (?:organi[sz]ation|service|outlet)|grants?|fellowship|foundation|journalism|(?:partnership|collaboration) with)\b.{{0,240}}"),
    ("origin", rf"(?:a|an) (?:\w+ )?version of this {_SELF} (?:appears|appeared|ran|was (?:published|printed)) in (?:the )?(?:print|.{{2,60}}(?:edition|issue|newspaper|newsletter)\b).{{0,300}}"),
    ("credit", rf"[-–—(\[ ]*(?:mit (?:material|informationen|agenturmaterial)(?: (?:von|der|des|aus))?|(?:avec|source ?:) |(?:con|com) (?:información|informações|informazioni|material|datos) d[aeo]s?(?: la| el)?|met (?:informatie|medewerking) van|with (?:inputs?|information|files|material|reports?) from|\(?with) ?(?:agency |news )?{_AGENCIES}(?:{_AND}{_AGENCIES})*[\s.)\]]*"),
    ("credit", r"(?:with )?inputs? from .{2,60}|(?:con|com) (?:información|informações) d[aeo]s? .{2,50}"),
    ("credit", r"(?:reporting|writing|reported|additional reporting) by [^.]{2,90}[;.] ?(?:editing|edited|writing|additional reporting|production|compiled)\b.{2,140}"),
    ("credit", r"(?:dpa|apa|afp|ots|sda|kna|epd)[-\w]*,? ?(?:dpa|apa|ots|sda)?:\d{6}\S*"),
    ("credit", r"[（(【]?(?:责任编辑|責任編輯|责编|編輯|编辑|编辑部|记者|記者|原标题|原標題|稿源|校对|校對|审核|撰稿|翻译|监制|通讯员)\s?[:：].{1,60}"),
    ("standards", r"our standards\s?: .{3,80}"),
    ("consent", r"by (?:signing up|subscribing|clicking|submitting|continuing|registering|providing your (?:e-?mail|information))\b.{0,40},? you (?:agree|consent|acknowledge|accept|confirm)\b.{0,260}|(?:mit (?:der|ihrer) (?:anmeldung|registrierung|bestellung)) .{0,40}(?:stimmen|akzeptieren|willigen) sie\b.{0,240}"),
    ("thanks", r"(?:thanks|thank you)(?: so much| very much)? for (?:reading|subscribing|being a (?:reader|subscriber|member))(?:(?: (?:this|our|my|the) [\w’' ]{2,40})?[.!]| and (?:sharing|supporting)\b).{0,260}"),
    ("disclosure", r".{2,80} (?:does not|do not) work for, consult, own shares in or receive funding\b.{0,300}"),
    ("support", r"(?:il vous reste|il te reste) .{1,20} (?:de cet article|à lire)\b.{0,120}|(?:cet article|la suite) est (?:réservée? aux|à lire)\b.{0,120}"),
    ("copyright", r"(?:©|ⓒ)? ?riproduzione riservata ?(?:©|ⓒ)?.{0,40}|reproducción (?:prohibida|total o parcial).{0,160}|reprodução (?:proibida|sem autorização).{0,160}"),
)  # fmt: skip
"""Name and expression."""
