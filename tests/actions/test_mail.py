"""Letters handed to a real SMTP server, and the notices that come back."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage, Message
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from billhead.gateways.bounces import DeliveryNotice, read_notices
from billhead.gateways.mail import Enclosure, Letter, MailFailed, SmtpMail
from mail_server import MailServer, serve_mail
from processes import free_port

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LETTER = Letter(
    message_id="0198-1@billhead.test", to="buchhaltung@kunde.example", subject="Rechnung INV-000001",
    text="Guten Tag,\nIhre Rechnung liegt bei.", html="<p>Ihre Rechnung liegt bei.</p>",
    sender_name="Müller & Söhne, GmbH", reply_to="office@mueller.example",
    enclosures=[Enclosure("INV-000001.pdf", "application/pdf", b"%PDF-1.7 \x00\xff")],
)  # fmt: skip


@pytest.fixture
def server() -> Iterator[MailServer]:
    with serve_mail() as told:
        yield told


def test_a_letter_arrives_as_it_was_written(server: MailServer) -> None:
    SmtpMail(server.url, "billing@billhead.test").send(LETTER, NOW)
    (letter,) = server.letters
    assert server.recipients == [LETTER.to]
    assert letter["From"].addresses[0].display_name == "Müller & Söhne, GmbH"
    assert letter["From"].addresses[0].addr_spec == "billing@billhead.test"
    assert (letter["Subject"], letter["Reply-To"], letter["Message-ID"]) == (
        LETTER.subject, LETTER.reply_to, "<0198-1@billhead.test>",
    )  # fmt: skip
    plain, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().split() == LETTER.text.split()
    assert "liegt bei" in html.get_content()
    (enclosed,) = letter.iter_attachments()
    assert (enclosed.get_filename(), enclosed.get_content()) == ("INV-000001.pdf", b"%PDF-1.7 \x00\xff")


def test_line_breaks_make_no_header(server: MailServer) -> None:
    evil = Letter("id@x", "a@b.example", "Hello\r\nBcc: c@d.example", "text", sender_name="Shop\nX-Evil: 1")
    SmtpMail(server.url, "billing@billhead.test").send(evil, NOW)
    (letter,) = server.letters
    assert (letter["Bcc"], letter["X-Evil"]) == (None, None)
    assert letter["Subject"] == "Hello Bcc: c@d.example"


@pytest.mark.parametrize(("reply", "is_final"), [("550 5.1.1 no such user", True), ("451 4.3.0 try later", False)])
def test_a_refused_recipient_is_final_only_for_5xx(server: MailServer, reply: str, is_final: bool) -> None:
    server.refusing = reply
    with pytest.raises(MailFailed) as failed:
        SmtpMail(server.url, "billing@billhead.test").send(LETTER, NOW)
    assert (failed.value.code, failed.value.is_final) == ("RECIPIENT_REFUSED", is_final)
    assert LETTER.to not in str(failed.value)


@pytest.mark.parametrize(("reply", "is_final"), [("554 5.6.0 no", True), ("452 4.3.1 full", False)])
def test_refused_contents(server: MailServer, reply: str, is_final: bool) -> None:
    server.refusing_data = reply
    with pytest.raises(MailFailed) as failed:
        SmtpMail(server.url, "billing@billhead.test").send(LETTER, NOW)
    assert (failed.value.code, failed.value.is_final) == ("MESSAGE_REFUSED", is_final)


def test_signing_in_and_being_refused() -> None:
    with serve_mail(user="shop", password="right") as server:
        SmtpMail(server.url, "billing@billhead.test").send(LETTER, NOW)
        assert len(server.letters) == 1
        with pytest.raises(MailFailed) as failed:
            SmtpMail(server.url.replace("right", "wrong"), "billing@billhead.test").send(LETTER, NOW)
        assert (failed.value.code, failed.value.is_final) == ("SIGN_IN_REFUSED", False)


def test_a_server_that_is_away_or_has_no_tls() -> None:
    with pytest.raises(MailFailed, match="SERVER_AWAY"):
        SmtpMail(f"smtp://127.0.0.1:{free_port()}", "billing@billhead.test").send(LETTER, NOW)
    with serve_mail() as server, pytest.raises(MailFailed, match="SERVER_AWAY"):
        SmtpMail(f"{server.url}?tls=required", "billing@billhead.test").send(LETTER, NOW)


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "smtp://mail.example?tls=maybe"])
def test_an_address_of_no_mail_server(url: str) -> None:
    with pytest.raises(ValueError, match="mail server"):
        SmtpMail(url, "billing@billhead.test")


def notice(action: str, status: str, returned: Message | None) -> bytes:
    """A delivery status notification as mail servers write it."""
    report = MIMEMultipart("report", **{"report-type": "delivery-status"})
    report.attach(MIMEText("Your message could not be delivered."))
    fields, of_recipient = Message(), Message()
    fields["Reporting-MTA"] = "dns; mx.kunde.example"
    of_recipient["Final-Recipient"] = "rfc822; buchhaltung@kunde.example"
    of_recipient["Action"], of_recipient["Status"] = action, status
    delivery = Message()
    delivery["Content-Type"] = "message/delivery-status"
    delivery.set_payload([fields, of_recipient])
    report.attach(delivery)
    if returned is not None:
        report.attach(MIMEMessage(returned))
    return report.as_bytes()


def returned_letter() -> EmailMessage:
    letter = EmailMessage()
    letter["Message-ID"], letter["Subject"] = "<0198-1@billhead.test>", "Rechnung"
    letter.set_content("text")
    return letter


@pytest.mark.parametrize(
    ("action", "status", "expected"),
    [
        ("failed", "5.1.1", DeliveryNotice("0198-1@billhead.test", "5.1.1", True)),
        ("delayed", "4.4.1", DeliveryNotice("0198-1@billhead.test", "4.4.1", False)),
        ("failed", "", DeliveryNotice("0198-1@billhead.test", "5.0.0", True)),
    ],
)
def test_a_notice_is_about_the_letter_it_returns(action: str, status: str, expected: DeliveryNotice) -> None:
    assert read_notices(notice(action, status, returned_letter())) == (expected,)


def test_headers_alone_are_enough() -> None:
    raw = notice("failed", "5.2.2", None)
    boundary = raw.split(b'boundary="')[1].split(b'"')[0]
    headers = b"Content-Type: text/rfc822-headers\n\nSubject: Rechnung\nMessage-ID: <0198-1@billhead.test>\n\n"
    whole = raw.replace(b"--" + boundary + b"--", b"--" + boundary + b"\n" + headers + b"--" + boundary + b"--")
    assert read_notices(whole) == (DeliveryNotice("0198-1@billhead.test", "5.2.2", True),)


def test_what_is_no_notice_says_nothing() -> None:
    assert read_notices(b"") == ()
    assert read_notices(returned_letter().as_bytes()) == ()
    assert read_notices(notice("failed", "5.1.1", None)) == (), "about no letter"
    assert read_notices(notice("delivered", "2.0.0", returned_letter())) == ()
    assert read_notices(b"\xff\x00 nonsense" * 1000) == ()
