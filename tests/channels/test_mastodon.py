"""What only Mastodon does, and who speaks like it: timelines in HTML, keys, limits, apps."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from publisher.channels import Permanent, Unknown
from publisher.channels.mastodon import App, Mastodon, register
from publisher.channels.mastodon.finding import says
from publisher.channels.posts import Attachment
from tests.channels.messages import said
from tests.channels.networks.fakes import TIMEOUTS, Answer, Fault, failure, in_json, running
from tests.channels.networks.mastodon import CASE, TOKEN, Instance

HOUR = timedelta(hours=1)


@pytest.fixture
def instance() -> Iterator[Instance]:
    """Run an instance."""
    with running(Instance()) as instance:
        yield instance


@pytest.fixture
def mastodon(instance: Instance) -> Iterator[Mastodon]:
    """Connect to the account on the instance."""
    mastodon = CASE.connect(instance.url)
    assert isinstance(mastodon, Mastodon)
    yield mastodon
    mastodon.close()


# ---- Posting


def test_a_post_says_in_which_language_it_is_and_who_may_see_it(
    instance: Instance, mastodon: Mastodon, now: datetime
) -> None:
    message = said("Woorden.", language="nl-BE", visibility="unlisted", warning="Schepen")
    mastodon.send(message, now=now)
    form = instance.heard[-1].form
    assert form["language"] == ["nl"]
    assert (form["visibility"], form["spoiler_text"]) == (["unlisted"], ["Schepen"])


def test_several_pictures_keep_their_order(
    instance: Instance, mastodon: Mastodon, now: datetime
) -> None:
    pictures = [Attachment("image/png", alt, 9, 9, content=b"png") for alt in ("One", "Two")]
    references = [mastodon.upload(each, now=now).reference for each in pictures]
    again = [Attachment("image/png", "", 9, 9, reference=each) for each in reversed(references)]
    mastodon.send(said("Two.", attachments=tuple(again)), now=now)
    assert instance.posts[0].alts == ("Two", "One")


@pytest.mark.parametrize("body", [{"id": ""}, {"id": None}, {"status": "request already handled"}])
def test_an_answer_without_an_id_leaves_the_outcome_unknown(
    instance: Instance, mastodon: Mastodon, now: datetime, body: object
) -> None:
    # Mastodon's filter against spam drops a post so; GoToSocial answers a repeated key so.
    instance.order(Fault(in_json(200, body)))
    assert isinstance(failure(mastodon, said("words"), now), Unknown)


def test_a_call_that_is_still_under_way_leaves_it_unknown(
    instance: Instance, mastodon: Mastodon, now: datetime
) -> None:
    instance.order(Fault(in_json(409, {"error": "request already under way"})))
    assert isinstance(failure(mastodon, said("words"), now), Unknown)


def test_an_upload_that_the_instance_cannot_use_is_permanent(
    instance: Instance, mastodon: Mastodon, now: datetime
) -> None:
    with pytest.raises(Permanent, match="Record not found"):
        mastodon.uploaded("404", now=now)


# ---- Finding


def shown(content: str) -> dict[str, Any]:
    """Return a post of a timeline."""
    return {"id": "1", "content": content}


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<p>A &amp; B &lt;now&gt;<br />second</p><p>third</p>", "A & B <now>\nsecond\n\nthird"),
        ('<p><a href="/t">#<span>Bridge</span></a> opens</p>', "#Bridge opens"),
        ('<p><span><a href="/u">@<span>ada</span></a></span> says</p>', "@ada@news.example says"),
        ("<p>\u201cQuoted\u201d \u2013 it\u2019s</p>", '"Quoted" - it\'s'),
        ("<p>Caf\u00e9</p>", "Cafe\u0301"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
    ],
)
def test_a_post_is_told_by_its_words_however_they_are_set(content: str, text: str) -> None:
    assert says(shown(content), said(text))


def test_a_post_is_told_by_its_link_though_its_words_were_edited() -> None:
    link = "https://news.example/bridge?a=1&via=7"
    content = '<p>Corrected: <a href="https://news.example/bridge?a=1&amp;via=7">there</a></p>'
    assert says(shown(content), said(f"The bridge: {link}", link=link))
    assert not says(shown(content), said("The bridge.", link=f"{link}7"))


@pytest.mark.parametrize("text", ["", "🌉", "!"])
def test_without_words_nothing_is_told(text: str) -> None:
    assert not says(shown("<p>🚢</p>"), said(text))


def test_a_post_is_found_behind_a_hundred_others(
    instance: Instance, mastodon: Mastodon, now: datetime
) -> None:
    first = mastodon.send(said("The first."), now=now)
    for number in range(2, 103):
        mastodon.send(said(f"Number {number}.", number=number), now=now)
    assert mastodon.find(said("The first."), since=now) == first
    assert instance.count(instance.showing) == 3


def test_what_is_older_is_not_looked_at(
    instance: Instance, mastodon: Mastodon, now: datetime
) -> None:
    instance.now = now - HOUR
    mastodon.send(said("The bridge opens."), now=now)
    assert mastodon.find(said("The bridge opens.", number=2), since=now) is None


def test_what_was_edited_beyond_recognition_is_found_by_its_key(
    instance: Instance, mastodon: Mastodon, now: datetime
) -> None:
    sent = mastodon.send(said("The bridge opens."), now=now)
    instance.posts[0].text = "Something else."
    assert mastodon.find(said("The bridge opens."), since=now) == sent
    assert len(instance.posts) == 1


def test_a_key_that_nobody_knows_posts_nothing(
    instance: Instance, mastodon: Mastodon, now: datetime
) -> None:
    assert mastodon.find(said("The bridge opens."), since=now) is None
    assert instance.posts == []
    assert instance.heard[-1].form == {"status": [""]}


@pytest.mark.parametrize("software", ["gotosocial", "pleroma", "akkoma", "pixelfed"])
def test_others_are_not_asked_by_the_key(
    instance: Instance, mastodon: Mastodon, now: datetime, software: str
) -> None:
    instance.software = software
    assert mastodon.find(said("The bridge opens."), since=now) is None
    assert instance.count(instance.posting) == 0


# ---- The account


def test_a_profile_tells_the_limits_of_the_instance(mastodon: Mastodon) -> None:
    profile = mastodon.profile()
    assert profile.limits == {
        "characters": 500,
        "url": 23,
        "pictures": 4,
        "alt": 1_500,
        "picture_bytes": 16_777_216,
        "picture_pixels": 33_177_600,
        "video_bytes": 103_809_024,
    }


def test_an_old_instance_tells_its_limits_where_it_always_did(
    instance: Instance, mastodon: Mastodon
) -> None:
    old = {"uri": "https://pleroma.example/", "max_toot_chars": 5_000, "description_limit": "no"}
    instance.old = old
    profile = mastodon.profile()
    assert profile.handle == "courier@pleroma.example"
    assert profile.limits == {"characters": 5_000}


# ---- Connecting


def test_an_app_is_registered_and_a_person_sent_to_let_it_post(instance: Instance) -> None:
    app = register(
        instance.url, "https://us.example/back", website="https://us.example", timeouts=TIMEOUTS
    )
    url = urlsplit(app.authorize_url("state-1"))
    question = parse_qs(url.query)
    assert f"{url.scheme}://{url.netloc}{url.path}" == f"{instance.url}/oauth/authorize"
    assert (question["client_id"], question["state"]) == (["client-1"], ["state-1"])
    assert "hush" not in repr(app) + url.query


def test_a_code_is_exchanged_for_credentials(instance: Instance, now: datetime) -> None:
    app = App(instance.url, "https://us.example/back", "client-1", "hush")
    renewed = app.exchange("code-1", now=now, timeouts=TIMEOUTS)
    assert renewed.secrets == {"instance": instance.url, "access_token": TOKEN}
    assert renewed.expires_at is None


def test_a_code_that_is_none_is_refused_without_showing_it(
    instance: Instance, now: datetime
) -> None:
    app = App(instance.url, "https://us.example/back", "client-1", "hush")
    with pytest.raises(Permanent, match="grant is invalid") as raised:
        app.exchange("code-2", now=now, timeouts=TIMEOUTS)
    assert "code-2" not in raised.value.reason


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"access_token": 7}', b"<html>"])
def test_a_token_that_cannot_be_read_has_to_be_asked_for_again(
    instance: Instance, now: datetime, body: bytes
) -> None:
    app = App(instance.url, "https://us.example/back", "client-1", "hush")
    instance.order(Fault(Answer(200, body)), at=instance.granting)
    with pytest.raises(Unknown):
        app.exchange("code-1", now=now, timeouts=TIMEOUTS)


def test_a_token_that_ends_says_when(instance: Instance, now: datetime) -> None:
    app = App(instance.url, "https://us.example/back", "client-1", "hush")
    answer = in_json(200, {"access_token": TOKEN, "expires_in": 3600})
    instance.order(Fault(answer), at=instance.granting)
    assert app.exchange("code-1", now=now, timeouts=TIMEOUTS).expires_at == now + HOUR
