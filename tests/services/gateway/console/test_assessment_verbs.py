from __future__ import annotations

import pytest

from services.assessment.rules.offering import TERMS
from services.gateway.console.panels import Panel
from services.gateway.console.verbs import Field, form_of, method_of


@pytest.mark.parametrize("verb", sorted(TERMS))
def test_whatever_assessment_offers_has_a_form_with_its_words(verb: str) -> None:
    assert all(field.label for field in form_of(method_of("assessment.v1", verb)))


def test_what_a_page_settles_nobody_fills_in() -> None:
    panel = Panel("raise_supervision", "提级", "16", (Field("rung", "choice", "提级的环节", ""), Field("reason", "text", "理由", "")))
    chosen = panel.choosing("rung", [("COORDINATION", "协调会商")])
    assert chosen.fields[0].choices == (("COORDINATION", "协调会商"),)
    settled = panel.giving("rung", "COORDINATION")
    assert ([field.name for field in settled.fields], settled.given) == (["reason"], (("rung", "COORDINATION"),))
