"""A person's ideas: in the own export, and nameless or gone when the person is erased."""

from datetime import timedelta

from ake_portal import privacy
from ideas import actions
from ideas.models import Idea, Picture
from tests import builders


def test_export_holds_what_was_written_and_checked(asked, employee, colleague):
    actions.answer_check(asked, by=colleague, note="Klockan 6.")
    written = privacy.export_for(employee)["ideas"]["written"]
    assert [(row["title"], row["texts"]["seen"], row["state"], row["host"]) for row in written] == [
        ("Omatoimi Loviisassa", "Ovi aukeaa kortilla klo 7.", "with_ake", "Loviisan kirjasto")
    ]
    checked = privacy.export_for(colleague)["ideas"]["checked"]
    assert [(row["title"], row["note"]) for row in checked] == [("Omatoimi Loviisassa", "Klockan 6.")]


def test_erasing_takes_the_name_off_what_the_ake_has_and_deletes_the_rest(
    client, employee, coordinator, django_capture_on_commit_callbacks
):
    public = builders.idea(employee, title_fi="Julkinen", published=True, by=coordinator)
    handed_in = actions.send(builders.idea(employee, title_fi="Annettu"), by=employee)
    draft = builders.idea(employee, title_fi="Luonnos")
    picture = builders.picture(draft)
    actions.withdraw(builders.idea(employee, title_fi="Peruttu"), by=employee)
    with django_capture_on_commit_callbacks(execute=True):
        privacy.erase(employee)
    assert set(Idea.objects.values_list("title_fi", "author")) == {("Julkinen", None), ("Annettu", None)}
    assert not Picture.objects.exists() and not picture.large.storage.exists(picture.large.name)
    page = client.get(public.get_absolute_url()).content.decode()
    assert "Aino" not in page and "Askolan kirjasto" in page
    assert not any("send_back" in actions.moves_for(idea, coordinator) for idea in Idea.objects.filter(pk=handed_in.pk))


def test_an_erased_host_leaves_the_story_to_the_ake(asked, colleague, coordinator):
    privacy.erase(colleague)
    asked.refresh_from_db()
    assert (asked.state, asked.asked, asked.host_contact) == ("with_host", None, None)
    assert "go_on" in actions.moves_for(asked, coordinator)


def test_what_nobody_will_read_any_more_goes_after_two_years(
    employee, coordinator, uusimaa, now, django_capture_on_commit_callbacks
):
    builders.idea(employee, title_fi="Julkinen", published=True, by=coordinator)
    draft = builders.idea(employee, title_fi="Luonnos")
    picture = builders.picture(draft)
    tip = actions.tip(title="Vinkki", text="Kysykää Ainolta.", region=uusimaa, language="fi", by=employee)
    actions.set_aside(tip, by=coordinator)
    waiting = actions.tip(title="Odottaa", text="Katsokaa.", region=uusimaa, language="fi")
    with django_capture_on_commit_callbacks(execute=True):
        assert privacy.keep_retention(now + timedelta(days=729))["ideas"] == 0
        assert privacy.keep_retention(now + timedelta(days=731))["ideas"] == 2
    assert set(Idea.objects.values_list("title_fi", flat=True)) == {"Julkinen", waiting.title_fi}
    assert not picture.large.storage.exists(picture.large.name)
