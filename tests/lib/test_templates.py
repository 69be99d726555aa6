"""Templates that are put together when loaded say what Django would have said."""

import pytest
from django.template import Context, Engine, TemplateDoesNotExist
from django.template.loader_tags import BlockNode, ExtendsNode, IncludeNode

from ake_portal.lib import templates

PLAIN = ["django.template.loaders.filesystem.Loader"]
FILES = {
    "base.txt": "<{% block head %}no head{% endblock %}|{% if show %}{% block body %}{% block inner %}in{% endblock %}{% endblock %}{% endif %}>",
    "middle.txt": "{% extends 'base.txt' %}{% block body %}middle {% block inner %}m{% endblock %}{% endblock %}",
    "page.txt": "before {% extends 'middle.txt' %}ignored{% block inner %}{% include 'part.txt' with name='x' %}{% endblock %}",
    "part.txt": "({{ name }}{% for n in numbers %}{% include 'row.txt' %}{% empty %}none{% endfor %})",
    "row.txt": "{% if forloop.first %}{% else %}, {% endif %}{{ n }}",
    "framed.txt": "{% extends 'base.txt' %}{% block head %}own head{% endblock %}",
    "framing.txt": "{% extends 'base.txt' %}{% block body %}{% include 'framed.txt' %}{% endblock %}",
    "names.txt": "{% include 'sets.txt' %}[{{ total }}]{% block last %}{% with total=3 %}{{ total }}{% endwith %}{% endblock %}{{ total }}",
    "sets.txt": "{% now 'Y' as total %}{{ total|length }}",
    "super.txt": "{% extends 'middle.txt' %}{% block body %}more than {{ block.super }}{% endblock %}",
    "by_variable.txt": "{% include which %}{% include which|lower %}",
    "turns.txt": "{% for n in numbers %}{% include 'cycle.txt' %}{% endfor %}",
    "cycle.txt": "{% cycle 'a' 'b' %}{% ifchanged %}c{% endifchanged %}",
    "alone.txt": "{% include 'row.txt' only %}",
    "tree.txt": "{{ depth }}{% if depth < 3 %}{% include 'tree.txt' with depth=depth|add:1 %}{% endif %}",
    "escaped.txt": "{% autoescape off %}{{ raw }}{% include 'raw.txt' %}{% endautoescape %}{% include 'raw.txt' %}",
    "raw.txt": "{{ raw }}",
    "empty.txt": "[{% include 'nothing.txt' %}]",
    "nothing.txt": "",
}
VALUES = {"show": True, "numbers": [1, 2, 3], "which": "row.txt", "n": 7, "name": "outer", "depth": 1, "raw": "<b>"}


@pytest.fixture
def engines(tmp_path, monkeypatch):
    """(Django's, one whose templates are whole), with the files above as the project's own."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(templates, "OWN", f"{tmp_path}/")
    whole = [("ake_portal.lib.templates.Loader", PLAIN)]
    return Engine([str(tmp_path)], loaders=PLAIN), Engine([str(tmp_path)], loaders=whole)


@pytest.mark.parametrize("name", FILES)
def test_the_same_is_said(engines, name):
    for values in (VALUES, {**VALUES, "show": False, "numbers": []}):
        said = [engine.get_template(name).render(Context(values)) for engine in engines]
        assert said[0] == said[1]


def test_parents_and_parts_become_part_of_a_template(engines):
    nodes = engines[1].get_template("page.txt").nodelist
    assert nodes.get_nodes_by_type((BlockNode, ExtendsNode, IncludeNode)) == []
    assert engines[1].get_template("page.txt").render(Context(VALUES)) == "before <no head|middle (x1, 2, 3)>"


def test_a_template_can_be_the_parent_of_several(engines):
    for name in ("page.txt", "framed.txt", "base.txt", "framed.txt", "page.txt"):
        assert engines[1].get_template(name).render(Context(VALUES)) == engines[0].get_template(name).render(
            Context(VALUES)
        )


def test_templates_of_packages_stay_as_they_are(engines, monkeypatch):
    monkeypatch.setattr(templates, "OWN", "/elsewhere/")
    assert isinstance(engines[1].get_template("framed.txt").nodelist[0], ExtendsNode)


def test_a_part_that_is_not_there_is_missed_when_it_is_needed(engines, tmp_path):
    (tmp_path / "lacking.txt").write_text("{% if show %}{% include 'not_there.txt' %}{% endif %}")
    template = engines[1].get_template("lacking.txt")
    assert template.render(Context({"show": False})) == ""
    with pytest.raises(TemplateDoesNotExist):
        template.render(Context({"show": True}))


def test_a_changed_file_is_read_when_the_loader_is_reset(engines, tmp_path):
    assert "no head" in engines[1].get_template("page.txt").render(Context(VALUES))
    (tmp_path / "base.txt").write_text("another")
    engines[1].template_loaders[0].reset()
    assert engines[1].get_template("page.txt").render(Context(VALUES)) == "before another"
