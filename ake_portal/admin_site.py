"""The admin site: the portal's own sign-in page, and a policy for scripts that is wider than the portal's only here."""

from functools import wraps

from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from ake_portal.lib.admin import ScopedAdmin


class PortalAdminSite(UnfoldAdminSite):
    """Unfold's admin, entered by the portal's sign-in with whatever second factor it asks for."""

    index_title = _("Administration")

    def register(self, model_or_iterable, admin_class=None, **options):
        """Takes pages built on ScopedAdmin; those that packages bring know no regions and stay out."""
        if admin_class is not None and issubclass(admin_class, ScopedAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def admin_view(self, view, cacheable=False):
        inner = csp_update(settings.ADMIN_CONTENT_SECURITY_POLICY)(super().admin_view(view, cacheable))
        return wraps(view)(inner)

    @method_decorator(login_not_required)
    def login(self, request, extra_context=None):
        """There is one sign-in page: this sends to it, and refuses those who are signed in but no staff."""
        if request.user.is_authenticated:
            if not self.has_permission(request):
                raise PermissionDenied
            return redirect("admin:index")
        return redirect_to_login(request.GET.get("next") or request.path, settings.LOGIN_URL)

    def logout(self, request, extra_context=None):
        return redirect("account_logout")

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")

    def has_permission(self, request):
        return request.user.is_authenticated and request.user.is_staff
