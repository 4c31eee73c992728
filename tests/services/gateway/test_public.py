"""What callers do by the pages for them, without a log-in and without a script (Art. 2, 10, 11(1), 17)."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlencode

from tests.services.gateway.conftest import Fronted
from tests.services.gateway.front import Answer, Front

SAID = {"nature": "COMPLAINT", "text": "小区停水两天，请打13805331234", "name": "张三", "phone": "138 0533 1234", "address": "柳泉路"}
FORM = re.compile(r'name="form_id" value="([0-9a-f-]{36})"')
NUMBER = re.compile(r"T\d{6}-\d{5}")


def form_id(page: Answer) -> str:
    found = FORM.search(page.text)
    assert found
    return found[1]


def post(front: Front, path: str, form: str, **typed: str) -> Answer:
    return front.send("POST", f"/public{path}", urlencode({"form_id": form, **typed}).encode())


def opened(fronted: Fronted) -> Front:
    return replace(fronted("intake", "directory"), bearer="")


def submitted(front: Front, **changes: str) -> str:
    page = post(front, "/submit", form_id(front.send("GET", "/public/submit")), **{**SAID, **changes})
    assert page.code == 200, page.text
    return str(NUMBER.findall(page.text)[0])


def test_submit_track_supplement_and_withdraw(fronted: Fronted) -> None:
    front = opened(fronted)
    empty = front.send("GET", "/public/submit")
    assert "张店区" in empty.text
    number = submitted(front)
    tracked = post(front, "/track", form_id(front.send("GET", "/public/track")), number=number.lower(), suffix="1234")
    assert (tracked.code, "已登记" in tracked.text) == (200, True)
    added = post(front, "/supplement", form_id(tracked), number=number, suffix="1234", text="又停了，我是张三")
    assert "补充内容已登记" in added.text
    version = re.findall(r'name="version" value="(\d+)"', added.text)[0]
    withdrawn = post(front, "/withdraw", form_id(added), number=number, suffix="1234", version=version, reason="来水了")
    assert "诉求人撤回" in withdrawn.text
    assert "<form" not in withdrawn.text
    for page in (tracked, added, withdrawn):
        assert not re.search(r"13805331234|张三|柳泉路", page.text.replace('value="1234"', ""))


def test_a_form_sent_twice_is_one_submission(fronted: Fronted) -> None:
    front = opened(fronted)
    form = form_id(front.send("GET", "/public/submit"))
    pages = [post(front, "/submit", form, **SAID) for _ in range(2)]
    assert len({NUMBER.findall(page.text)[0] for page in pages}) == 1


def test_what_is_refused_is_said_and_what_was_typed_stays(fronted: Fronted) -> None:
    front = opened(fronted)
    form = form_id(front.send("GET", "/public/submit"))
    without = post(front, "/submit", form, **{**SAID, "text": " "})
    assert without.code == 400
    assert "请填写诉求内容" in without.text
    assert 'value="柳泉路"' in without.text
    assert form_id(without) == form
    unreadable = post(front, "/submit", form, **{**SAID, "phone": "打给我", "text": "<script>alert(1)</script>"})
    assert "联系电话：联系电话无法识别" in unreadable.text
    assert "<script" not in unreadable.text
    assert post(front, "/submit", "no form", **SAID).code == 400
    assert post(front, "/submit", form, **{**SAID, "nature": "ANY"}).code == 400
    assert post(front, "/submit", form, **{**SAID, "text": "长" * 50_000}).code == 413


def test_a_wrong_pair_says_the_same_and_is_not_tried_without_end(fronted: Fronted) -> None:
    front = opened(fronted)
    number, form = submitted(front), form_id(front.send("GET", "/public/track"))
    pages = [post(front, "/track", form, number=each, suffix=suffix) for each, suffix in ((number, "9999"), ("T250106-99999", "1234"))]
    assert {page.code for page in pages} == {404}
    assert all("没有查到" in page.text for page in pages)
    tried = [post(front, "/track", form, number=number, suffix=f"{digits:04}") for digits in range(20)]
    assert tried[-1].code == 429
    assert "后再试" in tried[-1].text
    # Whoever knows the right pair waits too, for that number alone.
    assert post(front, "/track", form, number=number, suffix="1234").code == 429
    other = submitted(front)
    assert post(front, "/track", form, number=other, suffix="1234").code == 200
    assert post(front, "/withdraw", form, number=other, suffix="9999", version="1", reason="来水了").code == 404


def test_pages_run_no_script_and_take_no_form_of_another_site(fronted: Fronted) -> None:
    front = opened(fronted)
    for path in ("", "/submit", "/track"):
        page = front.send("GET", f"/public{path}")
        assert page.code == 200
        assert not re.search(r"<script|style=| on\w+=", page.text)
        assert 'name="viewport" content="width=device-width' in page.text
        assert 'lang="zh-CN"' in page.text
        fields = re.findall(r'<(?:input|select|textarea) id="(\w+)"', page.text)
        assert all(f'<label for="{field}">' in page.text for field in fields)
    form = form_id(front.send("GET", "/public/submit"))
    foreign = front.send("POST", "/public/submit", urlencode({"form_id": form, **SAID}).encode(), Sec_Fetch_Site="cross-site")
    assert foreign.code == 403
