"""How GeoReport v2 writes an answer: lists as JSON arrays, and as XML under the names that it gives them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as ET

from fastapi import Response

Fact = Mapping[str, Any]
JSON, XML = "json", "xml"
FORMATS = (JSON, XML)


def written(form: str, root: str, each: str, facts: Sequence[Fact], code: int = 200) -> Response:
    """A list: `root` around all, `each` around one."""
    if form == JSON:
        return _json(facts, code)
    top = ET.Element(root)
    for fact in facts:
        _fill(ET.SubElement(top, each), fact)
    return _xml(top, code)


def written_one(form: str, root: str, fact: Fact) -> Response:
    """One thing by itself."""
    if form == JSON:
        return _json(fact, 200)
    top = ET.Element(root)
    _fill(top, fact)
    return _xml(top, 200)


def refused(form: str, code: int, description: str, headers: Mapping[str, str] | None = None) -> Response:
    """Why not, for a person."""
    response = written(form if form in FORMATS else JSON, "errors", "error", [{"code": code, "description": description}], code)
    response.headers.update(headers or {})
    return response


def _fill(element: ET.Element, fact: Fact) -> None:
    for name, value in fact.items():
        if isinstance(value, Mapping):
            _fill(ET.SubElement(element, name), value)
        elif isinstance(value, list):
            # Plurals of what they hold: attributes, formats.
            inner = ET.SubElement(element, name)
            for each in value:
                item = ET.SubElement(inner, name.removesuffix("s"))
                if isinstance(each, Mapping):
                    _fill(item, each)
                else:
                    item.text = _text(each)
        else:
            ET.SubElement(element, name).text = _text(value)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def _json(said: Any, code: int) -> Response:
    return Response(json.dumps(said, ensure_ascii=False), code, media_type="application/json; charset=utf-8")


def _xml(top: ET.Element, code: int) -> Response:
    return Response(ET.tostring(top, "utf-8", xml_declaration=True), code, media_type="text/xml; charset=utf-8")
