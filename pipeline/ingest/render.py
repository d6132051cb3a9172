"""A tree of text elements to lines: one block a line, marked as `Extracted` says.

The tree is trafilatura's (`head`, `list`, `item`, `quote`, `row`, `cell`, `lb`); everything else is
a paragraph or runs inline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element

from pipeline.text_cleaning import clean_text

HEADING: Final = "## "
BULLET: Final = "- "
QUOTATION: Final = "> "
CELL_BORDER: Final = " | "

_BLOCKS: Final = frozenset(
    {"p", "div", "ab", "fw", "figure", "figcaption", "section", "article", "body", "main", "aside"}
    | {"header", "footer", "address", "details", "summary", "center", "caption"}
    | {"head", "list", "item", "quote", "table", "tbody", "thead", "tfoot", "row"}
)
_IGNORED: Final = frozenset(
    {"graphic", "media", "img", "audio", "video", "canvas", "form", "button", "input", "select"}
    | {"textarea", "nav", "title", "meta", "link"}
)
_TEXT_ELEMENTS: Final = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "head"),
    **dict.fromkeys(("ul", "ol", "dl"), "list"),
    **dict.fromkeys(("li", "dd", "dt"), "item"),
    **dict.fromkeys(("td", "th"), "cell"),
    **dict.fromkeys(("br", "hr"), "lb"),
    "blockquote": "quote",
    "pre": "code",
    "tr": "row",
}
_BREAK: Final = "\n"
_SENTENCE_END: Final = re.compile(r"[.!?:;…][\"'”’)\]]*\s*$")
_PERMALINK: Final = re.compile(r"\s*(?:[#¶§🔗]|\bpermalink)$", re.IGNORECASE)
"""Documentation tools put a link to the section behind its heading."""
_MARK_IN_TEXT: Final = re.compile(r"^(?:#+|[-–—•·*>])\s+(?=\S)")


def render_blocks(body: _Element) -> list[str]:
    """Return the blocks of a trafilatura body as marked lines without line breaks."""
    return [line for line in _blocks(body, "") if line]


def to_text_elements(tree: _Element) -> _Element:
    """Rename the elements of an HTML document in place as trafilatura does, and return its body."""
    body = tree.find("body")
    root = tree if body is None else body
    for element in root.iter(*_TEXT_ELEMENTS):
        element.tag = _TEXT_ELEMENTS[str(element.tag)]
    return root


def _blocks(element: _Element, mark: str) -> Iterator[str]:
    """Yield the lines of an element's content: runs of inline text, and the blocks between."""
    run = [element.text or ""]
    for child in element:
        if not isinstance(child.tag, str) or child.tag in _IGNORED:
            run.append(child.tail or "")
        elif child.tag == "lb":
            run.append(_BREAK + (child.tail or ""))
        elif _is_block(child):
            yield from _lines("".join(run), mark)
            yield from _block(child, mark)
            run = [child.tail or ""]
        else:
            run.extend((_inline(child), child.tail or ""))
    yield from _lines("".join(run), mark)


def _block(element: _Element, mark: str) -> Iterator[str]:
    match element.tag:
        case "head":
            text = _PERMALINK.sub("", clean_text(_inline(element)))
            if text:
                yield HEADING + _unmarked(text)
        case "item":
            # what follows the first line of an item belongs to it
            yield from _joined_item(element)
        case "quote":
            yield from _blocks(element, mark or QUOTATION)
        case "row":
            yield _row(element)
        case "code":
            yield clean_text(_inline(element))
        case _:
            yield from _blocks(element, mark)


def _is_block(element: _Element) -> bool:
    if element.tag == "code":
        return _BREAK in "".join(element.itertext()) or element.find(".//lb") is not None
    return element.tag in _BLOCKS or element.tag in (
        "head",
        "list",
        "item",
        "quote",
        "table",
        "row",
    )


def _joined_item(element: _Element) -> Iterator[str]:
    """Yield the item's own text as one bullet, then the bullets of lists inside it."""
    own: list[str] = []
    nested: list[str] = []
    for line in _blocks(element, ""):
        (nested if line.startswith(BULLET) else own).append(line)
    text = " ".join(line.removeprefix(HEADING) for line in own)
    if text:
        yield BULLET + _unmarked(text)
    yield from nested


def _row(element: _Element) -> str:
    cells = [
        " ".join(line.removeprefix(HEADING).removeprefix(BULLET) for line in _blocks(cell, ""))
        for cell in element
        if cell.tag == "cell"
    ]
    filled = [cell for cell in cells if cell]
    # a row with one filled cell is layout or a caption, not a comparison
    return CELL_BORDER.join(cells) if len(filled) > 1 else "".join(filled)


def _inline(element: _Element) -> str:
    parts = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _IGNORED:
            if child.tag == "lb":
                parts.append(_BREAK)
            else:
                space = " " if _is_block(child) else ""
                parts.extend((space, _inline(child), space))
        parts.append(child.tail or "")
    return "".join(parts)


def _lines(run: str, mark: str) -> Iterator[str]:
    """Split inline text at line breaks that end a block: after a sentence, or doubled."""
    pending = ""
    for piece in run.split(_BREAK):
        text = clean_text(piece)
        if pending and (not text or _SENTENCE_END.search(pending)):
            yield mark + _unmarked(pending)
            pending = ""
        pending = f"{pending} {text}".strip()
    if pending:
        yield mark + _unmarked(pending)


def _unmarked(text: str) -> str:
    """Drop a typed bullet or hash at the start, which would pass for our own mark."""
    return _MARK_IN_TEXT.sub("", text)
