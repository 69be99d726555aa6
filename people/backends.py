from datetime import date

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Exists, OuterRef
from django.utils import timezone

from ake_portal.lib.prepared import Prepared
from people import kept
from people.models import Deputy, Library, Region, User


class PeopleBackend(AuthenticationBackend):
    """allauth's sign-in by address; one query loads what nearly every page asks: person, library, whether AKE staff or director."""

    coordinates = Region.coordinators.through.objects.filter(user_id=OuterRef("pk"))
    directed = Library.objects.filter(director=OuterRef("pk"), closed_on__isnull=True)
    by_key = Prepared(lambda key, today: PeopleBackend.people(today).filter(pk=key), int, date)

    @classmethod
    def people(cls, today):
        """Everybody, with whether they are AKE staff, direct a library, or stand in for who does on `today`, a date."""
        standing_in = Deputy.objects.filter(
            person=OuterRef("pk"), library__closed_on__isnull=True, first_day__lte=today, last_day__gte=today
        )
        return User.objects.select_related("library").annotate(
            is_ake=Exists(cls.coordinates), directs_one=Exists(cls.directed), stands_in=Exists(standing_in)
        )

    def get_user(self, user_id):
        user = self.by_key.first(int(user_id), timezone.localdate())
        if user is None or not self.user_can_authenticate(user):
            return None
        user.is_coordinator = user.is_ake or user.is_superuser
        if not user.is_coordinator:
            user.coordinated_regions = []
        user.is_director = user.directs_one or user.stands_in
        if user.library:
            user.library.region = kept.regions[user.library.region_id]
        return user

    def has_perm(self, user_obj, perm, obj=None):
        """Everything to a superuser, nothing to others: what coordinators may is said by the admin pages (lib/admin.py)."""
        return user_obj.is_active and user_obj.is_superuser
