"""Signing in by a code, for people who have an account and for people who have none yet: the pages look the same."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage, LoginStageController

from people import actions
from people.models import User


class SignInProcess(LoginCodeVerificationProcess):
    """allauth's process, with a code for an unknown address too: whoever reads that mailbox gets an account."""

    @classmethod
    def start(cls, request, *, email, user):
        """Send a code to `email`; `user` is its account, or None."""
        login = Login(user=user, email=email)
        login.state["stages"] = {"current": LoginByCodeStage.key}
        stage = LoginByCodeStage(LoginStageController(request, login), request, login)
        stage.state.update(cls.initial_state(user=user, email=email), initiated_by_user=True)
        process = cls(stage)
        process.send()
        process.persist()
        return process

    def send_by_email(self, email, skip_enumeration_mails=False):
        context = {"request": self.request, "code": self.generate_code(), "user": self.user}
        get_adapter().send_mail("account/email/login_code", email, context)

    def finish(self, redirect_url):
        email = self.state["email"]
        person = self.user or User.objects.filter(email=email).first()
        self._user = actions.prove_address(person, email=email) if person else actions.join(email=email)
        return super().finish(redirect_url)
