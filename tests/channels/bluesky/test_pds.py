"""Bluesky's channel against a real PDS: what it writes, everybody else can read."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from publisher.channels import Permanent
from publisher.channels.bluesky import Bluesky, Credentials
from publisher.channels.posts import Attachment, Card, Figures, Profile
from publisher.sandbox.x import serve
from tests.channels.bluesky import real
from tests.channels.messages import said

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(real.missing()), reason=real.missing()),
]

# A PDS looks at how a file begins, and no further.
PICTURE = Attachment("image/gif", "A bridge, open", 2, 2, content=b"GIF89a" + bytes(20))
VIDEO = Attachment("video/mp4", "The bridge opens", 16, 9, content=b"\0\0\0\x18ftypmp42\0\0\0\0")
COUNTED = Figures(likes=3, reposts=5, replies=1)


def app_view(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Answer as the AppView does, which the PDS asks in the account's name."""
    assert environ["PATH_INFO"] == "/xrpc/app.bsky.feed.getPosts"
    assert environ["HTTP_AUTHORIZATION"].startswith("Bearer ")
    counts = {"likeCount": 3, "repostCount": 4, "quoteCount": 1, "replyCount": 1}
    posts = [{"uri": uri} | counts for uri in parse_qs(environ["QUERY_STRING"])["uris"]]
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({"posts": posts}).encode()]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[real.Server]:
    with serve(app_view) as url, real.serving(tmp_path_factory.mktemp("pds"), url) as server:
        yield server


@pytest.fixture
def account(server: real.Server) -> real.Account:
    """Return an account of the test's own."""
    return server.account()


@pytest.fixture
def channel(server: real.Server, account: real.Account) -> Iterator[Callable[..., Bluesky]]:
    """Return what connects the account, with other or further credentials if need be."""
    with ExitStack() as opened:

        def connect(**others: str) -> Bluesky:
            own = {"identifier": account.handle, "app_password": account.app_password}
            credentials = Credentials(**{"service": server.url, **own, **others})
            return opened.enter_context(closing(Bluesky(credentials)))

        yield connect


@pytest.fixture
def bluesky(channel: Callable[..., Bluesky]) -> Bluesky:
    return channel()


def uploaded(bluesky: Bluesky, attachment: Attachment, now: datetime) -> Attachment:
    """Return an attachment as it stands in a message after its upload."""
    return replace(attachment, content=b"", reference=bluesky.upload(attachment, now=now).reference)


@pytest.fixture
def now() -> datetime:
    """Return the real time, by which the PDS's tokens end."""
    return datetime.fromtimestamp(time.time(), UTC)


def test_a_post_that_is_repeated_is_there_once(
    server: real.Server, account: real.Account, bluesky: Bluesky, now: datetime
) -> None:
    text = f"日本 opens: https://news.org/a and news.org/b #Bridge by @{account.handle} & @no.test"
    receipt = bluesky.send(said(text), now=now)
    (before,) = server.records(account)
    assert bluesky.send(said(text), now=now) == receipt
    assert server.records(account) == [before]
    assert before["uri"] == receipt.network_id
    assert before["value"]["text"] == text
    assert len(before["value"]["facets"]) == 4


def test_what_was_posted_is_found_by_its_key_and_nothing_else_is(
    bluesky: Bluesky, now: datetime
) -> None:
    receipt = bluesky.send(said("The bridge opens."), now=now)
    assert bluesky.find(said("The bridge opens."), since=now) == receipt
    assert bluesky.find(said("The bridge opens.", number=2), since=now) is None


def test_a_thread_hangs_together(
    server: real.Server, account: real.Account, bluesky: Bluesky, now: datetime
) -> None:
    first = bluesky.send(said("One."), now=now).network_id
    second = bluesky.send(said("Two.", number=2, reply_to=first, thread=first), now=now).network_id
    bluesky.send(said("Three.", number=3, reply_to=second, thread=first), now=now)
    last = server.records(account)[0]["value"]
    assert (last["reply"]["root"]["uri"], last["reply"]["parent"]["uri"]) == (first, second)


