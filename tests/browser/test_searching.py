"""Searching at a desk and on a phone."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_key_leads_to_the_field_and_a_result_to_its_place(person):
    alice = person("alice")
    alice.write("where is the 断线重连 document", "something else")
    alice.sees("where is the 断线重连 document", "something else")
    page = alice.page
    page.keyboard.press("Control+k")
    expect(page.locator(".finder input")).to_be_focused()
    page.keyboard.type("重连 docu")
    page.keyboard.press("Enter")
    expect(page.locator("mark")).to_have_text(["重连", "docu"])
    page.wait_for_load_state()  # its script is there
    page.keyboard.press("Control+k")
    expect(page.locator("#id_q")).to_be_focused()
    page.locator(".found a").click()
    expect(page).to_have_url(re.compile(r"/rooms/1/\d+/$"))
    expect(page.locator("article.message:focus")).to_contain_text("断线重连")


def test_a_conversation_is_searched_on_a_phone(person):
    alice = person("alice", viewport={"width": 390, "height": 844}, has_touch=True)
    alice.write("tea at four", "coffee")
    alice.sees("tea at four", "coffee")
    page = alice.page
    page.get_by_role("link", name="Search in this room").click()
    page.fill("#id_q", "tea")
    page.press("#id_q", "Enter")
    expect(page.locator("select[name=room]")).to_have_value("1")
    expect(page.locator(".found li")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_it_works_without_scripts(person):
    alice = person("alice")
    alice.write("tea at four")
    alice.sees("tea at four")
    state = alice.context.storage_state()
    plain = alice.context.browser.new_context(java_script_enabled=False, storage_state=state).new_page()
    plain.goto(f"{alice.place.url}/rooms/1/")
    plain.fill(".finder input", "tea has:file")
    plain.press(".finder input", "Enter")
    expect(plain.locator(".empty b")).to_have_text("Nothing found")
    plain.fill("#id_q", "TEA")
    plain.press("#id_q", "Enter")
    plain.locator(".found a").click()
    expect(plain).to_have_url(re.compile(r"/rooms/1/\d+/$"))
    plain.context.close()
