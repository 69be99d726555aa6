"""What somebody typed into a form that could not be taken, so that it can be sent once more and is not typed twice."""

import re

CLICK = re.compile(r"[\w.-]*")  # the value of a button or a choice


def typed(request):
    """[(name, value)] of the form sent along, without secrets; empty where there was nothing but a click."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and "password" not in name
    ]
    is_click = len([value for _name, value in fields if value]) < 2 and all(CLICK.fullmatch(v) for _n, v in fields)
    return [] if is_click else fields


def is_from_own_page(request):
    """Whether the browser says that a page of this very site sent the form: another site's must not be sent on."""
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def context(request, fields):
    """What templates/includes/typed.html needs to show the `fields` and to send them again."""
    return {
        "fields": fields,
        "texts": [value for _name, value in fields if " " in value.strip()],
        "had_files": bool(request.FILES),
    }
