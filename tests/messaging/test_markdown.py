"""Markdown of messages: what is drawn, what cannot get through, who is mentioned, what it may cost."""

import re
import time
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from messaging.markdown import cleaner, parser, plain, render
from messaging.markdown.words import in_one_line

ATTRIBUTES = {
    "a": {"href", "target", "rel"},
    "input": {"type", "disabled", "checked"},
    "ol": {"dir", "class", "start"},
    "span": {"class", "data-user", "data-all"},
}
FIXED = {"dir": "auto", "rel": cleaner.REL, "target": "_blank", "type": "checkbox", "data-user": "7"}

XSS = r"""
<script>alert(1)</script>  <img src=x onerror=alert(1)>  <svg onload=alert(1)>  <svg><script>alert(1)</script></svg>
<svg><animate onbegin=alert(1) attributeName=x>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">
<iframe src="javascript:alert(1)"></iframe>  <iframe srcdoc="<script>alert(1)</script>">
<object data="javascript:alert(1)">  <embed src="data:text/html,<script>alert(1)</script>">  <body onload=alert(1)>
<details open ontoggle=alert(1)>  <video><source onerror=alert(1)></video>
<form action="javascript:alert(1)"><button>x</button></form>  <input autofocus onfocus=alert(1)>
<a href="javascript:alert(1)">x</a>  <a href="jav&#x09;ascript:alert(1)">x</a>  <base href="javascript:/a/">
<meta http-equiv="refresh" content="0;url=javascript:alert(1)">
<link rel=stylesheet href=data:,*%7bx:expression(alert(1))%7d>  <style>@import'data:,';</style>
<p style="background:url(javascript:alert(1))">x</p>  <noscript><p title="</noscript><img src=x onerror=alert(1)>">
<template><script>alert(1)</script></template>  <textarea><img title="</textarea><img src=x onerror=alert(1)>">
<![CDATA[<script>alert(1)</script>]]>  <!--><script>alert(1)</script-->  <?xml-stylesheet href="javascript:alert(1)"?>
<x-at onclick=alert(1)>@bob</x-at>  [x](javascript:alert(1))  [x](JaVaScRiPt:alert(1))  [x](<javascript:alert(1)>)
[x](&#106;avascript:alert(1))  [x](javascript&colon;alert(1))  [x](javascript&#58;alert(1))  [x](\javascript:alert(1))
[x](java&Tab;script:alert(1))  [x](%6aavascript:alert(1))  [x](vbscript:msgbox(1))
[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)  [x](data:image/svg+xml,<svg/onload=alert(1)>)
[x](file:///etc/passwd)  [x](//evil.example)  [x](/logout)  [x](https://x "onmouseover=alert(1)")
[x](https://x" onmouseover="alert(1))  [x](<https://x" onmouseover="alert(1)>)
[<img src=x onerror=alert(1)>](https://x)  [a](https://x)<script>[b](https://y)</script>  ![x](javascript:alert(1))
![x" onerror="alert(1)](https://x)  ![<script>alert(1)</script>](https://x)
![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+)  <javascript:alert(1)>  <JAVASCRIPT:alert(1)>
<data:text/html,x>  <https://x"onclick=alert(1)>  https://x"onmouseover=alert(1)  https://x/'onmouseover='alert(1)
https://x/<script>alert(1)</script>  www.x.com"onclick=alert(1)  mailto:a@b.cc"onclick=alert(1)
[x]: javascript:alert(1) "t"  ```"><script>alert(1)</script>  ```py onload=alert(1)  `<script>alert(1)</script>`
# <script>alert(1)</script>  - [x] <img src=x onerror=alert(1)>  |a|<script>|  @bob"onclick=alert(1)
@bob<script>alert(1)</script>  :tada"><script>:  **<script>**alert(1)**</script>**
&lt;script&gt;alert(1)&lt;/script&gt;  &#60;script&#62;alert(1)&#60;/script&#62;  \<script>alert(1)\</script>
"""
PAYLOADS = re.split(r"  |\n", XSS.strip())  # two blanks or a line between them


class Gate(HTMLParser):
    """Fails at the first tag, attribute, class or scheme that is not on the list."""

    def handle_starttag(self, tag, attrs):
        assert tag in cleaner.TAGS - {"x-at"} or (tag == "x-at" and not attrs)
        for name, value in attrs:
            assert name in ATTRIBUTES.get(tag, {"dir", "class"}), (tag, name)
            assert value == FIXED.get(name, value)
            if name == "class":
                assert set(value.split()) <= cleaner.CLASSES[tag] | {"mention"}
            if name == "href":
                assert urlsplit(value).scheme in cleaner.SCHEMES

    def handle_comment(self, data):
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def check(html):
    gate = Gate(convert_charrefs=True)
    gate.feed(html)
    gate.close()
    assert "<script" not in html
    return html


