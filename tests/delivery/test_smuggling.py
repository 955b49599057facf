"""What attackers type, through the engine and over the wire: a mail each, and nothing else."""

from datetime import datetime
from email import message_from_bytes, policy
from html import unescape

import pytest

from publisher.articles.models import Article
from publisher.audience.models import Subscriber
from publisher.delivery import actions, sending
from publisher.newsletters import editions
from publisher.newsletters.models import Newsletter
from tests.factories import ArticleFactory
from tests.newsletters.smuggled import SMUGGLED
from tests.recorder import Recorder

# The outcomes are noted in a thread of its own, which sees only what is committed.
pytestmark = pytest.mark.django_db(transaction=True)
ONE_LINE = [kind for kind, text in SMUGGLED.items() if text.isprintable()]


def send(newsletter: Newsletter, subject: str, now: datetime) -> None:
    """Send an edition of the one article to everybody."""
    plan = editions.Plan((Article.objects.get().pk,), subject)
    edition_id = editions.create(newsletter.pk, plan, by=None, now=now, due_at=now)
    editions.start(edition_id, now=now)
    for batch_id in actions.claim_due("bulk", now=now):
        sending.send_batch(batch_id, now=now)


@pytest.mark.parametrize("kind", SMUGGLED)
def test_every_reader_gets_one_mail_whatever_an_article_says(
    newsletter: Newsletter, recorder: Recorder, now: datetime, kind: str
) -> None:
    text = SMUGGLED[kind]
    ArticleFactory.create(title=text, standfirst=f"{text}\n.\n..\n", image_alt=text)
    send(newsletter, "The ferry", now)
    assert sorted(recorder.copies.values()) == [1] * 7
    assert not [address for address, _ in recorder.mails if "evil" in address]
    for _, raw in recorder.mails:
        head = raw.partition(b"\r\n\r\n")[0]
        assert b"evil" not in head


@pytest.mark.parametrize(
    "text",
    [
        "before\n.\r\nMAIL FROM:<evil@x.org>\r\nDATA\r\n.\r\nafter",
        ".\n..\n...\n.",
        "a bare\rreturn",
        "x" * 5_000,
        "." * 5_000,
    ],
)
def test_what_a_story_says_arrives_word_for_word(
    newsletter: Newsletter, recorder: Recorder, now: datetime, text: str
) -> None:
    ArticleFactory.create(standfirst=text)
    send(newsletter, "The ferry", now)
    assert sorted(recorder.copies.values()) == [1] * 7
    for _, raw in recorder.mails:
        parsed = message_from_bytes(raw, policy=policy.default)
        for part in parsed.iter_parts():
            assert " ".join(text.split()) in " ".join(unescape(part.get_content()).split())


@pytest.mark.parametrize("kind", ONE_LINE)
def test_names_and_subjects_stay_what_they_are_on_the_wire(
    newsletter: Newsletter, recorder: Recorder, now: datetime, kind: str
) -> None:
    text = SMUGGLED[kind]
    ArticleFactory.create()
    Newsletter.objects.update(name=text, sender_name=text)
    Subscriber.objects.update(name=text)
    send(newsletter, text, now)
    assert sorted(recorder.copies.values()) == [1] * 7
    for recipient, raw in recorder.mails:
        parsed = message_from_bytes(raw, policy=policy.default)
        assert parsed["Subject"] == text
        assert [each.addr_spec for each in parsed["To"].addresses] == [recipient]
        assert len(parsed["From"].addresses) == 1
        assert "Bcc" not in parsed
