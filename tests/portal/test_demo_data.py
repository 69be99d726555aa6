"""The demo's data, loaded once for this file: an invented year in which every page has something to show."""

from collections import Counter

import pytest
import time_machine
from django.conf import settings
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ake_portal.demo import load
from ake_portal.demo.cast import CAST, person_of
from ake_portal.lib import mailbox
from budgets import ledger
from budgets.models import Booking, Invoice, LedgerRow, Measure, Plan
from ideas.models import Idea
from mentoring.models import Application, Cohort, Meeting, Note
from networks.models import Membership
from notifications.models import Mail
from peerlearning.models import Claim, ClaimReceipt, Consent, Leg, Visit, Wish
from peerlearning.models.rules import Payer
from people.models import Library, Municipality, User
from trainings.models import Registration, SeatOffer, Training

State = Registration.State


@pytest.fixture(scope="module")
def _mails(tmp_path_factory):
    return tmp_path_factory.mktemp("mails")


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, _mails):
    """The demo's data, loaded once for the tests of this file that only look at it, and taken out again."""
    with django_db_blocker.unblock(), time_machine.travel("2026-10-06T07:00:00Z", tick=True):
        before, settings.MAILBOX_DIR = settings.MAILBOX_DIR, _mails / "box"
        atomic = transaction.atomic()
        atomic.__enter__()
        try:
            yield load.load()
        finally:
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)
            settings.MAILBOX_DIR = before


def test_demo_is_as_large_as_a_year(demo, db):
    assert demo["trainings"] >= 60 and demo["libraries"] >= 40 and demo["people"] >= 150
    assert Training.objects.filter(series=None).count() == demo["trainings"]
    assert Municipality.objects.count() == 293


def test_demo_has_every_kind_and_every_state(demo, db):
    assert set(Training.objects.values_list("kind", flat=True)) == set(Training.Kind.values)
    assert set(Training.objects.values_list("state", flat=True)) == set(Training.State.values)
    states = set(Registration.objects.values_list("state", flat=True))
    assert states >= {State.REGISTERED, State.WAITING, State.OFFERED, State.CANCELLED, State.ATTENDED, State.ABSENT}


def test_three_regions_are_full_of_life(demo, db):
    coming = Counter(Training.objects.public().coming().values_list("region__code", flat=True))
    assert all(coming[code] >= 8 for code in ("porvoo", "rovaniemi", "kuopio"))
    assert Training.objects.past().filter(registrations__state=State.ATTENDED).distinct().count() >= 12


def test_library_days_in_tornio_are_two_days_with_sixty_five_people(demo, db):
    days = Training.objects.get(kind=Training.Kind.LIBRARY_DAYS)
    assert (days.sessions.count(), days.registrations.live().count(), days.place_sv) == (
        2,
        65,
        "Torneå, stadsbiblioteket",
    )


def test_all_published_texts_are_in_both_languages_and_one_draft_lacks_swedish(demo, db):
    public = Training.objects.public()
    assert [t.title for t in public if t.lacks("fi") or t.lacks("sv")] == []
    assert [t.title_fi for t in public if bool(t.description_fi) != bool(t.description_sv) and t.language == "fi"] == [
        "Viittomakielen alkeet palvelutiskille"
    ]
    assert [bool(t.title_sv) for t in Training.objects.filter(state=Training.State.DRAFT)].count(False) == 1
    single = public.filter(series=None)  # those of a series are called the same
    assert len(set(single.values_list("title_fi", flat=True))) == single.count()


def test_networks_of_the_demo_meet_lend_and_publish(demo, db):
    assert (demo["networks"], demo["kits"]) == (5, 4)
    members = Counter(Membership.objects.members().values_list("network__name_fi", flat=True))
    assert all(count >= 8 for count in members.values()) and len(members) == 5
    assert Membership.objects.waiting().filter(person=person_of("linnea")).exists()
    drop_ins = Training.objects.coming().filter(network__name_fi="SEVERI", is_drop_in=True)
    assert drop_ins.count() == 6 and len(set(drop_ins.values_list("series", flat=True))) == 1
    assert Training.objects.filter(network__name_fi__contains="LaNu").count() >= 5