def html(body):
    return check(render(body).html)


def finished(body):
    return check(render(body).finish({"bob": 7}, all=True))


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("frame", ["{}", "hi {} there", "> - {}", "[{}](https://x)", "|a|\n|-|\n|{}|"])
def test_no_payload_gets_through(payload, frame):
    body = frame.replace("{}", payload)
    finished(body)
    check(parser.draw(body))  # the cleaner is the second lock, not the only one


# What is typed => what has to be in the HTML; a line break is ⏎.
DRAWN = r"""
**b** *e* ~~s~~ `c` => <strong>b</strong> <em>e</em> <s>s</s> <code>c</code>
one⏎two => <p dir="auto">one<br>⏎two</p>
# Title => <p dir="auto" class="heading">Title</p>
Title⏎=== => <p dir="auto" class="heading">Title</p>
> said => <blockquote dir="auto">⏎<p>said</p>
- a⏎  1. b => <ul dir="auto">⏎<li>a⏎<ol>⏎<li>b</li>
7. a => <ol start="7" dir="auto">
- [x] done => <label><input type="checkbox" disabled="" checked=""> done</label>
- [ ] to do => <li class="task-list-item"><label><input type="checkbox" disabled=""> to do</label>
- [x] # big => <p class="heading"><label><input type="checkbox" disabled="" checked=""> big</label></p>
|a|b|c|⏎|:-|-:|:-:|⏎|1|2|3| => <td class="left">1</td>⏎<td class="right">2</td>⏎<td class="center">3</td>
|a|⏎|-|⏎|1| => <div class="table" dir="auto"><table>
```py⏎if x: 'y' # z⏎``` => <span class="k">if</span> x: <span class="st">'y'</span> <span class="c"># z</span>
```diff⏎-a⏎+b⏎``` => <span class="del">-a</span>⏎<span class="ins">+b</span>
```nope⏎<b>⏎``` => <pre dir="auto"><code>&lt;b&gt;⏎</code></pre>
![cat](https://x/c.png) => <a href="https://x/c.png" target="_blank" rel="noopener noreferrer nofollow">cat</a>
![](https://x/c.png) => >https://x/c.png</a>
[![cat](https://x/c.png)](https://y) => <a href="https://y" target="_blank" rel="noopener noreferrer nofollow">cat</a>
see https://x.com/a_b_c. => href="https://x.com/a_b_c"
**https://x.com/a** => <strong><a href=
(https://en.wikipedia.org/wiki/A_(b)) => href="https://en.wikipedia.org/wiki/A_(b)"
看https://x.com这里 => 看<a href="https://x.com"
在 https://x.com/维基，好 => href="https://x.com/维基"
www.x.com => href="https://www.x.com"
bob@example.com => href="mailto:bob@example.com"
<https://x.com> => href="https://x.com"
well done :tada::+1: => well done 🎉👍
[:tada: party](https://x) => >🎉 party</a>
`:tada:` std::heart::x 10:30:20 \:tada: => <code>:tada:</code> std::heart::x 10:30:20 :tada:
مرحبا⏎⏎hello => <p dir="auto">مرحبا</p>⏎<p dir="auto">hello</p>
[note]: done => [note]: done
"""


@pytest.mark.parametrize("case", DRAWN.strip().splitlines())
def test_is_drawn(case):
    body, part = case.replace("⏎", "\n").split(" => ")
    assert part in html(body)


def test_what_cannot_be_stored_is_replaced():
    assert (html("a\0b"), html("a\ud800b")) == ('<p dir="auto">a\ufffdb</p>\n', '<p dir="auto">a?b</p>\n')
    assert render(" \n").html == ""


@pytest.mark.parametrize(
    "body", ["README.md main.py", "https://bank.example@evil.example", "https://", "[a](b)", "x@y"]
)
def test_is_no_link(body):
    assert "<a" not in html(body)


@pytest.mark.parametrize(
    "body", ["@bob", "hi @Bob.", "(@BOB)", "**@bob**-", "a\n@bob: x", "> @bob-", "- @bob", "@@bob", "*x*@bob"]
)
def test_is_a_mention(body):
    assert render(body).names == {"bob"}
    assert '<span class="mention" data-user="7">@' in finished(body)


OTHERS = (
    r"me@bob `@bob` [@bob](https://x) https://x.com/@bob \@bob bob@bob.com @ a&#97;@bob <https://x/@bob> www.x.io/@bob"
)


