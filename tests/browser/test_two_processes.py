"""Scaled out: two processes on PostgreSQL with a Redis that can be stopped."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Place

pytestmark = pytest.mark.browser


@pytest.fixture
def place(running_server, own_redis) -> Place:
    place = Place(running_server("postgresql", redis=own_redis.url, workers=2))
    place.populate()
    return place


def test_two_people_talk_over_two_processes(person):
    alice, bob = person("alice"), person("bob")
    alice.write("one", "two")
    bob.sees("one", "two")
    bob.write("three")
    alice.sees("one", "two", "three")


def test_who_signs_out_is_out_although_redis_is_stopped(person, own_redis):
    alice = person("alice")
    other = alice.context.new_page()
    other.goto(f"{alice.place.url}/rooms/1/")
    own_redis.stop()
    alice.page.get_by_role("button", name="Sign out").click()
    alice.page.wait_for_url("**/accounts/login/**")
    expect(other.get_by_text("You are signed out.")).to_be_visible(timeout=15_000)
    own_redis.start()
    alice.page.goto(f"{alice.place.url}/rooms/1/")
    assert "/accounts/login/" in alice.page.url
