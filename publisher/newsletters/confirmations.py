"""The mail that asks a reader to confirm, sent only to those who asked and by a lane of its own."""

from datetime import datetime

from django.db import transaction

from publisher.audience import actions as audience
from publisher.audience.models import Subscription
from publisher.delivery import actions as ledger
from publisher.delivery.message import Draft, Marks, freeze, new_marks
from publisher.delivery.models import Mailing
from publisher.newsletters import composing, rendering
from publisher.newsletters.models import Newsletter


@transaction.atomic
def answer(signup_id: int, *, now: datetime) -> None:
    """Answer a sign-up with a confirmation, where one is due."""
    subscription_id = audience.answer_sign_up(signup_id, now=now)
    if subscription_id is not None:
        mail(subscription_id, now=now)


@transaction.atomic
def mail(subscription_id: int, *, now: datetime) -> None:
    """Queue the confirmation of a pending subscription; of any other nothing is sent."""
    pending = Subscription.objects.select_related("newsletter").filter(
        pk=subscription_id, state=Subscription.State.PENDING
    )
    subscription = pending.first()
    if subscription is None:
        return
    newsletter = subscription.newsletter
    marks = new_marks("confirm_url")
    addressing = ledger.Addressing(
        lane=Mailing.Lane.URGENT,
        sender=newsletter.sender_address,
        domain=composing.message_domain(newsletter),
        newsletter_id=newsletter.pk,
        wants=Subscription.State.PENDING,
        route=newsletter.route,
    )
    frozen = freeze(draft(newsletter, marks), marks).to_bytes()
    mailing_id = ledger.prepare(frozen, addressing, now=now)
    ledger.address_one(mailing_id, now=now, subscriber_id=subscription.subscriber_id)


def draft(newsletter: Newsletter, marks: Marks) -> Draft:
    """Return the confirmation: the same for everybody but for its link, and no list mail yet."""
    rendered = rendering.mail(
        "confirmation", newsletter=composing.masthead(newsletter), reader=marks
    )
    return Draft(
        sender_name=newsletter.sender_name,
        sender_address=newsletter.sender_address,
        reply_to=newsletter.reply_to,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        message_domain=composing.message_domain(newsletter),
        one_click=False,
        headers={
            # No vacation notice comes back to it (RFC 3834 section 2); and it is no reply: a form
            # is no message (section 5).
            "Auto-Submitted": "auto-generated",
            "Feedback-ID": composing.feedback_id(newsletter, "confirmation"),
        },
    )
