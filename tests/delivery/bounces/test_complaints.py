"""Feedback reports (RFC 5965) are complaints, never bounces, whoever they say they are from."""

import json

import pytest

from publisher.delivery.bounces import parse
from tests.delivery.bounces.mails import ADA, MESSAGE_ID, mail, multipart, returned, text


def feedback(*fields: str) -> str:
    return "Content-Type: message/feedback-report\n\n" + "\n".join(["Version: 1", *fields]) + "\n"


def complaint(*fields: str, to: str = ADA) -> bytes:
    part = feedback(*fields)
    words = text("This is an email abuse report.")
    return multipart(
        "Abuse", "feedback-report", words, part, returned(to), sender="fbl@isp.example"
    )


def test_a_complaint_names_reader_type_and_mail() -> None:
    [report] = parse(complaint("Feedback-Type: fraud", f"Original-Rcpt-To: <{ADA}>"))
    assert (report["kind"], report["group"]) == ("complaint", "complaint")
    assert (report["recipient"], report["feedback_type"]) == (ADA, "fraud")
    assert report["message_id"] == MESSAGE_ID
    assert (report["hard"], report["permanent"]) == (False, None)


def test_the_returned_mail_tells_whom_the_report_hides() -> None:
    [report] = parse(complaint("Feedback-Type: abuse", "Redacted-Address: ada@"))
    assert report["recipient"] == ADA


def test_a_complaint_of_nobody_is_still_one() -> None:
    [report] = parse(complaint("Feedback-Type: abuse", to="undisclosed-recipients:;"))
    assert (report["kind"], report["recipient"]) == ("complaint", None)


def test_hotmail_has_a_format_of_its_own() -> None:
    headers = (
        "From: <staff@hotmail.com>\nSubject: complaint about message from 192.0.2.1\n"
        "Content-Type: multipart/mixed; boundary=b"
    )
    part = f"Content-Type: message/rfc822\n\nX-HmXmrOriginalRecipient: {ADA}\nTo: x@y.example\n"
    [report] = parse(mail(headers, f"--b\n{part}\nHello\n--b--\n"))
    assert (report["kind"], report["recipient"]) == ("complaint", ADA)


@pytest.mark.parametrize("wrapped", [False, True])
def test_amazon_complains_in_json(wrapped: bool) -> None:  # noqa: FBT001
    said = {
        "notificationType": "Complaint",
        "complaint": {"complainedRecipients": [{"emailAddress": ADA}]},
        "mail": {"commonHeaders": {"messageId": f"<{MESSAGE_ID}>"}},
    }
    body = json.dumps({"Message": json.dumps(said)} if wrapped else said)
    [report] = parse(
        mail("From: no-reply@sns.example\nSubject: Notification", body + "\n\n--\nBye")
    )
    assert (report["kind"], report["recipient"]) == ("complaint", ADA)
    assert report["message_id"] == MESSAGE_ID


def test_amazon_bounces_in_json() -> None:
    one = {"emailAddress": ADA, "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 unknown"}
    said = {"notificationType": "Bounce", "bounce": {"bouncedRecipients": [one]}, "mail": {}}
    [report] = parse(mail("From: no-reply@sns.example\nSubject: Notification", json.dumps(said)))
    assert (report["recipient"], report["kind"], report["hard"]) == (ADA, "bounce", True)
