"""Files in two browsers: chosen, dropped, pasted, thrown away again, opened, and sent without a script."""

import re

import pytest
from playwright.sync_api import expect

from tests.messaging.files.made import picture

pytestmark = pytest.mark.browser

GIVEN = """(element, { kind, name, type, content }) => {
    const data = new DataTransfer()
    data.items.add(new File([Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))], name, { type }))
    const options = { bubbles: true, cancelable: true }
    const event = kind === "paste" ? new ClipboardEvent(kind, { clipboardData: data, ...options })
        : new DragEvent(kind, { dataTransfer: data, ...options })
    element.dispatchEvent(event)
}"""


def files(*given: tuple[str, bytes]) -> list[dict]:
    return [
        {"name": name, "mimeType": "image/png" if name.endswith("png") else "text/plain", "buffer": content}
        for name, content in given
    ]


def give(person, kind: str, name: str, content: bytes, place: str) -> None:
    import base64

    person.page.locator(place).evaluate(
        GIVEN, {"kind": kind, "name": name, "type": "image/png", "content": base64.b64encode(content).decode()}
    )


def test_files_are_sent_with_a_message_and_shown_to_the_other(person):
    alice, bob = person("alice"), person("bob")
    alice.page.set_input_files(
        "input[name=files]", files(("view.png", picture(size=(900, 600))), ("notes.txt", b"n" * 3000))
    )
    expect(alice.page.locator(".upload[data-state=done]")).to_have_count(2)
    alice.write("look at this")
    expect(alice.page.locator(".upload")).to_have_count(0)
    bob.sees("look at this")
    shown = bob.page.locator("article .attachments a.picture")
    expect(shown.locator("img")).to_have_attribute("width", "360")
    assert shown.locator("img").evaluate("async (img) => { await img.decode(); return img.naturalWidth }") == 480
    expect(bob.page.locator("article a.file")).to_contain_text("notes.txt")
    with bob.page.expect_download() as download:
        bob.page.locator("article a.file").click()
    assert download.value.suggested_filename == "notes.txt"
    shown.click()
    dialog = bob.page.get_by_role("dialog")
    expect(dialog.locator("img")).to_have_attribute("alt", "view.png")
    assert dialog.locator("img").evaluate("async (img) => { await img.decode(); return img.naturalWidth }") == 900
    bob.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(shown).to_be_focused()


def test_files_are_dropped_and_pasted_and_one_is_thrown_away(person):
    alice = person("alice")
    give(alice, "dragenter", "a.png", picture(), "chat-room")
    expect(alice.page.locator(".drop-zone")).to_be_visible()
    give(alice, "drop", "dropped.png", picture(), "chat-room")
    expect(alice.page.locator(".drop-zone")).to_be_hidden()
    give(alice, "paste", "pasted.png", picture(), ".composer textarea")
    expect(alice.page.locator(".upload[data-state=done]")).to_have_count(2)
    alice.page.locator(".upload", has_text="dropped.png").get_by_role("button", name="Remove").click()
    expect(alice.page.locator(".upload")).to_have_count(1)
    alice.page.press(".composer textarea", "Enter")
    expect(alice.page.locator("article[data-seq] a.picture")).to_have_attribute("data-file", "pasted.png")


def test_what_is_refused_says_why_and_the_words_stay(person):
    alice = person("alice")
    alice.page.fill(".composer textarea", "with this")
    alice.page.set_input_files("input[name=files]", files(("empty.txt", b"")))
    expect(alice.page.locator(".upload .why")).to_contain_text("This file is empty.")
    alice.page.press(".composer textarea", "Enter")
    expect(alice.page.locator(".composer textarea")).to_have_value("with this")
    alice.page.get_by_role("button", name="Remove").click()
    alice.page.press(".composer textarea", "Enter")
    alice.sees("with this")


def test_files_that_have_arrived_outlive_the_page_and_those_offline_wait(person):
    alice, bob = person("alice"), person("bob")
    alice.page.set_input_files("input[name=files]", files(("kept.txt", b"kept")))
    expect(alice.page.locator(".upload[data-state=done]")).to_have_count(1)
    alice.page.reload()
    expect(alice.page.locator(".upload[data-state=done]")).to_contain_text("kept.txt")
    alice.context.set_offline(True)
    expect(alice.page.locator("connection-status")).to_be_visible()
    alice.page.set_input_files("input[name=files]", files(("later.txt", b"later")))
    expect(alice.page.locator(".upload[data-state=waiting]")).to_contain_text("later.txt")
    alice.write("when there is a network")
    expect(alice.page.locator(".composer textarea")).to_have_value("when there is a network")
    alice.context.set_offline(False)
    bob.sees("when there is a network")
    expect(bob.page.locator("article a.file")).to_have_text([re.compile("kept.txt"), re.compile("later.txt")])


def test_a_form_sends_files_without_javascript(person):
    alice, bob = person("alice"), person("bob", java_script_enabled=False)
    bob.page.fill(".composer textarea", "by a plain form")
    bob.page.set_input_files("input[name=files]", files(("plain.txt", b"plain")))
    bob.page.get_by_role("button", name="Send").click()
    expect(bob.page.locator("article a.file")).to_contain_text("plain.txt")
    alice.sees("by a plain form")