def test_mentoring_of_the_demo_has_a_season_behind_one_half_way_and_one_that_takes_applications(demo, db, client):
    states = {cohort.state: cohort for cohort in Cohort.objects.all()}
    assert (demo["seasons"], set(states)) == (4, {"closed", "running", "open", "draft"})
    assert {state: cohort.groups.count() for state, cohort in states.items()} == {
        "closed": 2,
        "running": 3,
        "open": 0,
        "draft": 0,
    }
    groups = [group for cohort in states.values() for group in cohort.groups.all()]
    assert all(4 <= group.applications.members().count() <= 9 for group in groups)
    assert all(group.convenor and group.meetings.exists() for group in groups)
    half_way = Meeting.objects.filter(group__cohort=states["running"])
    assert half_way.held().count() >= 6 and half_way.coming().count() >= 6
    assert all(meeting.attendance_at for meeting in half_way.held())
    assert Note.objects.filter(meeting__group__cohort=states["running"]).count() == half_way.held().count()
    assert states["closed"].answers.count() >= 10
    for key in ("aino", "linnea"):
        group = Application.objects.members().get(person=person_of(key), cohort=states["running"]).group
        client.force_login(person_of(key))
        assert client.get(group.get_absolute_url()).status_code == 200
    assert not Cohort.objects.exclude(state="draft").filter(state_since__gt=timezone.now()).exists()


def test_seats_are_nowhere_given_twice(demo, db):
    for training in Training.objects.with_seats():
        if training.onsite_capacity is not None:
            assert training.onsite_taken <= training.onsite_capacity


def test_an_offer_waits_for_aino_and_linnea_is_in_a_queue(demo, db):
    offer = SeatOffer.objects.get(registration__person=person_of("aino"))
    assert offer.answer == SeatOffer.Answer.OPEN and offer.expires_at > timezone.now()
    queued = person_of("linnea").registrations.get(state=State.WAITING)
    assert queued.queue_position == 1


def test_cast_has_its_roles(demo, db):
    assert Library.objects.get(name_fi="Askolan kirjasto").director == person_of("director")
    assert [r.code for r in person_of("porvoo").coordinated_regions] == ["porvoo"]
    assert [r.code for r in person_of("rovaniemi").coordinated_regions] == ["rovaniemi"]
    assert person_of("superuser").is_superuser and not person_of("aino").is_staff
    assert User.objects.confirmable_by(person_of("director")).count() == 1
    assert all(person_of(member.key).language == member.language for member in CAST)


def test_nobody_in_the_demo_can_be_reached_or_signs_in_with_a_password(demo, db):
    assert not User.objects.exclude(email__endswith=".example").exists()
    assert not any(user.has_usable_password() for user in User.objects.all())


def test_mails_of_the_past_are_not_sent_again(demo, db):
    assert not Mail.objects.filter(state__in=[Mail.State.QUEUED, Mail.State.SENDING]).exists()
    assert not Mail.objects.filter(sent_at__gt=timezone.now()).exists()
    assert Mail.objects.filter(state=Mail.State.FAILED).count() == 1


def test_each_of_the_cast_who_has_signed_up_finds_mails_in_the_inbox(demo, db):
    receivers = Counter(str(message["To"]) for _key, message in mailbox.delivered(300))
    keys = ("aino", "linnea", "director", "porvoo", "rovaniemi")
    assert set(receivers) == {person_of(key).email for key in keys}
    assert all(3 <= count <= load.IN_THE_BOX for count in receivers.values())


def test_nobody_signs_up_at_night(demo, db):
    hours = {timezone.localtime(moment).hour for moment in Registration.objects.values_list("created_at", flat=True)}
    assert min(hours) >= 6 and max(hours) <= 20


@pytest.mark.parametrize("member", CAST, ids=lambda member: member.key)
def test_home_of_the_cast_takes_at_most_twelve_queries(demo, db, client, member, django_assert_max_num_queries):
    client.force_login(person_of(member.key))
    client.get("/fi/")  # names of regions and themes are kept for a minute
    with django_assert_max_num_queries(12):
        assert client.get(f"/{member.language}/").status_code == 200


