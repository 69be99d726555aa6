"""A mail server for tests: keeps what it takes, and refuses what it is told to refuse."""

import socket
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class MailServer:
    """`with MailServer() as server:` listens on `server.port`; `server.mails` holds (recipient, message) pairs."""

    def __init__(self):
        self.port = free_port()
        self.mails = []
        self.sessions = 0
        self.refuses_sessions = ""  # such as "421 4.3.2 closing"
        self.refused = {}  # recipient: answer
        self.mails_per_session = None

    # What aiosmtpd calls

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        if self.refuses_sessions:
            return [self.refuses_sessions]
        self.sessions += 1
        session.host_name = hostname
        session.taken = 0
        return responses

    async def handle_HELO(self, server, session, envelope, hostname):
        return self.refuses_sessions or "250 mail.example"

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.refuses_sessions:
            return self.refuses_sessions
        if self.mails_per_session is not None and session.taken >= self.mails_per_session:
            return "421 4.7.0 too many mails in this session"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = message_from_bytes(envelope.content, policy=policy.default)
        session.taken += 1
        self.mails += [(recipient, message) for recipient in envelope.rcpt_tos]
        return "250 OK"

    # What tests call

    def start(self):
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()
        return self

    def stop(self):
        self.controller.stop(no_assert=True)

    def __enter__(self):
        return self.start()

    def __exit__(self, *exception):
        self.stop()

    @property
    def recipients(self):
        return [recipient for recipient, _ in self.mails]

    def mails_to(self, address):
        return [message for recipient, message in self.mails if recipient == address]
