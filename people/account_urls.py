"""Sign-in, second factor and address: allauth's pages under the portal's look; the first of two equal paths wins."""

from django.urls import include, path

from people import views

urlpatterns = [
    path("login/", views.sign_in, name="account_login"),
    path("login/code/", views.sign_up, name="account_request_login_code"),
    path("login/code/confirm/", views.confirm_code, name="account_confirm_login_code"),
    path("login/password/", views.sign_in_with_password, name="account_password_login"),
    path("signup/", views.sign_up, name="account_signup"),
    path("second-factor/totp/activate/", views.activate_app, name="mfa_activate_totp"),
    path("second-factor/webauthn/add/", views.add_passkey, name="mfa_add_webauthn"),
    path("", include("allauth.account.urls")),
    path("second-factor/", include("allauth.mfa.urls")),
    path("linked/", include("allauth.socialaccount.urls")),
]
