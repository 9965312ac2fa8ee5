"""Templates with what never changes put together: words in the language that is active, addresses without numbers, icons, and the text between them.

More than half of the nodes of a page are such. Each run of them is drawn once in each language, by the nodes themselves, and is one text from then on.
"""

from typing import Any

from django.template import Context, Template
from django.template.base import FilterExpression, Node, NodeList, TextNode
from django.template.defaulttags import IfNode, LoadNode, URLNode
from django.template.library import SimpleNode
from django.template.loaders import cached
from django.templatetags.i18n import TranslateNode
from django.templatetags.static import StaticNode
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from accounts.templatetags import look

CONSTANT_TAGS = {look.icon, look.once, look.import_map}
"""Tags that draw the same wherever they stand."""


class Loader(cached.Loader):
    """Django's cached loader, folding what it keeps. Under DEBUG templates stay as they are, for its error pages."""

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        template = super().get_template(template_name, skip)
        if not self.engine.debug and not getattr(template, "is_folded", False):
            fold(template.nodelist)
            template.is_folded = True
        return template


class Folded(Node):
    """Nodes that ask for nothing but the language."""

    child_nodelists = ()

    def __init__(self, nodes: list[Node]):
        self.nodes = nodes
        self._drawn: dict[str | None, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        language = get_language()
        drawn = self._drawn.get(language)
        if drawn is None:
            drawn = SafeString("".join([node.render(context) for node in self.nodes]))
            self._drawn[language] = drawn
        return drawn


def fold(nodes: NodeList) -> None:
    """Fold `nodes` and all that is within them, in place."""
    found: list[Node] = []
    run: list[Node] = []
    for node in nodes:
        if is_constant(node):
            run.append(node)
            continue
        found += _joined(run)
        run = []
        _fold_within(node)
        found.append(node)
    nodes[:] = found + _joined(run)


def is_constant(node: Node) -> bool:
    """Does it draw the same in every context?"""
    match node:
        case TextNode() | LoadNode():
            return True
        case TranslateNode():
            told = node.filter_expression
            is_literal = not told.filters and getattr(told.var, "literal", None) is not None
            return is_literal and node.asvar is None and _is_literal(node.message_context)
        case URLNode():
            return not node.args and not node.kwargs and node.asvar is None and _is_literal(node.view_name)
        case StaticNode():
            return node.varname is None and _is_literal(node.path)
        case SimpleNode():
            plain = not node.kwargs and not node.takes_context and node.target_var is None
            return plain and node.func in CONSTANT_TAGS and all(map(_is_literal, node.args))
    return False


def _is_literal(expression: FilterExpression | None) -> bool:
    return expression is None or (not expression.is_var and not expression.filters)


def _joined(run: list[Node]) -> list[Node]:
    if all(isinstance(node, TextNode) for node in run):
        return run
    return [Folded(run)]


def _fold_within(node: Node) -> None:
    if isinstance(node, IfNode):
        lists = [nodelist for _condition, nodelist in node.conditions_nodelists]
    else:
        lists = [found for name in node.child_nodelists if isinstance(found := getattr(node, name, None), NodeList)]
    for nodelist in lists:
        fold(nodelist)
