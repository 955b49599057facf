"""Automatic replies and receipts are told apart from failures, and people are left alone."""

import pytest

from publisher.delivery.bounces import parse
from tests.delivery.bounces.mails import ADA, MESSAGE_ID, mail, multipart, text

CHATTER = "I could not open it, an error came up. Did the last mail to ben@reader.example fail?"


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Precedence: auto_reply",
        "X-Apple-Action: VACATION/7",
        "X-Autoreply: yes",
        "Subject: Out of Office: Edition",
        "Subject: Automatic reply: Edition",
        "Subject: =?utf-8?Q?R=C3=A9ponse_automatique=C2=A0=3A_Edition?=",
        "Subject: =?iso-2022-jp?B?GyRCSVQ6XxsoQg==?=",
        "Subject: AW: Abwesenheitsnotiz",
    ],
)
def test_an_automatic_reply_is_one_by_any_sign(header: str) -> None:
    [report] = parse(mail(f"From: Ada <{ADA}>\n{header}", "I am away. Write to ben@our.example."))
    assert (report["kind"], report["group"]) == ("autoreply", "autoreply")
    assert report["recipient"] == ADA
    assert (report["hard"], report["permanent"]) == (False, None)


def test_a_receipt_tells_that_it_arrived() -> None:
    receipt = (
        f"Content-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; {ADA}\n"
        f"Original-Message-ID: <{MESSAGE_ID}>\nDisposition: manual-action/x; displayed\n"
    )
    words = text("It was shown.")
    [report] = parse(
        multipart("Read: Edition", "disposition-notification", words, receipt, sender=f"<{ADA}>")
    )
    assert (report["kind"], report["message_id"]) == ("delivered", MESSAGE_ID)


def test_a_refusal_in_the_shape_of_a_receipt_is_a_bounce() -> None:
    receipt = (
        f"Content-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; {ADA}\n"
        "Disposition: automatic-action/MDN-sent-automatically; deleted\n"
    )
    words = text(f"Your message to <{ADA}> was automatically rejected:\nQuota exceeded")
    [report] = parse(multipart("Rejected", "disposition-notification", words, receipt))
    assert (report["kind"], report["recipient"], report["group"]) == ("bounce", ADA, "full")


@pytest.mark.parametrize(
    ("sender", "subject", "body"),
    [
        (f"Ada <{ADA}>", "Re: Edition", CHATTER),
        (f"Ada <{ADA}>", "Undeliverable mail last week?", CHATTER),
        ("Shop <no-reply@shop.example>", "Your order", "Full price? No error! Ask help@x.example"),
        ("List <list-request@lists.example>", "Digest 7", f"{ADA} wrote: this always fails"),
        (
            f"Ada <{ADA}>",
            "Re: Undelivered Mail Returned to Sender",
            f"> <{ADA}>: 550 5.1.1 unknown",
        ),
        (f"Ada <{ADA}>", "Fwd: Undeliverable: Edition", "ben@reader.example\n550 5.1.1 unknown"),
        ("postmaster@reader.example", "New rules", f"They say {ADA} has no problem with it."),
        (f"Ada <{ADA}>", "", ""),
    ],
)
def test_any_other_mail_reports_nothing(sender: str, subject: str, body: str) -> None:
    assert parse(mail(f"From: {sender}\nSubject: {subject}", body)) == []
