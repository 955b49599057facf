"""The suite that every network passes: posted once, or honestly not, or honestly unsure."""

import re
import socket
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from publisher.channels import Permanent, Temporary, Unknown
from publisher.channels.http import LONGEST_WORDS, MOST_OCTETS, TIMEOUTS_SECONDS
from publisher.channels.posts import Attachment, Figures, Network
from tests.channels.messages import said
from tests.channels.networks import (
    bluesky,
    facebook,
    linkedin,
    mastodon,
    telegram,
    threads,
    webhook,
    x,
)
from tests.channels.networks.fakes import WAIT, Answer, Case, Fake, Fault, failure, running

CASES = [
    bluesky.CASE,
    facebook.CASE,
    linkedin.CASE,
    mastodon.CASE,
    telegram.CASE,
    threads.CASE,
    webhook.CASE,
    x.CASE,
]

LINK = "https://news.example/bridge?utm_source=social&via=1"
TEXT = f"The bridge opens & stays open <now>: {LINK} #Bridge"
PICTURE = Attachment(
    "image/png",
    "A bridge, open",
    1200,
    630,
    content=b"\x89PNG\r\n\x1a\n a bridge",
    url="https://news.example/media/bridge.png",
)
MESSAGE = said(TEXT, link=LINK)
BROKEN = Answer(200, b"<html>")


def those(does: Callable[[Case], object]) -> pytest.MarkDecorator:
    """Let a test run for the networks that do something."""
    cases = [case for case in CASES if does(case)]
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.name)


each = those(lambda _: True)
threading = those(lambda case: case.kind.has_threads)
uploading = those(lambda case: case.kind.has_uploads)
showing = those(lambda case: case.kind.shows_posts)
deleting = those(lambda case: case.kind.deletes)
telling = those(lambda case: case.kind.most_figures)


@pytest.fixture
def fake(case: Case) -> Iterator[Fake]:
    """Run the network of the case."""
    with running(case.fake()) as fake:
        yield fake


@pytest.fixture
def network(case: Case, fake: Fake) -> Iterator[Network]:
    """Connect to the network of the case, with the right credentials."""
    with closing(case.connect(fake.url)) as network:
        yield network


# ---- Posting


@each
def test_a_post_arrives_once_and_its_receipt_leads_to_it(
    fake: Fake, network: Network, now: datetime
) -> None:
    receipt = network.send(MESSAGE, now=now)
    (post,) = fake.posts
    assert (post.text, post.id, post.url) == (TEXT, receipt.network_id, receipt.url)
    assert fake.count(fake.posting) == 1


@those(lambda case: not case.kind.repeats_harmlessly)
def test_nobody_who_still_sends_is_taken_for_dead(
    case: Case, fake: Fake, network: Network, now: datetime
) -> None:
    network.send(MESSAGE, now=now)
    assert len(fake.heard) * timedelta(seconds=sum(TIMEOUTS_SECONDS)) < case.kind.sends_within


@those(lambda case: case.fake.has_keys)
def test_the_key_of_a_post_goes_with_it(fake: Fake, network: Network, now: datetime) -> None:
    message = said(TEXT)
    network.send(message, now=now)
    assert fake.posts[0].key == message.key


@threading
def test_a_reply_is_tied_to_its_parent(fake: Fake, network: Network, now: datetime) -> None:
    first = network.send(said("One."), now=now).network_id
    second = network.send(said("Two.", number=2, reply_to=first, thread=first), now=now).network_id
    network.send(said("Three.", number=3, reply_to=second, thread=first), now=now)
    assert [post.reply_to for post in fake.posts] == ["", first, second]


# ---- Nobody knows


