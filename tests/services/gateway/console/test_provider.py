"""统一身份认证 in front of a real provider: who comes in, with which roles, and everything that is refused, in words (Art. 17)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from authlib.integrations.httpx_client import OAuth2Client

from chassis.settings import Settings
from services.directory.api import identities
from services.directory.rules import identities as rules
from services.gateway.console.provider import HINT, RETURN
from services.gateway.console.sessions import ACCESS
from tests.harness import Served
from tests.servers.identities import PASSWORD, Identities, running_identities
from tests.services.directory.small_city import SmallCity, refused
from tests.services.gateway.front import Front, front

CONSOLE = "http://127.0.0.1:1"
VERIFIER = "v" * 43
SKEW_OF_NONE = "clock_skew = 0\n"
GROUPS = 'roles_claim = "groups"\nunit_claim = "unit"\n[roles]\nreaders = "ROLE_HANDLER"\nleads = "ROLE_UNIT_LEAD"\n'
SECOND = 'amr = ["otp"]\n'


@pytest.fixture(scope="module")
def identities_of_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Identities]:
    with running_identities(tmp_path_factory.mktemp("identities"), CONSOLE) as found:
        yield found


@dataclass
class Hotline:
    """Directory and the gateway in front of it, told of a provider."""

    city: SmallCity
    provider: Identities
    tell: Callable[[Path], Front]
    clients: ExitStack

    def browser(self, address: str) -> httpx2.Client:
        """Somebody's own, without cookies yet."""
        return self.clients.enter_context(httpx2.Client(base_url=address))

    def codes(self, page: Front, login: str) -> tuple[httpx2.Client, str]:
        """Whoever logs in to the provider by `login`: their browser at our pages, and the path by which they come back."""
        browser = self.browser(page.url)
        parts = urlsplit(self.signed_in(browser.get("/login/provider").headers["location"], login))
        return browser, f"{parts.path}?{parts.query}"

    def signed_in(self, address: str, login: str) -> str:
        """Where the provider sends whoever was led to an address of it and logged in there."""
        there = self.browser(self.provider.issuer)
        answer = there.post(there.get(address).headers["location"], data={"login": login, "password": PASSWORD})
        while not answer.headers["location"].startswith(CONSOLE):
            answer = there.get(answer.headers["location"])
        return str(answer.headers["location"])

    def enter(self, page: Front, login: str) -> httpx2.Response:
        """The whole way."""
        browser, back = self.codes(page, login)
        return browser.get(back)

    def signed(self, client: str) -> str:
        """A token of the provider's for one of its clients, asked with the nonce `nonce`."""
        told = {"redirect_uri": f"{CONSOLE}{RETURN}", "scope": "openid profile", "code_challenge_method": "S256"}
        with OAuth2Client(client, "client-secret-of-tests", **told) as ours:
            address, _ = ours.create_authorization_url(f"{self.provider.issuer}/auth", nonce="nonce", code_verifier=VERIFIER)
            back = self.signed_in(address, "admin")
            tokens = ours.fetch_token(f"{self.provider.issuer}/token", authorization_response=back, code_verifier=VERIFIER)
        return str(tokens["id_token"])

    def prove(self, token: str) -> str:
        """Raises Refused."""
        return str(self.city.ask_unknown("Session.ProveIdentity", id_token=token, nonce="nonce").proof)

    def log_in(self, proof: str) -> Any:
        """Raises Refused."""
        return self.city.ask_unknown("Session.LogInByProof", proof=proof).person


@pytest.fixture
def hotline(served: Callable[[str], Served], identities_of_module: Identities) -> Iterator[Hotline]:
    directory = served("directory")
    city, base = SmallCity(directory), directory.store.settings
    identities.keys_of.cache_clear()
    with ExitStack() as stack:

        def tell(file: Path) -> Front:
            directory.store.settings = replace(directory.store.settings, identity_provider=file)
            addresses = {"directory": f"127.0.0.1:{directory.port}"}
            return stack.enter_context(front(Settings("gateway", data=base.data, addresses=addresses, identity_provider=file)))

        yield Hotline(city, identities_of_module, tell, stack.enter_context(ExitStack()))


