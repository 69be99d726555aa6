"""Templates put together when they are loaded: what they extend and include by name becomes part of them.

Django looks parents and parts up anew for each page and mail, and asks every block who fills it. Set as loader, this one
does so once: the same nodes in one tree. Left as they are: templates of packages (the admin's), parts whose name is a
variable, `block.super`, what counts its own turns (cycle, ifchanged), and all of them with DEBUG, for its error pages
point at lines of files.
"""

import copy
import re

from django.conf import settings
from django.template import TemplateDoesNotExist
from django.template.base import Node, NodeList, TextNode
from django.template.defaulttags import CycleNode, IfChangedNode, IfNode
from django.template.loader_tags import BlockNode, ExtendsNode, IncludeNode
from django.template.loaders import cached

FOLDER = settings.BASE_DIR / "templates"
OWN = f"{FOLDER}/"
LEFT = re.compile(r"\bblock\.super\b")


class Scope(Node):
    """A filled block or an included part: what it names inside is not known outside."""

    def __init__(self, nodelist, values=None):
        self.nodelist, self.values = nodelist, values or {}

    def render(self, context):
        with context.push(**{name: value.resolve(context) for name, value in self.values.items()}):
            return self.nodelist.render(context)


class Loader(cached.Loader):
    """Loads as Django's cached loader, and gives the project's own templates whole."""

    def __init__(self, engine, loaders):
        super().__init__(engine, loaders)
        self.whole = {}

    def reset(self):
        super().reset()
        self.whole.clear()

    def load_own(self):
        """Load all templates of the project."""
        for path in FOLDER.rglob("*.*"):
            if path.is_file():
                self.get_template(path.relative_to(FOLDER).as_posix())

    def get_template(self, template_name, skip=None):
        template = super().get_template(template_name, skip)
        if skip or self.engine.debug:
            return template
        if template_name not in self.whole:
            self.whole[template_name] = self._put_together(template)
        return self.whole[template_name]

    def _put_together(self, template):
        nodes = self._nodes(template, {}, ())
        if nodes is None:
            return template
        whole = copy.copy(template)
        whole.nodelist = nodes
        return whole

    def _nodes(self, template, blocks, within):
        """The template's nodes, its parent's with `blocks` in their places; None where it is better left as it is."""
        if template.origin in within or not str(template.origin.name).startswith(OWN) or LEFT.search(template.source):
            return None
        within = (*within, template.origin)
        before = NodeList()
        for node in template.nodelist:
            if not isinstance(node, TextNode):
                break
            before.append(node)
        else:
            return before
        if not isinstance(node, ExtendsNode):
            return self._walk(template.nodelist, blocks, within)
        parent = self._named(node.parent_name)
        nodes = parent and self._nodes(parent, {**node.blocks, **blocks}, within)
        return nodes and _joined([*before, *nodes])

    def _named(self, expression):
        """The template that an expression names, or None: it is a variable, or there is none."""
        if not isinstance(expression.var, str) or expression.filters:
            return None
        try:
            return super().get_template(expression.var)
        except TemplateDoesNotExist:
            return None

    def _walk(self, nodes, blocks, within):
        return _joined([self._one(node, blocks, within) for node in nodes])

    def _one(self, node, blocks, within):
        if isinstance(node, BlockNode):
            return Scope(self._walk(blocks.get(node.name, node).nodelist, blocks, within))
        if isinstance(node, IncludeNode):
            return self._included(node, within) or node
        if isinstance(node, IfNode):
            node = copy.copy(node)
            node.conditions_nodelists = [
                (condition, self._walk(nodes, blocks, within)) for condition, nodes in node.conditions_nodelists
            ]
            return node
        lists = {name: getattr(node, name, None) for name in node.child_nodelists}
        if any(lists.values()):
            node = copy.copy(node)
            for name, nodes in lists.items():
                if nodes:
                    setattr(node, name, self._walk(nodes, blocks, within))
        return node

    def _included(self, node, within):
        template = None if node.isolated_context else self._named(node.template)
        nodes = template and self._nodes(template, {}, within)
        if not nodes or any(template.nodelist.get_nodes_by_type(kind) for kind in (CycleNode, IfChangedNode)):
            return None
        return Scope(nodes, node.extra_context)


def _joined(nodes):
    """The nodes, with texts that meet made one."""
    found = NodeList()
    for node in nodes:
        if isinstance(node, TextNode) and found and isinstance(found[-1], TextNode):
            found[-1] = TextNode(found[-1].s + node.s)
        else:
            found.append(node)
    return found