@each
@pytest.mark.parametrize(
    ("fault", "is_taken"),
    [
        (Fault(), True),
        (Fault(is_taken=False), False),
        (Fault(BROKEN, is_slow=True), True),
        (Fault(Answer(200, b" " * (MOST_OCTETS + 1))), True),
        (Fault(Answer(500, b"<html>")), True),
        (Fault(Answer(500, b"<html>"), is_taken=False), False),
        (Fault(Answer(502, b"<html>"), is_taken=False), False),
        (Fault(Answer(503, b"{}")), True),
        (Fault(Answer(504, b"")), True),
    ],
)
def test_a_line_that_breaks_leaves_the_outcome_unknown(
    fake: Fake, network: Network, now: datetime, fault: Fault, *, is_taken: bool
) -> None:
    fake.order(fault)
    assert isinstance(failure(network, MESSAGE, now), Unknown)
    assert len(fake.posts) == is_taken
    assert fake.count(fake.posting) == 1


@those(lambda case: case.fake.needs_body)
@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"a": ', b"[" * 100_000])
def test_an_answer_that_nobody_can_read_does_so_too(
    fake: Fake, network: Network, now: datetime, body: bytes
) -> None:
    fake.order(Fault(Answer(200, body)))
    assert isinstance(failure(network, MESSAGE, now), Unknown)
    assert len(fake.posts) == 1


@those(lambda case: case.kind.repeats_harmlessly)
def test_the_same_message_is_taken_only_once(fake: Fake, network: Network, now: datetime) -> None:
    fake.order(Fault())
    failure(network, MESSAGE, now)
    receipt = network.send(MESSAGE, now=now)
    assert [post.id for post in fake.posts] == [receipt.network_id]


# ---- Not now


@each
def test_nobody_listening_is_temporary(case: Case, now: datetime) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        network = case.connect(f"http://127.0.0.1:{taken.getsockname()[1]}")
        error = failure(network, MESSAGE, now)
    assert isinstance(error, Temporary)
    assert error.retry_at is None


@each
def test_who_has_heard_enough_says_when_to_come_back(
    fake: Fake, network: Network, now: datetime
) -> None:
    fake.order(Fault(fake.busy(), is_taken=False))
    error = failure(network, MESSAGE, now)
    assert isinstance(error, Temporary)
    assert error.retry_at == now + WAIT


@each
def test_a_429_that_names_no_time_is_temporary_too(
    case: Case, fake: Fake, network: Network, now: datetime
) -> None:
    fake.order(Fault(Answer(429, b"slow down"), is_taken=False))
    error = failure(network, MESSAGE, now)
    assert isinstance(error, Temporary)
    assert error.retry_at == (now + case.usual_wait if case.usual_wait else None)


# ---- Never


@each
def test_wrong_credentials_stop_the_account(case: Case, fake: Fake, now: datetime) -> None:
    for secret in case.secrets:
        network = case.connect(fake.url, **{secret: "wrong"})
        error = failure(network, MESSAGE, now)
        assert isinstance(error, Permanent)
        assert error.stops_account
        with pytest.raises(Permanent):
            network.profile()
        network.close()
    assert fake.posts == []


@each
def test_a_refusal_is_the_posts_own_and_in_the_networks_words(
    fake: Fake, network: Network, now: datetime
) -> None:
    fake.order(Fault(fake.refusal(400, "The words are\n no good, "), is_taken=False))
    error = failure(network, MESSAGE, now)
    assert isinstance(error, Permanent)
    assert not error.stops_account
    assert "The words are no good," in error.reason


@each
def test_a_refusal_is_quoted_only_so_far(fake: Fake, network: Network, now: datetime) -> None:
    fake.order(Fault(fake.refusal(400, "no, " * 500), is_taken=False))
    assert len(failure(network, MESSAGE, now).reason) < LONGEST_WORDS + 200


@each
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nothing_follows_a_redirect(
    fake: Fake, network: Network, now: datetime, status: int
) -> None:
    elsewhere = {"Location": f"{fake.url}/elsewhere"}
    fake.order(Fault(Answer(status, headers=elsewhere), is_taken=False))
    assert isinstance(failure(network, MESSAGE, now), Permanent)
    assert fake.count(re.compile(".* /elsewhere")) == 0


