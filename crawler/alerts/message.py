"""The mail itself: headers, a text part and an HTML part, from a group of alerts.

Nothing in a mail is fetched from elsewhere: no images, no fonts, no tracking. Without ``public_url`` it links
to the original articles only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from functools import cache
from typing import Any

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from crawler.alerts.excerpts import as_text
from crawler.alerts.links import Links
from crawler.alerts.plain import isolated, one_line
from crawler.alerts.policy import Mail
from crawler.alerts.views import MailView, view_mail
from crawler.items import Recipient, Rule

WORD = 68
"""Characters of the longest word that stands beside ``Subject:`` in one line (RFC 5322: 78)."""


class _MailPolicy(EmailPolicy):
    """The standard policy, but for a subject: one with other letters or a very long word is encoded whole, and its
    first line holds text.

    The standard one encodes word by word, and a line end before an encoded word is read back as one space
    too many; what just fits into a line of its own it puts below an empty one.
    """

    def fold(self, name: str, value: Any) -> str:
        """Return the header as lines."""
        if (
            name.lower() == "list-unsubscribe"
        ):  # the standard one encodes a long address, which no program reads then
            return f"{name}: {value}{self.linesep}"
        if name.lower() != "subject":
            return str(super().fold(name, value))
        is_plain = str(value).isascii() and all(len(word) <= WORD for word in str(value).split())
        header = Header(str(value), "us-ascii" if is_plain else "utf-8", header_name=name)
        folded = header.encode(splitchars=" ", linesep=self.linesep)
        return f"{name}: {folded}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Return the header as lines of ASCII."""
        if name.lower() == "list-unsubscribe":
            return self.fold(name, value).encode("ascii")
        if name.lower() != "subject":
            return super().fold_binary(name, value)
        return self.fold(name, value).encode("ascii")


SEVEN_BIT = _MailPolicy(cte_type="7bit", linesep="\r\n")
"""Every server takes it as it is: text with other letters is quoted-printable or base64."""

SUBJECT, RULES, OUTLET = 180, 40, 40
"""Characters of a subject, and in it of the rules and the outlet, at most."""

RULE_HEADER = 200


def build(
    mail: Mail,
    recipient: Recipient,
    *,
    sender: str,
    now: datetime,
    rules: Mapping[str, Rule],
    public_url: str = "",
    database: str = "newshawk",
    links: Links | None = None,
) -> EmailMessage:
    """Return the mail for *mail*'s alerts to *recipient*, who may have several addresses.

    *sender* is the ``from`` of the config, *rules* the rules by id (one that is missing is named without its
    query). With *public_url* each article also links to its page in Datasette's *database*; with *links* the reader
    can mute and leave each rule.
    """
    archive = f"{public_url.rstrip('/')}/{database}/article?id=" if public_url else ""
    view = view_mail(mail, recipient, rules, now, archive, links)
    domain = domain_of(sender)
    message = EmailMessage(policy=SEVEN_BIT)
    message["Subject"] = subject(view, mail)
    name, address = parseaddr(sender)
    message["From"] = Address(display_name=name or "newshawk", addr_spec=ascii_domain(address))
    message["To"] = [Address(addr_spec=ascii_domain(address)) for address in recipient.emails]
    message["Date"] = format_datetime(now)
    message["Message-ID"] = mail.message_id or message_id(mail, domain)
    if not mail.digest:
        message["References"] = thread_id(recipient, mail.alerts[0].story_id, domain)
    message["List-Id"] = f"newshawk alerts <newshawk-alerts.{domain}>"
    _set_unsubscribe(message, mail, links)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["X-Newshawk-Rules"] = one_line(", ".join(rule.id for rule in view.rules), RULE_HEADER)
    kind = "digest" if mail.digest else "alert"
    set_parts(message, kind, mail=view)
    return message


