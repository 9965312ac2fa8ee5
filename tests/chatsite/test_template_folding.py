"""Folded templates draw what they drew before, in each language."""

import pytest
from django.template import Context, Engine
from django.utils import translation

from chatsite.template_folding import Folded, fold

SOURCE = """{% load i18n look static %}{% for one in many %}<a href="{% url "search" %}?q={{ one }}">{% icon "search" %}{% translate "Search" %}</a>
{% if one == 1 %}<b>{% translate "Saved" %}</b>{% else %}{% translate "Saved" as word %}{{ word }}{% url "room" one %}{% endif %}{% endfor %}
{% translate "Notes to self" %} & {% translate "Message" context "write to somebody" %} {% static "mark.svg" %}"""


def engine() -> Engine:
    libraries = {
        "i18n": "django.templatetags.i18n",
        "look": "accounts.templatetags.look",
        "static": "django.templatetags.static",
    }
    return Engine(libraries=libraries)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_folded_template_draws_the_same(language):
    plain, folded = (engine().from_string(SOURCE) for _copy in range(2))
    fold(folded.nodelist)
    assert any(isinstance(node, Folded) for node in folded.nodelist)
    for other in ("en", "zh-hans", language):
        with translation.override(other):
            for many in ([1, 2], [3], []):
                context = {"many": many}
                assert folded.render(Context(context)) == plain.render(Context(context))


def test_what_differs_is_not_folded():
    template = engine().from_string(SOURCE)
    fold(template.nodelist)
    within = template.nodelist.get_nodes_by_type(object)
    assert not any("one" in repr(node) or "word" in repr(node) for node in within if isinstance(node, Folded))
