from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from ake_portal import director, feeds, own_data, views
from people import views as people

urlpatterns = [
    path("", views.front_door, name="front_door"),
    path("robots.txt", views.robots, name="robots"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("calendar/<str:token>.ics", feeds.calendar_feed, name="calendar_feed"),
    path("", include("allauth.socialaccount.providers.openid_connect.urls")),  # /oidc/<provider>/login/callback/
]
urlpatterns += i18n_patterns(
    path("", views.home, name="home"),
    path("mine/", views.mine, name="mine"),
    path("director/", director.page, name="director"),
    path("director/deputies/<int:pk>/end/", director.end_deputy, name="end_deputy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("feedback/", views.feedback, name="feedback"),
    path("feedback/sent/", views.feedback_sent, name="feedback_sent"),
    path("trainings/", include("trainings.urls")),
    path("plans/", include("budgets.urls")),
    path("visits/", include("peerlearning.urls")),
    path("libraries/", include("peerlearning.library_urls")),
    path("networks/", include("networks.news_urls")),
    path("networks/", include("networks.urls")),
    path("publications/", include("networks.shelf_urls")),
    path("kits/", include("networks.loan_urls")),
    path("mentoring/", include("mentoring.urls")),
    path("ideas/", include("ideas.urls")),
    path("people/me/data/", own_data.own_data, name="own_data"),
    path("people/me/data/export/", own_data.export, name="export_own_data"),
    path("people/", include("people.urls")),
    path("account/", include("people.account_urls")),
    path("admin/login/", people.admin_sign_in, name="admin_sign_in"),
    path("admin/", admin.site.urls),
)
if settings.DEMO:
    urlpatterns += i18n_patterns(path("demo/", include("ake_portal.demo_urls")))
handler400 = "ake_portal.views.bad_request"
handler403 = "ake_portal.views.forbidden"
handler404 = "ake_portal.views.not_found"
handler500 = "ake_portal.views.server_error"