@pytest.mark.parametrize("body", [*OTHERS.split(), "    @bob", "```\n@bob\n```", "`` a` @bob ``", "![@bob](https://x)"])
def test_is_no_mention(body):
    assert render(body).names == frozenset()
    assert "mention" not in finished(body)


def test_names_are_of_any_script_and_at_most_32_characters():
    longest = "x" * 32
    assert render(f"@林薇，@{longest} @{longest}x @a.b-c_d.").names == {"林薇", longest, "a.b-c_d"}


def test_strangers_are_text_again_and_the_name_stays_as_written():
    out = render("@Bob @eve @all").finish({"bob": 7}, all=False)
    assert out == '<p dir="auto"><span class="mention" data-user="7">@Bob</span> @eve @all</p>\n'


def test_all_is_everyone_and_never_a_name():
    text = render("@All")
    assert (text.all, text.names) == (True, frozenset())
    assert '<span class="mention" data-all>@All</span>' in text.finish({"all": 7}, all=True)


MARKER = "<x-at>@bob</x-at>"
FORGED = (
    "{}",
    "`{}`",
    "[a](<https://x/{}>)",
    "[a](https://x/{})",
    '[a](https://x "{}")',
    "https://x/{}",
    "```{}\n{}\n```",
)


@pytest.mark.parametrize("place", FORGED)
@pytest.mark.parametrize("marker", [MARKER, MARKER.replace("<", "&lt;"), MARKER.replace("<", "\\<")])
def test_a_typed_marker_marks_nothing(place, marker):
    body = place.replace("{}", marker)
    mention = '<span class="mention" data-user="7">@bob</span>'
    assert len(re.findall(r"<(?:x-at|span)", finished(body).replace(mention, ""))) == 0
    assert all(mention not in value for value in re.findall(r'href="(.*)" target', finished(body)))


TEXT = st.text(st.one_of(st.sampled_from(" \n\t*_`~[]()<>!|:-#>&@.+=1xé林م🎉\\\"'/"), st.characters()), max_size=120)
PIECES = r"@bob https://x.com/a www.x.io/(b) a@b.cc :tada: :x 1. 2) - + # hi 林薇 ( ) . , : ' / = ? ! ; $ é _a_ *b* ~~c~~ `d` &amp; <e> \\. | |-| [f](https://g)"
SENTENCES = st.lists(st.sampled_from([*PIECES.split(), '"', " ", "\n", "a"])).map("".join)


@given(TEXT)
@settings(max_examples=300, deadline=None)
def test_any_text_gives_only_what_is_allowed(body):
    finished(body)


@given(st.one_of(SENTENCES, st.text(st.characters(codec="utf-8"))))
@example("see https://x.com:tada: www.a.b@bob")
@example("~~c~~")
@settings(max_examples=300, deadline=None)
def test_the_short_road_ends_where_the_parser_does(body):
    if plain.is_plain(body):
        assert cleaner.clean(plain.draw(body)) == cleaner.clean(parser.draw(body))


HOSTILE = r"[ ![ [a]( > >- *a_ **a `a`` < <a@ & |a http:// @a a@ :a www. \ \* ~~a".split(" ")  # noqa: SIM905


@pytest.mark.parametrize("unit", [*HOSTILE, "- ", "- a\n", "\n", "a\n\n", "a|b\n-|-\n", "> a\n"])
@pytest.mark.parametrize("size", [10_000, 100_000])
def test_hostile_text_is_cheap(unit, size):
    started = time.process_time()
    html(unit * (size // len(unit)))
    assert time.process_time() - started < 1  # measured: at most 0.1 s; the rest is for slow machines and the check


def test_wide_gaps_and_long_code_stay_without_colours():
    assert "<span" not in html("```c\nint a" + "\n" * 200 + "int x;\n```")
    assert html(("```py\nif x:\n" + "a\n" * 1_000 + "```\n") * 2).count("<span") == 1


def test_a_table_is_not_filled_up_to_a_megabyte():
    assert len(html("|a" * 200 + "\n" + "|-" * 200 + "\n" + "a\n" * 300)) < 20_000


def test_a_text_too_deep_is_shown_as_typed():
    assert html("**a " * 500 + "b" + " a**" * 500).startswith('<p dir="auto">**a **a')


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("**five more years**, at the *same* `rent`?", "five more years, at the same rent?"),
        ("one\n\ntwo\nthree", "one two three"),
        ("- milk\n- [eggs](https://example.org)!", "milk eggs!"),
        ("```python\nprint(1 < 2)\n```", "print(1 < 2)"),
        ("", ""),
    ],
)
def test_its_words_in_one_line_stand_as_they_are_read(body, words):
    assert in_one_line(render(body).html) == words
