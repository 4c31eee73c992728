"""Settings as an operator writes them: read as they are meant, refused by the name of what is wrong and never by its value."""

from __future__ import annotations

import tomllib
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from chassis.errors import Unusable
from services.notify.channels.configured import configured
from services.notify.channels.http.channel import make as make_http
from services.notify.channels.http.settings import HttpSettings
from services.notify.channels.sip.channel import make as make_sip
from services.notify.channels.sip.settings import SipSettings
from services.notify.channels.smpp.channel import make as make_smpp
from services.notify.channels.smpp.settings import SmppSettings

SMPP = 'host = "smsc.example"\nport = 2775\nsystem_id = "hotline"\npassword = "s3cret"\nsource = "10612345"\n'
HTTP = """
url = "http://gateway.example/send"
taken = "^0"
form = "json"
[parameters]
to = "{to}"
[callback]
port = 8088
secret = "b2d6f0"
states = {1 = "delivered"}
"""
SIP = f'uri = "sip:{{to}}@trunk.example"\nscratch = "var/calls"\nrecordings = "var/recordings"\nkey = "{"ab" * 32}"\n'


def test_what_is_written_is_read_as_its_field_wants_it() -> None:
    smpp = configured(SmppSettings, tomllib.loads(f'{SMPP}answer_within = 5\nthrottle_codes = [88, 1025]\nzone = "Asia/Tokyo"'), "sms.smpp")
    assert (smpp.port, smpp.answer_within, smpp.throttle_codes) == (2775, 5.0, frozenset({88, 1025}))
    assert smpp.zone == ZoneInfo("Asia/Tokyo")
    http = configured(HttpSettings, tomllib.loads(HTTP), "sms.http")
    assert (http.form, http.parameters) == ("json", {"to": "{to}"})
    assert http.callback is not None
    assert (http.callback.url, http.callback.states) == ("http://127.0.0.1:8088/b2d6f0", {"1": "delivered"})
    sip = configured(SipSettings, tomllib.loads(SIP), "voice.sip")
    assert (sip.scratch, sip.key) == (Path("var/calls"), bytes.fromhex("ab" * 32))
    assert "s3cret" not in repr(smpp)
    assert "b2d6f0" not in repr(http)


def test_each_plug_in_makes_its_channel() -> None:
    assert make_smpp(tomllib.loads(SMPP)).name == "sms.smpp"
    assert make_http(tomllib.loads(HTTP)).name == "sms.http"
    assert make_sip(tomllib.loads(SIP)).name == "voice.sip"


@pytest.mark.parametrize(
    ("kind", "told", "says"),
    [
        (SmppSettings, SMPP.replace("host", "hots"), "没有名为 hots 的设置"),
        (SmppSettings, SMPP.replace('password = "s3cret"\n', ""), "缺少设置 password"),
        (SmppSettings, SMPP.replace("2775", '"2775"'), "设置 port 不可用"),
        (SmppSettings, SMPP.replace("2775", "true"), "设置 port 不可用"),
        (SmppSettings, f'{SMPP}zone = "Mars"', "设置 zone 不可用"),
        (SmppSettings, f'{SMPP}answer_within = "soon"', "设置 answer_within 不可用"),
        (HttpSettings, HTTP.replace('"json"', '"xml"'), "设置 form 不可用"),
        (HttpSettings, HTTP.replace("secret", "secrets"), "设置 callback 没有名为 secrets 的设置"),
        (SipSettings, SIP.replace("ab" * 32, "key"), "设置 key 不可用"),
    ],
)
def test_what_is_wrong_is_named_without_its_value(kind: type[object], told: str, says: str) -> None:
    with pytest.raises(Unusable, match=says) as unusable:
        configured(kind, tomllib.loads(told), "plug-in")
    assert "s3cret" not in str(unusable.value)
