"""The notes of a group's meetings, for its members alone, and the summary that it may give to everybody.

What is typed here must not get into an error's report: the views say so for every variable and every field.
"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from ake_portal.lib import sealed, words
from mentoring import notes
from mentoring.actions import Refused
from mentoring.messages import TEXTS
from mentoring.models import Group
from mentoring.note_forms import NoteForm, SummaryForm


@sensitive_variables()
def _read(note):
    """The note's text; None when its key is lost."""
    try:
        return notes.text_of(note)
    except sealed.Lost:
        return None


@never_cache
@sensitive_post_parameters()
@sensitive_variables()
def note(request, pk):
    """The note of a meeting; with ?write, or when there is none, the form. When somebody saved in between both texts are shown."""
    meeting = get_object_or_404(
        notes.meetings_of(request.user).select_related("group__cohort", "group__topic", "theme"), pk=pk
    )
    found = notes.of(meeting)
    text = _read(found)
    context = {
        "meeting": meeting,
        "group": meeting.group,
        "cohort": meeting.group.cohort,
        "note": found,
        "text": text,
        "is_lost": text is None,
        "may_write": notes.can_be_written(meeting.group) and text is not None,
    }
    if request.method == "POST":
        return _write(request, context)
    if context["may_write"] and (not text or "write" in request.GET):
        context["form"] = NoteForm(initial={"text": text, "revision": found.revision})
    return render(request, "mentoring/note.html", context)


@sensitive_variables()
def _write(request, context):
    """Save, or show the form again with everything that was typed in it."""
    form = NoteForm(request.POST)
    other = None
    if form.is_valid():
        typed = form.cleaned_data
        try:
            notes.write(context["meeting"], text=typed["text"], by=request.user, revision=typed["revision"])
        except notes.Behind as behind:
            other = behind.note
            form = NoteForm(initial={"text": typed["text"], "revision": other.revision})
        except Refused as refused:
            form.add_error(None, TEXTS[refused.codes[0]])
        else:
            messages.success(request, _("Saved."))
            return redirect("mentoring:note", pk=context["meeting"].pk)
    context |= {"form": form, "newer": other, "newer_text": _read(other) if other else ""}
    return render(request, "mentoring/note.html", context, status=409 if other else 422)


@never_cache
@sensitive_post_parameters()
@sensitive_variables()
def summary(request, pk):
    """What the group tells everybody: written anew, sent to the AKE for the idea bank, and to the other members."""
    group = get_object_or_404(Group.objects.of(request.user).select_related("cohort__region", "topic"), pk=pk)
    form = SummaryForm(request.POST if request.method == "POST" else None, initial={"language": words.language()})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        notes.release(group, title=said["title"], text=said["text"], language=said["language"], by=request.user)
        messages.success(
            request,
            _("Thank you! The AKE adds the other language and publishes it. The others of your group got it by mail."),
        )
        return redirect("ideas:mine")
    return render(
        request,
        "mentoring/summary.html",
        {"group": group, "cohort": group.cohort, "form": form},
        status=422 if form.errors else 200,
    )
