from people.models.places import Branch, Library, MailDomain, Municipality, QuietPeriod, Region
from people.models.subjects import Theme, Topic
from people.models.users import Deputy, User

__all__ = [
    "Branch",
    "Deputy",
    "Library",
    "MailDomain",
    "Municipality",
    "QuietPeriod",
    "Region",
    "Theme",
    "Topic",
    "User",
]
