from django.core.mail import EmailMessage, get_connection

from ake_portal.lib import mailbox


def test_mails_of_the_demo_are_kept_in_files_the_newest_first(settings, tmp_path):
    settings.MAILBOX_DIR = tmp_path / "mails"
    backend = get_connection("ake_portal.lib.mailbox.EmailBackend")
    for n in range(12):
        backend.send_messages([EmailMessage(f"Viesti {n}", "Hei", to=["aino@askola.example"])])
    subjects = [message["Subject"] for _, message in mailbox.delivered(limit=11)]
    assert subjects == [f"Viesti {n}" for n in range(11, 0, -1)]
    [(key, _)] = mailbox.delivered(limit=1)
    assert mailbox.read(key)["Subject"] == "Viesti 11"