def _set_unsubscribe(message: EmailMessage, mail: Mail, links: Links | None) -> None:
    """Let mail programs offer to unsubscribe from the rules of the mail; without asking first where https allows it."""
    rules = dict.fromkeys(alert.rule_id for alert in mail.alerts)
    url = links.url("leave", mail.recipient_id, *rules) if links else ""
    if not (links and url):
        return
    message["List-Unsubscribe"] = f"<{url}>"
    if links.is_one_click:
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def ops_mail(
    headline: str, readers: Sequence[Recipient], told: Sequence[str], *, sender: str, now: datetime
) -> EmailMessage:
    """Return a mail to ops without its text; *told* says what it is of: of the same its Message-ID is the same."""
    message = EmailMessage(policy=SEVEN_BIT)
    message["Subject"] = f"[newshawk] {headline}"
    name, address = parseaddr(sender)
    message["From"] = Address(display_name=name or "newshawk", addr_spec=ascii_domain(address))
    message["To"] = [Address(addr_spec=ascii_domain(each)) for reader in readers for each in reader.emails]
    message["Date"] = format_datetime(now)
    digest = hashlib.sha256("\0".join(told).encode("utf-8", "backslashreplace")).hexdigest()[:32]
    message["Message-ID"] = f"<{digest}@{domain_of(sender)}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    return message


def set_parts(message: EmailMessage, kind: str, **values: Any) -> None:
    """Give a mail its text and its HTML part, from the templates of that *kind*."""
    message.set_content(render(f"{kind}.txt", **values))
    message.add_alternative(_inliner().inline(render(f"{kind}.html", **values)), subtype="html")


def render(template: str, **values: Any) -> str:
    """Return what a template gives."""
    return str(_templates().get_template(template).render(**values))


def message_id(mail: Mail, domain: str) -> str:
    """Return the Message-ID: the same for the same alerts to the same reader, whenever it is made."""
    parts = [mail.recipient_id]
    parts += sorted(
        f"{alert.id} {alert.rule_id} {alert.story_id} {alert.created_at.isoformat()}" for alert in mail.alerts
    )
    return f"<{_digest(*parts)}@{domain}>"


def thread_id(recipient: Recipient, story_id: int, domain: str) -> str:
    """Return the id that all mails of one story to one reader refer to, so that they form a thread.

    No mail has it: RFC 5322 lets References name messages that the reader never got.
    """
    return f"<story-{story_id}-{_digest(recipient.id, str(story_id))[:16]}@{domain}>"


def subject(view: MailView, mail: Mail) -> str:
    """Return one line: the rules, then headline and outlet, or for a digest how many stories."""
    rules = one_line(", ".join(rule.id for rule in view.rules), RULES)
    first = view.stories[0].articles[0]
    headline = "".join(piece.text for piece in first.title)
    outlet = one_line(first.outlet, OUTLET)
    if mail.digest and view.count > 1:
        part = f" ({view.part} of {view.parts})" if view.parts > 1 else ""
        lead = f"{'Late digest' if view.late else 'Digest'}: {view.count} stories{part}: "
    else:
        lead = ("Late: " if view.late else "") + (f"{first.word.capitalize()}: " if first.word else "")
        lead += "Text in doubt: " if view.stories[0].doubt else ""
    room = SUBJECT - len(rules) - len(lead) - len(outlet) - 6
    return f"[{rules}] {lead}{one_line(headline, room)} · {outlet}"


def ascii_domain(address: str) -> str:
    """Return *address* with its domain in the form that every mail server reads (``xn--...``)."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode('ascii')}" if not domain.isascii() else address


def domain_of(sender: str) -> str:
    """Return the domain of the address that mails come from."""
    return ascii_domain(parseaddr(sender)[1]).rpartition("@")[2] or "newshawk.invalid"


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:32]


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("crawler.alerts"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["as_text"] = as_text
    environment.filters["isolated"] = isolated
    return environment


@cache
def _inliner() -> css_inline.CSSInliner:
    """Return the inliner: rules become style attributes, those of dark mode stay where they are."""
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
