"""HTML to a tree, and what the tree says about what a reader sees."""

from __future__ import annotations

import re
from typing import Final, cast

from lxml import html as lxml_html
from lxml.etree import ParserError, _Element

from pipeline.text_cleaning import clean_text

MAIN_SHARE: Final = 0.5
"""An invisible element with more than this share of the page's text is what a script will show
(a page that fades in, an accelerated mobile page), not something hidden in it."""
LINK_SHARE: Final = 0.9
"""From this share of its characters on, a block is a link: the rest is an arrow or a date."""

SCREEN_READER_CLASSES: Final = frozenset(
    {"sr-only", "screen-reader-text", "screen-reader-only", "visually-hidden", "visuallyhidden"}
    | {"u-visually-hidden", "a11y-hidden", "assistive-text", "element-invisible", "show-for-sr"}
)
"""Classes of Bootstrap, WordPress, Foundation, Drupal and others for text that is never drawn."""

_DROPPED: Final = ("script", "style", "template", "noscript", "svg", "object", "embed", "iframe")
_UNSEEN_STYLE: Final = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|"
    r"font-size\s*:\s*0(?:\.0+)?(?:px|pt|em|rem|%)?|(?:left|top|text-indent)\s*:\s*-\d{4,}px)"
    r"\s*(?:!important\s*)?(?=;|$)",
    re.IGNORECASE,
)
_NO_FONT: Final = re.compile(r"font-size\s*:\s*0", re.IGNORECASE)
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LINK_BLOCKS: Final = ("p", "li", "h2", "h3", "h4", "h5", "h6", "div")
_BLOCK_TAGS: Final = frozenset({"p", "div", "ul", "ol", "li", "table", "section", "article"})


def parse_html(text: str) -> _Element | None:
    """Return the document's root, also for a fragment; None when there is no element at all."""
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = lxml_html.document_fromstring(
            _FORBIDDEN.sub("", text).encode("utf-8"), parser=parser
        )
    except (ParserError, ValueError):
        return None
    return cast("_Element", tree)


def drop_unseen(tree: _Element) -> None:
    """Remove what a reader of the page cannot see, in place; text behind an element stays."""
    for element in list(tree.iter(*_DROPPED)):
        _drop(element)
    whole = _text_length(tree)
    for element in list(tree.iter()):
        if (
            element.tag not in ("html", "body")
            and _is_unseen(element)
            and _text_length(element) <= MAIN_SHARE * whole
        ):
            _drop(element)


def link_lines(tree: _Element) -> frozenset[str]:
    """Return the texts of blocks that are nothing but a link."""
    found: set[str] = set()
    for block in tree.iter(*_LINK_BLOCKS):
        if block.find(".//a") is None or any(child.tag in _BLOCK_TAGS for child in block):
            continue
        text = clean_text("".join(block.itertext()))
        linked = sum(len(clean_text("".join(link.itertext()))) for link in block.iter("a"))
        if text and linked >= LINK_SHARE * len(text):
            found.add(text)
    return frozenset(found)


def _is_unseen(element: _Element) -> bool:
    if element.get("hidden") is not None or (
        element.tag == "dialog" and "open" not in element.attrib
    ):
        return True
    if SCREEN_READER_CLASSES & set((element.get("class") or "").split()):
        return True
    style = element.get("style") or ""
    if not _UNSEEN_STYLE.search(style):
        return False
    # a container without font size is how layouts drop the gaps between its children
    return not _NO_FONT.search(style) or all(
        not (child.get("style") or child.get("class")) for child in element.iterdescendants()
    )


def _text_length(element: _Element) -> int:
    return sum(len(text) for text in element.itertext())


def _drop(element: _Element) -> None:
    parent = element.getparent()
    if parent is None:
        return
    tail = element.tail or ""
    previous = element.getprevious()
    if previous is not None:
        previous.tail = (previous.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)
