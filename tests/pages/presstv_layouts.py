"""Pages in Press TV's layouts around any text: structure and chrome strings are the outlet's, words the caller's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

NOTICE = "Press TV’s website can also be accessed at the following alternate addresses:"
CHROME = (NOTICE, "www.presstv.co.uk", "SHARE THIS ARTICLE", "Press TV News Roku")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What a page is built around."""

    title: str
    paragraphs: tuple[str, ...]
    section: tuple[str, ...] = ("News", "Russia")
    caption: str = ""
    chrome: tuple[str, ...] = CHROME
    day: tuple[int, int, int] = (2023, 4, 18)
    id: int = 701800

    @property
    def path(self) -> str:
        """The article's path on every host."""
        return "/Detail/{:04}/{:02}/{:02}/{}/Slug-".format(*self.day, self.id)


def _e(text: str) -> str:
    return escape(text, quote=True)


def _paragraphs(story: Story) -> str:
    return "\n".join(
        f"<p>{_e(text)}&nbsp;</p>" if i == 0 else f"<p>{_e(text)}</p>"
        for i, text in enumerate(story.paragraphs)
    )


def _chrome_p(story: Story) -> str:
    return "<p>&nbsp;</p>" + "\n".join(f"<p>{_e(line)}</p>" for line in story.chrome)


def _chrome_br(story: Story) -> str:
    return "<br><br>" + "<br>\n".join(_e(line) for line in story.chrome)


def _chrome_boxes(story: Story) -> str:
    boxes = "\n".join(
        f"<div class=row-{i}><span>{_e(line)}</span></div>" for i, line in enumerate(story.chrome)
    )
    return f"<div class=alt-addresses>{boxes}</div>"


def _head(story: Story, *, created: bool = True) -> str:
    day = "{1}/{2}/{0}".format(*story.day)
    meta = f"<meta name='DC.Date.Created'  content='{day} 11:50:13 AM'/>" if created else ""
    return (
        f"<head><meta charset=utf-8><title>{_e(story.title)} - PressTV</title>"
        f'<meta property=og:title content="{_e(story.title)}">'
        f"<meta property=og:image content=//cdn.presstv.ir/Photo/2023/4/18/5e1f.jpg>{meta}</head>"
    )


_MENU = (
    "<nav class=main-menu><a href=/Section/10102/1>Politics</a> <a href=/Section/102/1>West Asia</a>"
    " <a href=/Section/103/1>US</a> <a href=/Section/106/1>Europe</a></nav>"
)
_RAIL = (
    "<div class=section-latest-news><a class=section-latest-news-link href=/Detail/2023/04/18/701811/Other>"
    "<span class=topnews-title>Ministers sign a pact on river ferries</span></a>"
    "<a class=section-latest-news-link href=/Detail/2023/04/18/701812/Another>"
    "<span class=topnews-title>Harbour pilots return to work after talks</span></a></div>"
)


def _crumbs(story: Story) -> str:
    return "   /   ".join(_e(part) for part in story.section)


def _picture(story: Story) -> str:
    if not story.caption:
        return ""
    return f"<figure class=main-img><img src=//cdn.presstv.ir/Photo/2023/4/18/5e1f.jpg><figcaption>{_e(story.caption)}</figcaption></figure>"


def _picture_div(story: Story) -> str:
    if not story.caption:
        return ""
    return f"<div class=item-image><img src=//cdn.presstv.ir/Photo/2023/4/18/5e1f.jpg><div class=caption>{_e(story.caption)}</div></div>"


def _picture_plain(story: Story) -> str:
    if not story.caption:
        return ""
    return f"<p><img src=//cdn.presstv.ir/Photo/2023/4/18/5e1f.m.jpg></p><p>{_e(story.caption)}</p>"


def present(story: Story, *, picture: Callable[[Story], str] = _picture, chrome: Callable[[Story], str] = _chrome_p,
            inside: bool = True, created: bool = True, article: bool = False) -> bytes:  # fmt: skip
    """Return a page of the 2026 layout: unquoted attributes, body in a div whose class contains 'body'."""
    text, tail = _paragraphs(story), chrome(story) if story.chrome else ""
    box, end = ("<article class=item>", "</article>") if article else ("<div class=container>", "</div>")
    body = f"<div class=news-body>{text}{tail if inside else ''}</div>{'' if inside else tail}"
    crumbs = f"<div class=breadcrumb>{_crumbs(story)}</div>" if story.section else ""
    return (
        f"<!DOCTYPE html><html lang=en>{_head(story, created=created)}<body class=detail>{_MENU}{box}{crumbs}"
        f"<h1>{_e(story.title)}</h1>{picture(story)}{body}{end}{_RAIL}"
        "<footer>© 2023 Press TV. All rights reserved.</footer></body></html>"
    ).encode()


