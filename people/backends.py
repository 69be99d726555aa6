from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Exists, OuterRef

from ake_portal.lib.prepared import Prepared
from people import kept
from people.models import Deputy, Library, Region, User


class PeopleBackend(AuthenticationBackend):
    """allauth's sign-in by address; one query loads what nearly every page asks: person, library, whether AKE staff."""

    coordinates = Region.coordinators.through.objects.filter(user_id=OuterRef("pk"))
    directed = Library.objects.filter(director=OuterRef("pk"), closed_on__isnull=True)
    standing_in = Deputy.objects.filter(person=OuterRef("pk"))
    people = User.objects.select_related("library").annotate(
        is_ake=Exists(coordinates), directs_one=Exists(directed), has_deputised=Exists(standing_in)
    )
    by_key = Prepared(lambda key: PeopleBackend.people.filter(pk=key), int)

    def get_user(self, user_id):
        user = self.by_key.first(int(user_id))
        if user is None or not self.user_can_authenticate(user):
            return None
        user.is_coordinator = user.is_ake or user.is_superuser
        if not user.is_coordinator:
            user.coordinated_regions = []
        if user.directs_one or not user.has_deputised:
            user.is_director = user.directs_one  # of a deputy the dates decide, when somebody asks
        if user.library:
            user.library.region = kept.regions[user.library.region_id]
        return user

    def has_perm(self, user_obj, perm, obj=None):
        """Everything to a superuser, nothing to others: what coordinators may is said by the admin pages (lib/admin.py)."""
        return user_obj.is_active and user_obj.is_superuser
