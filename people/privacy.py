"""What the portal knows about a person, as far as people and signing in go."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount


def export_for(person):
    """Plain data for one's own export; keys are English, choices as stored."""
    return {
        "email": person.email,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "title": person.title,
        "phone": person.phone,
        "language": person.language,
        "library": str(person.library or ""),
        "branch": str(person.branch or ""),
        "workplace_confirmed_at": person.library_confirmed_at,
        "workplace_confirmed_by": str(person.library_confirmed_by or ""),
        "topics": [str(topic) for topic in person.topics.all()],
        "shown_to_colleagues": [
            name for name in ("email", "phone", "title", "topics") if getattr(person, f"shows_{name}")
        ],
        "joined_at": person.joined_at,
        "last_signed_in_at": person.last_login,
        "has_password": person.has_usable_password(),
        "addresses": list(EmailAddress.objects.filter(user=person).values("email", "verified", "primary")),
        "second_factors": list(Authenticator.objects.filter(user=person).values("type", "created_at", "last_used_at")),
        "linked_sign_in_services": list(
            SocialAccount.objects.filter(user=person).values("provider", "uid", "date_joined", "extra_data")
        ),
        "directs": [str(library) for library in person.directs.all()],
        "coordinates": [str(region) for region in person.coordinates.all()],
        "reads_plans_of": [str(region) for region in person.reads.all()],
        "deputises": [
            {"library": str(deputy.library), "first_day": deputy.first_day, "last_day": deputy.last_day}
            for deputy in person.deputises.select_related("library")
        ],
    }