def test_who_is_known_comes_in_with_the_roles_held_here(hotline: Hotline) -> None:
    hotline.provider.know(admin={"name": "管理员"})
    page = hotline.tell(hotline.provider.told())
    assert "用统一身份认证登录" in page.send("GET", "/login").text
    answer = hotline.enter(page, "admin")
    assert (answer.status_code, "正在进入工作台" in answer.text) == (200, True)
    assert {ACCESS, HINT} <= {cookie.name for cookie in answer.cookies.jar}
    assert "log_in_by_proof" in [step["verb"] for step in hotline.city.journal(hotline.city.admin_ids["zibo"])]


def test_who_is_not_known_is_refused_where_nobody_is_made(hotline: Hotline) -> None:
    hotline.provider.know(stranger={"name": "某人"})
    answer = hotline.enter(hotline.tell(hotline.provider.told()), "stranger")
    assert (answer.status_code, "没有登录名为 stranger 的人员" in answer.text, ACCESS in answer.cookies) == (403, True, False)


def test_who_is_new_is_made_with_the_roles_of_their_groups_which_follow_the_provider(hotline: Hotline) -> None:
    person: dict[str, Any] = {"name": "王五", "unit": "water", "groups": ["readers", "choir"]}
    hotline.provider.know(wang=person, lost={**person, "unit": "nowhere"}, idle={**person, "groups": ["choir"]})
    page = hotline.tell(hotline.provider.told(GROUPS))
    assert hotline.enter(page, "wang").status_code == 200
    (made,) = (each for each in hotline.city.ask("Person.ListPeople", unit_id="water").people if each.login == "wang")
    assert (made.name, made.active) == ("王五", True)
    hotline.provider.know(wang={**person, "groups": ["leads"]}, lost={**person, "unit": "nowhere"}, idle={**person, "groups": ["choir"]})
    assert hotline.enter(page, "wang").status_code == 200
    after = hotline.city.ask("Person.GetPerson", person_id=made.person_id).person
    assert list(after.roles) != list(made.roles)
    assert [step["verb"] for step in hotline.city.journal(made.person_id)][:1] == ["admit_person"]
    assert "单位（nowhere）" in hotline.enter(page, "lost").text
    assert "没有为您分配本系统的岗位" in hotline.enter(page, "idle").text


def test_who_is_no_longer_active_is_refused(hotline: Hotline) -> None:
    person = hotline.city.ask(
        "Person.AddPerson", unit_id="water", login="zhao", name="赵六", roles=["ROLE_HANDLER"], password="horse-battery-9"
    )
    hotline.city.ask("Person.DeactivatePerson", person_id=person.person.person_id, version=1, reason="退休")
    hotline.provider.know(zhao={"name": "赵六"})
    assert "已停用" in hotline.enter(hotline.tell(hotline.provider.told()), "zhao").text


def test_who_sees_callers_in_production_shows_a_second_factor(hotline: Hotline) -> None:
    person: dict[str, Any] = {"name": "王五", "unit": "water", "groups": ["readers"]}
    hotline.provider.know(one={**person, "amr": ["pwd"]}, two={**person, "amr": ["pwd", "otp"]})
    page = hotline.tell(hotline.provider.told(SECOND + GROUPS))
    store = hotline.city.store
    store.settings = replace(store.settings, profile="production")
    answer = hotline.enter(page, "one")
    assert (answer.status_code, "第二因素" in answer.text) == (409, True)
    assert hotline.enter(page, "two").status_code == 200


def test_a_code_is_good_once_and_for_the_browser_that_asked(hotline: Hotline) -> None:
    hotline.provider.know(admin={"name": "管理员"})
    page = hotline.tell(hotline.provider.told())
    browser, back = hotline.codes(page, "admin")
    kept = dict(browser.cookies)
    assert browser.get(back).status_code == 200
    again = httpx2.get(page.url + back, cookies=kept)
    assert (again.status_code, "授权码已用过或已过期" in again.text) == (401, True)
    other, _ = hotline.codes(page, "admin")
    assert "答复与本次登录不符" in other.get(back).text
    assert "没有正在进行的登录" in httpx2.get(page.url + back).text
    refusing = other.get(f"{RETURN}?error=access_denied&state=made-up")
    assert (refusing.status_code, ACCESS in refusing.cookies) == (401, False)


def test_the_provider_s_refusal_is_told(hotline: Hotline) -> None:
    hotline.provider.know(admin={"name": "管理员", "password": "another"})
    answer = hotline.enter(hotline.tell(hotline.provider.told()), "admin")
    assert (answer.status_code, "没有同意登录" in answer.text) == (401, True)