ADMIN_LISTS = {
    **dict.fromkeys(["people.Region", "people.Topic", "people.Theme", "peerlearning.KmRate"], 4),
    "peerlearning.TravelRules": 4,
    "budgets.Bookkeeping": 5,
    **dict.fromkeys(["people.Municipality", "people.Library", "people.Branch", "people.Deputy", "people.User"], 5),
    **dict.fromkeys(["notifications.Mail", "trainings.Training", "networks.Kit", "networks.Loan", "networks.News"], 5),
    **dict.fromkeys(["networks.Network", "mentoring.Cohort", "ideas.Idea", "auditlog.LogEntry"], 5),
    **dict.fromkeys(["budgets.Plan", "budgets.Measure", "networks.Publication", "networks.Membership"], 6),
    **dict.fromkeys(["peerlearning.Claim", "peerlearning.Wish", "peerlearning.Expertise"], 6),
    "peerlearning.Visit": 7,
}


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize("label", ADMIN_LISTS)
def test_admin_list_takes_the_same_queries_with_one_row_and_with_thirty(
    demo, db, client, label, rows, monkeypatch, django_assert_num_queries
):
    page = next(page for model, page in admin.site._registry.items() if model._meta.label == label)
    monkeypatch.setattr(page, "list_per_page", rows)
    client.force_login(person_of("superuser"))
    address = reverse(f"admin:{label.lower().replace('.', '_')}_changelist")
    client.get(address)  # content types are kept
    with django_assert_num_queries(ADMIN_LISTS[label]):
        assert client.get(address).status_code == 200


def test_no_admin_list_is_left_out():
    assert {model._meta.label for model in admin.site._registry} == set(ADMIN_LISTS)


def test_lapland_2021_is_what_was_applied_for(demo, db):
    plan = Plan.objects.get(region__code="rovaniemi", year=2021)
    assert plan.state == "frozen" and plan.person_years == 2
    assert [int(line.planned) for line in plan.lines.all()] == [92776, 20900, 19250, 800, 1800, 34812, 3932]
    assert (
        sum(line.planned for line in plan.lines.all()) == sum(source.amount for source in plan.sources.all()) == 174270
    )
    page = Client().get(plan.get_absolute_url()).content.decode()
    assert "174\xa0270,00\xa0€" in page and "2,0 henkilötyövuotta" in page


def test_plans_have_every_state_and_bookings_of_every_kind(demo, db):
    assert set(Plan.objects.values_list("state", flat=True)) == set(Plan.State.values)
    assert set(Booking.objects.values_list("kind", flat=True)) == set(Booking.Kind.values)
    assert set(Measure.objects.values_list("state", flat=True)) == set(Measure.State.values)
    this_year = Plan.objects.filter(year=timezone.localdate().year, state="published")
    assert set(this_year.values_list("region__code", flat=True)) == {"porvoo", "rovaniemi", "kuopio"}
    porvoo = this_year.get(region__code="porvoo")
    assert porvoo.snapshots.count() == 2
    assert any(line.left < 0 for line in porvoo.lines.with_sums())
    assert Training.objects.filter(measure__focus_area__plan=porvoo).exists()
    assert not Booking.objects.filter(at__gt=timezone.now()).exists()
    shared = Plan.objects.get(region__code="porvoo", year=2024)
    assert (shared.name_fi, shared.name_sv, shared.themes.count()) == ("Hyvä jakoon", "Vi delar med oss", 3)


def test_money_of_the_demo_has_invoices_in_every_state_and_a_ledger_that_differs(demo, db):
    assert set(Invoice.objects.values_list("state", flat=True)) == set(Invoice.State.values)
    assert all(invoice.receipts.exists() for invoice in Invoice.objects.all())
    plan = Plan.objects.get(region__code="porvoo", year=timezone.localdate().year)
    assert Invoice.objects.approvable_by(person_of("director")).filter(expense__line__plan=plan).exists()
    assert LedgerRow.objects.filter(plan=plan, matches__isnull=False).exists()
    assert [row.text for row in ledger.open_rows(plan)] == ["Palkat heinäkuu", "Hyvitys, kahvitarjoilu"]
    assert ledger.open_bookings(plan).count() >= 1
    assert any(row["difference"] for row in ledger.differences(plan))


def test_there_are_wishes_for_a_host_that_wait_for_the_ake_for_the_writer_and_for_nobody(demo, db):
    assert demo["wishes"] == 3
    assert set(Wish.objects.values_list("state", "writer__language", "region__code")) == {
        ("open", "fi", "porvoo"),
        ("proposed", "sv", "porvoo"),
        ("taken", "fi", "rovaniemi"),
    }
    assert Wish.objects.get(state="taken").visit.stops.count() == 1


