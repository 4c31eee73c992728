"""A kept report is the report."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.assessment.documents.content import Chart, Drawn, Heading, Paragraph, Percent, Report, Series, Table
from services.assessment.documents.keeping import kept, report_of

TEXTS = st.text(max_size=8)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False)
FIGURES = st.none() | st.integers() | DECIMALS
CELLS = FIGURES | TEXTS | st.builds(Percent, DECIMALS)
PARTS = (
    st.builds(Heading, TEXTS)
    | st.builds(Paragraph, TEXTS)
    | st.builds(Table, TEXTS, st.lists(TEXTS, max_size=2), st.lists(st.lists(CELLS, max_size=2), max_size=2))
    | st.builds(
        Chart,
        TEXTS,
        st.sampled_from(Drawn),
        st.lists(TEXTS, max_size=2),
        st.lists(st.builds(Series, TEXTS, st.lists(FIGURES, max_size=2)), max_size=2),
    )
)


@given(st.builds(Report, TEXTS, TEXTS, st.dates(), st.lists(PARTS, max_size=4), TEXTS, TEXTS))
def test_what_is_kept_is_what_was_said_to_the_last_digit(report: Report) -> None:
    again = report_of(json.loads(json.dumps(kept(report))))
    assert again == report
    assert repr(again) == repr(report)


@pytest.mark.parametrize(
    "part",
    [
        {"kind": "Poem", "text": "x"},
        {"kind": "Table", "title": "", "columns": ["a"], "rows": [[[]]]},
        {"kind": "Chart", "title": "", "drawn": "line", "labels": ["a"], "series": [{"name": "", "values": ["x"]}]},
    ],
)
def test_what_is_none_of_ours_is_refused(part: dict[str, Any]) -> None:
    content = kept(Report("", "", date(2025, 3, 3), []))
    with pytest.raises(ValueError, match="kept"):
        report_of({**content, "parts": [part]})