@each
@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500])
def test_no_secret_is_shown(
    case: Case, fake: Fake, network: Network, now: datetime, status: int
) -> None:
    secrets = [case.credentials[name] for name in case.secrets]
    fake.order(Fault(fake.refusal(status, f"No: {' '.join(secrets)}"), is_taken=False))
    error = failure(network, MESSAGE, now)
    shown = "".join([*traceback.format_exception(error), error.reason, repr(error), repr(network)])
    assert not [secret for secret in secrets if secret in shown]


# ---- Looking up


@showing
def test_what_was_posted_is_found(fake: Fake, network: Network, now: datetime) -> None:
    network.send(said("Before.", number=2), now=now)
    fake.order(Fault())
    failure(network, MESSAGE, now)
    network.send(said("After.", number=3), now=now)
    found = network.find(MESSAGE, since=now)
    assert found
    assert (found.network_id, found.url) == (fake.posts[1].id, fake.posts[1].url)


@showing
def test_other_words_are_not_it(fake: Fake, network: Network, now: datetime) -> None:
    network.send(MESSAGE, now=now)
    other = LINK.replace("via=1", "via=2")
    words = TEXT.replace(LINK, other)
    assert network.find(said(words, number=2, link=other), since=now) is None
    assert network.find(said("The bridge opens", number=3), since=now) is None
    assert len(fake.posts) == 1


@showing
@pytest.mark.parametrize("fault", [Fault(), Fault(BROKEN), Fault(Answer(503))])
def test_a_look_up_that_fails_may_be_made_again(
    fake: Fake, network: Network, now: datetime, fault: Fault
) -> None:
    network.send(MESSAGE, now=now)
    fake.order(fault, at=fake.showing)
    with pytest.raises(Temporary):
        network.find(MESSAGE, since=now)
    assert network.find(MESSAGE, since=now)


@those(lambda case: not (case.kind.shows_posts or case.kind.repeats_harmlessly))
def test_who_shows_nothing_says_so(network: Network, now: datetime) -> None:
    with pytest.raises(Permanent) as raised:
        network.find(MESSAGE, since=now)
    assert not raised.value.stops_account


# ---- Pictures


@uploading
def test_a_picture_is_uploaded_and_posted_with_its_alt_text(
    fake: Fake, network: Network, now: datetime
) -> None:
    upload = network.upload(PICTURE, now=now)
    assert upload.check_at is None
    picture = replace(PICTURE, content=b"", reference=upload.reference)
    network.send(said(TEXT, attachments=(picture,)), now=now)
    assert fake.posts[0].alts == (PICTURE.alt,)


@those(lambda case: case.kind.has_uploads and case.has_slow_uploads)
def test_a_picture_that_takes_time_is_asked_about_later(
    fake: Fake, network: Network, now: datetime
) -> None:
    fake.slow_uploads = 2
    upload = network.upload(PICTURE, now=now)
    assert upload.check_at
    assert upload.check_at > now
    again = network.uploaded(upload.reference, now=upload.check_at)
    assert again.check_at
    assert network.uploaded(upload.reference, now=again.check_at).check_at is None


@uploading
def test_an_upload_that_breaks_may_be_made_again(
    fake: Fake, network: Network, now: datetime
) -> None:
    fake.order(Fault(), at=fake.uploading)
    with pytest.raises(Temporary):
        network.upload(PICTURE, now=now)
    assert network.upload(PICTURE, now=now).reference


# ---- Afterwards


@deleting
def test_a_post_may_be_taken_back_twice(fake: Fake, network: Network, now: datetime) -> None:
    receipt = network.send(said(TEXT), now=now)
    network.delete(receipt.network_id, now=now)
    assert fake.posts == []
    network.delete(receipt.network_id, now=now)


@telling
def test_figures_are_told_of_what_is_still_there(
    fake: Fake, network: Network, now: datetime
) -> None:
    there = network.send(said("Here."), now=now).network_id
    gone = network.send(said("Gone.", number=2), now=now).network_id
    network.delete(gone, now=now)
    figures: dict[str, Figures] = {}
    for network_id in (there, gone):
        figures |= network.figures([network_id], now=now)
    assert figures == {there: fake.figures}


@each
def test_a_profile_is_had_for_the_right_credentials(case: Case, network: Network) -> None:
    assert network.profile().handle == case.handle
