"""A district is brought in on a running hotline by one command, cut off again and again, and answers its first order (Art. 5, 7)."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from chassis.settings import process_environment
from hotline.directory.v1 import calendars_pb2 as calendars
from hotline.directory.v1 import people_pb2 as people
from hotline.directory.v1 import sessions_pb2 as sessions
from hotline.directory.v1 import systems_pb2 as systems
from hotline.directory.v1 import units_pb2 as units
from hotline.dispatch.v1 import reviews_pb2 as reviews
from hotline.notify.v1 import templates_pb2 as templates
from simulator.people import House, Person
from tests.journeys.cities import CITY, City
from tests.journeys.orders import ANSWER
from tests.journeys.waiting import becomes
from tests.services.gateway.front import Front

pytestmark = pytest.mark.journey
EXAMPLE = Path(__file__).parents[2] / "docs" / "district.toml"
DISTRICT = "shuanglin"
OWN = "another-horse-9"


class Bringing:
    """The command, beside a hotline that runs."""

    def __init__(self, city: City, folder: Path) -> None:
        self._environment = process_environment(**city.environment)
        self.file = Path(shutil.copy(EXAMPLE, folder))
        self.secrets = self.file.with_suffix(".secrets.json")
        password = folder / "password"
        password.write_text(next(row["password"] for row in city.instance.credentials if is_admin(row)))
        self._command = [sys.executable, "-m", "services.gateway.onboarding", str(self.file)]
        self._command += ["--door", city.instance.door, "--admin", f"{CITY}/admin", "--password-file", str(password)]

    def cut_off_after(self, lines: int) -> None:
        """Killed as by a power cut, as soon as it has said so much."""
        with subprocess.Popen(self._command, env=self._environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            said = [process.stdout.readline() for _ in range(lines)]
            process.kill()
        assert all(said), said

    def run(self) -> subprocess.CompletedProcess[str]:
        """To its end."""
        return subprocess.run(self._command, env=self._environment, check=False, capture_output=True, text=True, timeout=300)

    def kept(self) -> Any:
        """The passwords and keys that it made."""
        assert stat.S_IMODE(self.secrets.stat().st_mode) == 0o600
        return json.loads(self.secrets.read_text(encoding="utf-8"))


def is_admin(row: dict[str, Any]) -> bool:
    return bool(row["tenant_id"] == CITY and row.get("login") == "admin")


@contextmanager
def district_of(city: City, kept: Any) -> Iterator[dict[str, Person]]:
    """Its people, each with a password of their own by now."""
    first = {**kept["first_passwords"], "admin": kept["administrator_first_password"]}
    rows = [{"tenant_id": DISTRICT, "unit_id": "", "login": login, "password": OWN, "roles": [login]} for login in first]
    house = House(city.instance.door, rows)
    try:
        for login, password in first.items():
            request = sessions.ChangePasswordRequest(
                request_id=login, tenant_id=DISTRICT, login=login, password=password, new_password=OWN
            )  # fmt: skip
            house.ask("hotline.directory.v1.SessionService/ChangePassword", request, sessions.ChangePasswordResponse)
        yield {login: house.of_tenant(DISTRICT, login) for login in first}
    finally:
        house.close()


def names(lines: Sequence[str]) -> set[str]:
    return {line.split(" ", 1)[0] for line in lines}


@pytest.mark.begins("2026-11-02 09:00")
def test_a_district_is_brought_in_over_many_kills_and_answers_an_order_by_its_key(city: City, tmp_path: Path) -> None:
    bringing = Bringing(city, tmp_path)
    for lines in (2, 4, 7, 8, 10):
        bringing.cut_off_after(lines)
    whole = bringing.run()
    assert (whole.returncode, whole.stderr) == (0, ""), whole.stdout
    again = bringing.run()
    first, *steps, last = again.stdout.splitlines()
    assert "双林区" in first
    assert names(steps) == {"已有"}, again.stdout
    assert last.startswith("接入完成")

    with district_of(city, kept := bringing.kept()) as people_of:
        holds_nothing_twice(people_of["admin"])
        refused = bringing.run()
        assert (refused.returncode, "控制台" in refused.stderr) == (1, True), refused.stderr
        answers_an_order(city, people_of["paidan"], kept["system_keys"]["双林区住建局工单系统"])


def holds_nothing_twice(admin: Person) -> None:
    """What the file names is there, and once."""
    listed = admin.ask("directory.v1.UnitService/ListUnits", units.ListUnitsRequest(), units.ListUnitsResponse).units
    assert sorted((unit.short_name, unit.version) for unit in listed) == [
        ("前进街道", 1), ("双林区住建局", 1), ("双林区热线办", 1), ("双林区物业服务中心", 1),
    ]  # fmt: skip
    staff = admin.ask("directory.v1.PersonService/ListPeople", people.ListPeopleRequest(), people.ListPeopleResponse).people
    assert sorted((person.login, person.version) for person in staff) == [("admin", 1), ("paidan", 1), ("zhujian", 1)]
    (system,) = admin.ask("directory.v1.SystemService/ListSystems", systems.ListSystemsRequest(), systems.ListSystemsResponse).systems
    asked = systems.ListSystemKeysRequest(system_id=system.system_id)
    assert len(admin.ask("directory.v1.SystemService/ListSystemKeys", asked, systems.ListSystemKeysResponse).system_keys) == 1
    revision = admin.ask("directory.v1.CalendarService/GetCalendar", calendars.GetCalendarRequest(), calendars.GetCalendarResponse).revision
    assert (revision.version, [day.date for day in revision.days]) == (2, ["2027-03-01"])
    shown = admin.ask("notify.v1.TemplateService/ListTemplates", templates.ListTemplatesRequest(), templates.ListTemplatesResponse)
    assert [(each.notice, each.version) for each in shown.templates if each.version] == [("order_dispatched", 1)]


def answers_an_order(city: City, dispatcher: Person, key: str) -> None:
    """The city sends a matter to the district, its hub hands it on, the unit's own system answers, and it comes to its end."""
    matter = city.call("小区供暖不热，室温不到十六度", category="01.05.01")
    outer = matter.order
    outer.do("dispatch", city.hub.dispatcher, unit_id=DISTRICT)
    matter.is_open_to(dispatcher)
    front = Front(city.instance.page, key)
    unit_id = front.do("directory/ListUnits", kind="UNIT_KIND_DEPARTMENT").json["units"][0]["unit_id"]
    inner_id = outer.do("hand_on", dispatcher, unit_id=unit_id).inner.order_id
    becomes(lambda: [item["order_id"] for item in front.do("notify/ListChanges", wait="1s").json["items"]], [inner_id])
    version = front.do("dispatch/GetOrder", order_id=inner_id).json["order"]["version"]
    version = front.do("dispatch/SignIn", order_id=inner_id, version=version).json["order"]["version"]
    said = {**ANSWER, "answered_by": f"ANSWERED_BY_{ANSWER['answered_by']}", "answered_at": city.now().isoformat()}
    replied = front.do("dispatch/Reply", order_id=inner_id, version=version, **said)
    assert replied.code == 200, replied.text
    passed = reviews.PassReviewRequest(order_id=inner_id, version=int(replied.json["order"]["version"]))
    dispatcher.ask("dispatch.v1.ReviewService/PassReview", passed, reviews.PassReviewResponse)
    outer.do("reply", dispatcher)
    matter.is_settled()