@pytest.mark.parametrize("attachment", [PICTURE, VIDEO], ids=["picture", "video"])
def test_media_are_uploaded_and_shown(
    server: real.Server,
    account: real.Account,
    bluesky: Bluesky,
    now: datetime,
    attachment: Attachment,
) -> None:
    medium = uploaded(bluesky, attachment, now)
    bluesky.send(said("Look.", attachments=(medium,)), now=now)
    assert attachment.alt in json.dumps(server.records(account)[0]["value"]["embed"])


def test_a_card_is_shown_with_its_picture(
    server: real.Server, account: real.Account, bluesky: Bluesky, now: datetime
) -> None:
    card = Card("https://news.org/a", "A bridge", "It opens.", uploaded(bluesky, PICTURE, now))
    bluesky.send(said("Look.", card=card), now=now)
    external = server.records(account)[0]["value"]["embed"]["external"]
    assert external["thumb"]["mimeType"] == "image/gif"


def test_a_picture_that_was_never_uploaded_there_is_refused(
    bluesky: Bluesky, now: datetime
) -> None:
    strange = json.loads(bluesky.upload(PICTURE, now=now).reference)
    strange["ref"]["$link"] = "bafkreibme22gw2h7y2h7tg2fhqotaqjucnbc24deqo72b6mkl2egezxhvy"
    picture = replace(PICTURE, content=b"", reference=json.dumps(strange))
    with pytest.raises(Permanent) as raised:
        bluesky.send(said("Look.", attachments=(picture,)), now=now)
    assert not raised.value.stops_account


def test_a_post_that_is_too_long_is_refused_and_why(bluesky: Bluesky, now: datetime) -> None:
    with pytest.raises(Permanent, match="300") as raised:
        bluesky.send(said("x" * 301), now=now)
    assert not raised.value.stops_account


def test_what_is_deleted_is_gone_and_may_be_deleted_again(
    server: real.Server, account: real.Account, bluesky: Bluesky, now: datetime
) -> None:
    network_id = bluesky.send(said("A mistake."), now=now).network_id
    bluesky.delete(network_id, now=now)
    bluesky.delete(network_id, now=now)
    assert server.records(account) == []


def test_a_session_is_kept_and_renewed(
    channel: Callable[..., Bluesky], bluesky: Bluesky, now: datetime
) -> None:
    first = bluesky.renewed(now=now)
    kept = channel(**first.secrets)
    second = kept.renewed(now=now)
    assert first.expires_at
    assert first.expires_at - now > timedelta(hours=1)
    assert second.secrets["refresh_jwt"] != first.secrets["refresh_jwt"]
    assert channel(**second.secrets).send(said("In a new session."), now=now)


def test_a_session_that_the_pds_does_not_know_is_replaced(
    channel: Callable[..., Bluesky], account: real.Account, now: datetime
) -> None:
    broken = channel(access_jwt="a.b.c", refresh_jwt="a.b.c", did=account.did)
    assert broken.profile() == Profile(account.handle)
    assert channel(access_jwt="a.b.c", refresh_jwt="a.b.c", did=account.did).renewed(now=now)


def test_a_wrong_password_stops_the_account(channel: Callable[..., Bluesky], now: datetime) -> None:
    with pytest.raises(Permanent, match="Invalid identifier or password") as raised:
        channel(app_password="abcd-efgh-ijkl-mnop").send(said("Words."), now=now)
    assert raised.value.stops_account


def test_figures_come_from_the_app_view_behind_it(bluesky: Bluesky, now: datetime) -> None:
    network_id = bluesky.send(said("Look."), now=now).network_id
    assert bluesky.figures([network_id], now=now) == {network_id: COUNTED}