def test_a_token_for_others_of_others_or_for_another_log_in_is_refused(hotline: Hotline) -> None:
    hotline.provider.know(admin={"name": "管理员"})
    token = hotline.signed("elsewhere")
    hotline.tell(hotline.provider.told())
    assert "不是发给本系统的" in refused(lambda: hotline.prove(token)).message
    ours = hotline.signed("hotline")
    hotline.tell(hotline.provider.told())
    another = {"id_token": ours, "nonce": "another"}
    assert "与本次登录不符" in refused(lambda: hotline.city.ask_unknown("Session.ProveIdentity", **another)).message
    head, body, _ = ours.split(".")
    for wrong in (f"{head}.{body}.", f"{head}.{body}.AAAA", "nothing", "eyJhbGciOiJub25lIn0." + body + "."):
        assert refused(partial(hotline.prove, wrong)).code == "UNAUTHENTICATED"
    hotline.tell(hotline.provider.told(issuer=f"http://localhost:{hotline.provider.port}"))
    assert "issuer" in refused(lambda: hotline.prove(ours)).message


def test_a_token_that_is_over_is_refused_and_clocks_may_differ_a_little(hotline: Hotline) -> None:
    hotline.provider.know(admin={"name": "管理员"})
    token = hotline.signed("brief")
    time.sleep(1.1)
    hotline.tell(hotline.provider.told(client="brief"))
    assert hotline.prove(token)
    hotline.tell(hotline.provider.told(SKEW_OF_NONE, client="brief"))
    heard = refused(lambda: hotline.prove(token))
    assert (heard.code, "时钟" in heard.message) == ("UNAUTHENTICATED", True)


def test_a_proof_is_directory_s_own_and_good_once(hotline: Hotline, monkeypatch: pytest.MonkeyPatch) -> None:
    hotline.provider.know(admin={"name": "管理员"})
    token = hotline.signed("hotline")
    hotline.tell(hotline.provider.told())
    proof, again = hotline.prove(token), hotline.prove(token)
    assert hotline.log_in(proof).login == "admin"
    assert "已经用过" in refused(lambda: hotline.log_in(again)).message
    assert "无法识别" in refused(lambda: hotline.log_in(proof[:-8] + "AAAAAAA=")).message
    assert "无法识别" in refused(lambda: hotline.log_in("made-up")).message
    monkeypatch.setattr(rules, "PROOF_LIFE", timedelta(0))
    assert "已过时" in refused(lambda: hotline.log_in(again)).message


def test_keys_that_the_provider_changed_are_asked_for_and_its_absence_is_told(hotline: Hotline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identities, "AGAIN_SECONDS", 0.0)
    hotline.provider.know(admin={"name": "管理员"})
    page = hotline.tell(hotline.provider.told())
    assert hotline.enter(page, "admin").status_code == 200
    before = hotline.signed("hotline")
    browser, back = hotline.codes(page, "admin")
    hotline.provider.stop()
    away = browser.get(back)
    assert (away.status_code, "暂时无法访问" in away.text) == (503, True)
    assert "暂时无法访问" in hotline.tell(hotline.provider.told()).send("GET", "/login/provider").text
    hotline.provider.start()
    assert hotline.enter(page, "admin").status_code == 200
    assert "不认识的密钥" in refused(lambda: hotline.prove(before)).message


def test_leaving_tells_the_provider(hotline: Hotline) -> None:
    hotline.provider.know(admin={"name": "管理员"})
    page = hotline.tell(hotline.provider.told())
    browser, back = hotline.codes(page, "admin")
    browser.get(back)
    left = browser.post("/logout", data={"request_id": "leave-1"})
    assert "正在退出统一身份认证" in left.text
    assert f"{hotline.provider.issuer}/session/end?id_token_hint=" in left.text
    assert ACCESS not in browser.cookies


def test_without_one_there_is_no_way_to_it(hotline: Hotline) -> None:
    with front(Settings("gateway", data=hotline.city.store.settings.data)) as page:
        assert "统一身份认证" not in page.send("GET", "/login").text
        assert page.send("GET", "/login/provider").code == 404
    assert refused(lambda: hotline.prove("a.b.c")).code == "NOT_FOUND"