def test_there_are_visits_in_every_state_and_every_kind(demo, db):
    assert set(Visit.objects.values_list("state", flat=True)) == set(Visit.State.values)
    assert set(Visit.objects.values_list("kind", flat=True)) == set(Visit.Kind.values)
    assert set(Visit.objects.values_list("region__code", flat=True)) == {"porvoo", "kuopio", "rovaniemi"}


def test_the_demos_director_has_a_trip_to_decide_on(demo, db):
    asked = Consent.objects.decidable_by(person_of("director"))
    assert [consent.visit.traveller for consent in asked.filter(kind="director")] == [person_of("aino")]


def test_claims_of_the_demo_stand_everywhere_and_wait_for_whom_a_visitor_may_be(demo, db, client):
    assert set(Claim.objects.values_list("state", flat=True)) == set(Claim.State.values)
    assert set(Claim.objects.values_list("traveller__visit__payer", flat=True)) == set(Payer.values)
    assert [claim.person for claim in Claim.objects.filter(state="draft")] == [person_of("aino")]
    back = Claim.objects.get(state="returned")
    assert back.person == person_of("linnea") and back.note.startswith("På hotellkvittot")
    assert {leg.to_place for leg in back.legs.all()} >= {"Hangö bibliotek"}
    for code in ("porvoo", "rovaniemi"):
        assert Claim.objects.run_by(person_of(code)).filter(state="sent").count() == 1
    assert Claim.objects.approvable_by(person_of("director")).count() == 1
    driver = Leg.objects.exclude(passengers="").first().claim
    company = [str(one.person) for one in driver.visit.travellers.exclude(person=driver.person)]
    assert driver.legs.first().passenger_names == company and driver.passenger_amount > 0
    client.force_login(person_of("director"))
    lodging = ClaimReceipt.objects.filter(cost__kind="lodging", cost__claim__state="checked").get()
    assert client.get(reverse("peerlearning:claim_receipt", args=[lodging.pk])).status_code == 200


def test_every_euro_of_the_demos_claims_is_booked_once_and_paid_visits_are_settled(demo, db):
    booked = Claim.objects.filter(booking__isnull=False)
    assert all(claim.booking.spent == claim.net and claim.booking.at == claim.approved_at for claim in booked)
    assert {claim.visit.state for claim in Claim.objects.filter(state="paid")} == {"closed"}
    for moment in ("begun_at", "sent_at", "checked_at", "approved_at", "paid_at"):
        assert not Claim.objects.filter(**{f"{moment}__gt": timezone.now()}).exists()
    assert all(claim.sent_at.date() > claim.visit.last_day for claim in Claim.objects.exclude(sent_at=None))


def test_idea_bank_of_the_demo_has_every_kind_and_state_in_three_regions_and_two_languages(demo, db, client):
    assert set(Idea.objects.values_list("kind", flat=True)) == set(Idea.Kind.values)
    assert set(Idea.objects.values_list("state", flat=True)) == set(Idea.State.values)
    published = Idea.objects.published()
    assert published.count() >= 14 and demo["ideas"] == Idea.objects.count()
    assert set(published.values_list("region__code", flat=True)) == {"porvoo", "rovaniemi", "kuopio"}
    assert set(published.values_list("language", flat=True)) == {"fi", "sv"}
    subjects = {"Aineiston hoito ja luettelointi", "Kirjavinkkaus", "Omatoimikirjastot", "Digitointi"}
    assert subjects <= set(published.filter(kind="story").values_list("topics__name_fi", flat=True))
    assert [str(idea) for idea in published if idea.lacks("fi") or idea.lacks("sv")] == []
    assert not any(not picture.alt_fi or not picture.alt_sv for i in published for picture in i.pictures.all())
    assert sum(idea.pictures.exists() for idea in published) >= 5
    assert not Idea.objects.filter(state_since__gt=timezone.now()).exists()
    assert Idea.objects.checkable_by(person_of("director")).count() == 1
    for code in ("porvoo", "rovaniemi"):
        waiting = Idea.objects.waiting_for_ake(person_of(code))
        assert {"tip", "practice"} <= set(waiting.values_list("kind", flat=True))
    picture = published.filter(pictures__isnull=False).first().pictures.first()
    assert client.get(picture.small_url).status_code == 200
