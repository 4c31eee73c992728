"""Pages from templates: one environment with the words of the hotline in it."""

from __future__ import annotations

from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from services.gateway.assets import Assets
from services.gateway.console import words
from services.gateway.console.details import facts
from services.gateway.console.forms import new_request_id


class Showing:
    """Makes pages from its `pages`, the templates and the words in them."""

    def __init__(self, assets: Assets) -> None:
        self.pages = Environment(
            loader=PackageLoader("services.gateway", "templates/console"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )
        self.pages.globals |= {"asset": assets.path, "request_id": new_request_id, "choices": words.choices}
        self.pages.filters |= {
            "term": words.term,
            "terms": words.terms,
            "name": words.name,
            "moment": words.moment,
            "left_until": words.left_until,
            "share": words.share,
            "cite": words.cite,
            "article_words": words.article_words,
            "clause": words.clause,
            "facts": facts,
        }

    def page(self, template: str, code: int = 200, **shown: Any) -> HTMLResponse:
        """A page, or a part of one, with what it is to show."""
        return HTMLResponse(self.pages.get_template(template).render(**shown), code)
