"""Which language a page is in: that of the person's setting, else of the cookie, else of what the browser accepts."""

import json
import re
from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone, translation

from accounts import services as accounts
from chatsite.realtime.commit import commit
from chatsite.refusals import Refusal
from messaging.pages import Entry
from rooms import services as rooms
from tests.cast import browser
from tests.pages.conftest import said, text_of

CHINESE = "zh-CN,zh;q=0.9,en;q=0.8"


@pytest.mark.parametrize(
    ("cookie", "accepted", "language"),
    [
        ("", CHINESE, "zh-hans"),
        ("", "zh-SG", "zh-hans"),
        ("", "en-GB,zh-CN;q=0.5", "en"),
        ("", "pl", "en"),
        ("en", CHINESE, "en"),
        ("zh-hans", "en", "zh-hans"),
    ],
)
def test_stranger_gets_the_language_of_the_cookie_or_else_of_the_browser(cookie, accepted, language):
    client = Client(headers={"accept-language": accepted})
    if cookie:
        client.cookies["language"] = cookie
    for path, status, words in (("/accounts/login/", 200, "很高兴再次见到你。"), ("/nothing/here/", 404, "返回首页")):
        page = text_of(client, path, status)
        assert f'<html lang="{language}"' in page
        assert (words in page) == (language == "zh-hans")


def test_own_setting_wins_over_cookie_and_browser(place, room, bob):
    commit(accounts.change_profile, bob, language="zh-hans")
    client = browser(bob)
    client.cookies["language"] = "en"
    for path, status, words in (
        (f"/w/{place.pk}/", 200, "我的房间"),
        ("/rooms/99/", 404, "返回首页"),
        ("/nothing/", 404, "返回首页"),
    ):
        page = text_of(client, path, status)
        assert '<html lang="zh-hans"' in page, path
        assert words in page, path


def test_room_speaks_the_language_of_its_reader(room, alice, bob):
    """Its own sentences and those of its scripts do; what people wrote stays as it is."""
    commit(rooms.change_room, alice, room, topic="Soup")
    said(room, alice, "Dinner at eight")
    client = browser(bob)
    client.cookies["language"] = "zh-hans"
    page = text_of(client, f"/rooms/{room.pk}/")
    for words in ("alice设置了主题：Soup", "Dinner at eight", "今天", "跳到内容"):
        assert words in page
    assert json.loads(re.search(r'id="texts">(.*?)</script>', page, re.DOTALL)[1])["offline_waiting"]["other"] == (
        "已离线。你可以继续书写，有{n}条消息待发送。"
    )


def test_page_of_a_broken_server_is_in_the_language_that_is_active():
    """It is drawn without a request, so nothing but the active language can tell it."""
    with translation.override("zh-hans"):
        page = render_to_string("errors/broken.html", {"refusal": Refusal("internal"), "request_id": "17"})
    assert '<html lang="zh-hans">' in page
    assert "服务器出错了。" in page and "请求编号17" in page


def test_days_are_written_as_chinese_writes_them():
    day = timezone.localdate() - timedelta(days=800)
    with translation.override("zh-hans"):
        name = Entry(known=None, at=None, day=day).day_name  # type: ignore[arg-type]
    assert name.startswith(f"{day.year}年{day.month}月{day.day}日星期")


def test_problem_of_the_api_is_in_the_language_asked_for(bob):
    response = browser(bob).get("/api/v1/rooms/99/", headers={"accept-language": CHINESE})
    assert (response.status_code, response.json()["detail"]) == (404, "这里没有内容，或者你无权查看。")


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/", "/nothing/here/", "/join/nothing/"])
def test_pages_before_one_is_in_have_a_choice_of_languages(path):
    page = Client().get(path).content.decode()
    assert re.search(r'<button name="language" value="en" lang="en" aria-current="true">\s*English', page)
    assert re.search(r'<button name="language" value="zh-hans" lang="zh-hans">\s*简体中文', page)


def test_choosing_a_language_keeps_it_and_comes_back():
    client = Client(headers={"accept-language": "en"})
    answer = client.post("/language/", {"language": "zh-hans", "next": "/accounts/login/?next=/rooms/7/"})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/rooms/7/")
    assert "很高兴再次见到你。" in text_of(client, "/accounts/login/")


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_the_way_back_leads_nowhere_else(back):
    answer = Client().post("/language/", {"language": "en", "next": back})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_an_unknown_language_is_refused():
    for wrong in ("", "xx", "zh-hans; Path=/"):
        assert Client().post("/language/", {"language": wrong}).status_code == 400
    assert Client().get("/language/").status_code == 405


def test_the_choice_of_who_is_in_is_their_setting(bob):
    client = browser(bob)
    client.post("/language/", {"language": "zh-hans", "next": "/"})
    bob.refresh_from_db()
    assert bob.language == "zh-hans"
    assert '<html lang="zh-hans"' in text_of(client, "/profile/")
