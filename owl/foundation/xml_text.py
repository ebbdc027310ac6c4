"""XML documents for other people's programs."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring

NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # https://www.w3.org/TR/xml/#charsets


def add(parent: Element, name: str, text: str | None = None, **attributes: str) -> Element:
    """A child of `parent`, without the characters that no XML can hold."""
    child = SubElement(parent, name, {key: NO_XML.sub("", value) for key, value in attributes.items()})
    if text is not None:
        child.text = NO_XML.sub("", text)
    return child


def document(root: Element) -> bytes:
    """The whole document, as UTF-8 and readable."""
    indent(root)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"