def bare(story: Story) -> bytes:
    """Return the barest page: a trail, a headline and paragraphs without any class, chrome as paragraphs."""
    crumbs = f"<p>{_crumbs(story)}</p>" if story.section else ""
    caption = (
        f"<figure><img src=/p.jpg><figcaption>{_e(story.caption)}</figcaption></figure>"
        if story.caption
        else ""
    )
    return (
        f"<html><head><title>{_e(story.title)}</title></head><body>{crumbs}<h1>{_e(story.title)}</h1>{caption}"
        f"{_paragraphs(story)}{_chrome_p(story)}</body></html>"
    ).encode()


def com_2015(story: Story) -> bytes:
    """Return a page of the 2015-2020 .com layout."""
    year, month, day = story.day
    return (
        f'<html><head><meta charset="utf-8"><meta name="title" content="PressTV-{_e(story.title)}"/>'
        f'<title>PressTV-{_e(story.title)}</title></head><body><div id="menu"><ul><li><a href="/">Home</a></li></ul></div>'
        f'<h2 class="page-header">{_e(story.title)}</h2><div class="item-date">{month}/{day}/{year}\r10:26PM</div>'
        f'<figure class="item-image"><img src="http://217.218.67.233/photo/20151004/a.jpg"/><figcaption>{_e(story.caption)}</figcaption></figure>'
        f'<div class="item-text">{_paragraphs(story)}</div>{_chrome_boxes(story) if story.chrome else ""}'
        f"{_RAIL}</body></html>"
    ).encode()


def com_2007(story: Story) -> bytes:
    """Return a page of the 2007-2013 layout: tables, breaks, comment form and footer in running text."""
    text = "<br/><br/>".join(_e(text) for text in story.paragraphs)
    return (
        f"<html><head><title>PressTV - {_e(story.title)}</title></head><body><form id='aspnetForm'><table><tr><td>"
        f"<div class='clock'>Saturday Jan 21, 201202:05 AM GMT</div><h1 class='title'>{_e(story.title)}</h1>"
        f"<div class='date'>Sat Jan 21, 2012 2:4AM</div><div class='tools'>Share | Email | Print</div>"
        f"<div class='detail-body'>{text}</div><div>Add Comment Click Here</div><div>Latest From Video Reportages</div>"
        "<ul><li>Today</li><li>Last Week</li><li>Last Month</li></ul><div>Follow Us</div>"
        "<div>© Copyright 2011 Press TV. All rights reserved. | About PressTV | Contact Us</div>"
        "</td></tr></table></form></body></html>"
    ).encode()


def nested(story: Story) -> bytes:
    """Return a page whose text lies deeper, in divs instead of paragraphs, below other boxes named body."""
    text = "".join(f"<div>{_e(text)}</div>" for text in story.paragraphs)
    return (
        f"<html lang=en>{_head(story)}<body><div class=page-body-wrapper>{_MENU}<div class=card-body><a href=/x>Live</a></div>"
        f"<div class=breadcrumb>{_crumbs(story)}</div><h1 class=title>{_e(story.title)}</h1>{_picture_div(story)}"
        f"<section><div class=detail-body><div class=row><div class=body-text>{text}</div></div></div></section>"
        f"{_chrome_p(story) if story.chrome else ''}</div></body></html>"
    ).encode()


def breaks(story: Story) -> bytes:
    """Return a page whose text and chrome are parted by line breaks in one box."""
    text = "<br/><br/>\n".join(_e(text) for text in story.paragraphs)
    return (
        f"<html lang=en>{_head(story)}<body>{_MENU}<div class=breadcrumb>{_crumbs(story)}</div>"
        f"<h1>{_e(story.title)}</h1>{_picture(story)}<div class=news-body>{text}{_chrome_br(story) if story.chrome else ''}</div></body></html>"
    ).encode()


def plain_text(story: Story) -> bytes:
    """Return a page that is little more than the text: all in paragraphs of one article element."""
    lines = ("   /   ".join(story.section), story.title, story.caption, *story.paragraphs, *story.chrome)
    body = "".join(f"<p>{_e(line)}</p>" for line in lines if line)
    return (
        f"<html lang=en>{_head(story)}<body><article><img src=//cdn.presstv.ir/Photo/2023/4/18/5e1f.jpg>"
        f"<h1>{_e(story.title)}</h1>{_picture(story)}{body}</article></body></html>"
    ).encode()


VARIANTS: dict[str, Callable[[Story], bytes]] = {
    "present": present,
    "present-outside": lambda story: present(story, inside=False),
    "present-br": lambda story: present(story, chrome=_chrome_br),
    "present-boxes": lambda story: present(story, chrome=_chrome_boxes),
    "present-boxes-outside": lambda story: present(story, chrome=_chrome_boxes, inside=False),
    "present-br-outside": lambda story: present(story, chrome=_chrome_br, inside=False),
    "present-div-caption": lambda story: present(story, picture=_picture_div),
    "present-plain-caption": lambda story: present(story, picture=_picture_plain),
    "present-article": lambda story: present(story, article=True, created=False),
    "bare": bare,
    "nested": nested,
    "breaks": breaks,
    "plain-text": plain_text,
    "com-2015": com_2015,
}
"""Layouts that carry title, section or day, caption, text and the four chrome lines."""
