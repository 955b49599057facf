"""An edition is sent when its last mail is, and not when the dispatcher looks next."""

from datetime import datetime

import pytest

from publisher.delivery import actions as ledger
from publisher.newsletters import editions
from publisher.newsletters.editions import Plan
from publisher.newsletters.models import Edition
from tests.factories import ArticleFactory, SubscriptionFactory
from tests.recorder import Recorder
from workers import tasks


@pytest.mark.django_db(transaction=True)
def test_who_sends_the_last_mail_says_that_it_is_sent(recorder: Recorder, now: datetime) -> None:
    daily = SubscriptionFactory.create().newsletter
    plan = Plan((ArticleFactory.create().pk,))
    edition_id = editions.create(daily.pk, plan, by=None, now=now, due_at=now)
    editions.start(edition_id, now=now)
    (batch_id,) = ledger.claim_due("bulk", now=now)
    tasks.send_batch(batch_id, now=now)
    assert len(recorder.mails) == 1
    assert Edition.objects.get().state == "sent"
