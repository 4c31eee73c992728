"""A model: trained, read back from plain arrays, and what it says of a text."""

import io
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.learning import training
from services.intake.learning.features import MOST_CHARACTERS, features_of
from services.intake.learning.model import Model
from services.intake.learning.shelf import MOST_MODELS, Shelf
from services.intake.learning.training import sharpen, terms_of, train
from tests.services.intake.learning.sayings import sayings

ROWS = list(sayings(120))
FEATURES = [features_of(text) for _, text in ROWS]
CLASSES = [category for category, _ in ROWS]
MODEL = train(FEATURES, CLASSES)


def test_features_are_words_and_runs_of_characters_without_placeholders() -> None:
    words, runs, _, _ = found = features_of("停水三天，打〔手机号〕没人管")
    assert {"停水", "三天"} <= words.keys()
    assert {"停", "停水", "停水三"} <= runs.keys()
    assert not any("手机" in each for counts in found for each in counts)
    assert features_of("停" * (MOST_CHARACTERS + 9))[1]["停"] == MOST_CHARACTERS


def test_the_opening_counts_once_more() -> None:
    words, _, opening, runs = features_of("小区停水。" + "请处理，" * 40)
    assert opening["停水"] == words["停水"] == 1
    assert opening["处理"] < words["处理"]
    assert sum(count for run, count in runs.items() if len(run) == 1) == 24


def test_it_tells_the_categories_apart_and_by_which_words() -> None:
    (first, *rest) = MODEL.guess("我们这里停水了，水管破裂", 3)
    assert first.name == "01.01.01"
    assert first.words
    assert all(word in "我们这里停水了，水管破裂" for word in first.words)
    assert len(rest) == 2
    assert 0 <= rest[-1].confidence <= rest[0].confidence <= first.confidence <= 1


def test_only_what_is_allowed_is_guessed() -> None:
    assert [each.name for each in MODEL.guess("停水了", 3, frozenset({"12.01.01"}))] == ["12.01.01"]


@given(st.text(max_size=80))
def test_every_text_has_shares_that_sum_to_one(text: str) -> None:
    shares = MODEL.shares(MODEL.margins(features_of(text)))
    assert float(shares.sum()) == pytest.approx(1, abs=1e-5)


def test_what_was_written_reads_the_same_and_is_no_pickle() -> None:
    content = MODEL.to_bytes()
    again = Model.from_bytes(content)
    assert (again.classes, again.terms.blocks, again.sharpness) == (MODEL.classes, MODEL.terms.blocks, MODEL.sharpness)
    for features in FEATURES[:8]:
        assert np.array_equal(again.margins(features), MODEL.margins(features))
    written = io.BytesIO()
    np.savez(written, names=np.array([{"evil": 1}], dtype=object))
    for other in (pickle.dumps(MODEL.classes), b"", written.getvalue()):
        with pytest.raises((ValueError, EOFError, OSError)):
            Model.from_bytes(other)


def test_the_same_rows_train_the_same_model() -> None:
    assert train(FEATURES, CLASSES).to_bytes() == MODEL.to_bytes()


def test_two_classes_are_enough() -> None:
    rows = [row for row in ROWS if row[0] in {"01.01.01", "12.01.01"}]
    model = train([features_of(text) for _, text in rows], [category for category, _ in rows])
    assert [model.guess(text, 1)[0].name for _, text in rows[:6]] == [category for category, _ in rows[:6]]


def test_features_are_bounded_by_the_room_for_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "MOST_WEIGHTS", 200)
    small = train(FEATURES, CLASSES)
    assert small.weights.size <= 200
    assert small.weights.nbytes <= 400
    assert len(terms_of(FEATURES, 10).rarity) <= 10


def test_sharpening_brings_shares_nearer_to_what_was_decided() -> None:
    sharp = sharpen(MODEL, FEATURES, CLASSES)
    at = MODEL.classes.index(CLASSES[0])
    assert sharp.shares(sharp.margins(FEATURES[0]))[at] >= MODEL.shares(MODEL.margins(FEATURES[0]))[at]


def test_a_shelf_keeps_a_few_and_reads_each_once() -> None:
    shelf, read = Shelf(), list[str]()
    content = MODEL.to_bytes()

    def reads(digest: str) -> bytes:
        read.append(digest)
        return content

    for number in range(MOST_MODELS + 1):
        shelf.get(f"m{number}", lambda number=number: reads(f"m{number}"))  # type: ignore[misc]  # a default binds the loop's value
    shelf.get(f"m{MOST_MODELS}", lambda: reads("again"))
    assert read == [f"m{number}" for number in range(MOST_MODELS + 1)]
    shelf.get("m0", lambda: reads("m0"))
    assert read[-1] == "m0"
