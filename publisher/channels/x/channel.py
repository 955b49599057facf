"""One account on X, and what it can be asked to do."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import requests

from publisher.channels import Receipt, Temporary, Unknown
from publisher.channels.http import TIMEOUTS_SECONDS, Gone
from publisher.channels.posts import Attachment, Figures, Message, Network, Profile, Renewed, Upload
from publisher.channels.x import answers, connecting, figures, finding
from publisher.channels.x.connecting import API_URL
from publisher.channels.x.credentials import Credentials, Tokens
from publisher.channels.x.media import Media
from publisher.channels.x.tweeting import Tweepy

# X's clock may be a little behind ours.
_CLOCKS_APART = timedelta(minutes=1)
_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
_PAGE = 100
_MOST_PAGES = 5

# https://docs.x.com/x-api/users/get-my-user, and who may write longer posts, all of them as long:
# https://help.x.com/en/using-x/x-premium.
_LONG_POSTS = 25_000
_SUBSCRIPTIONS = frozenset({"Basic", "Premium", "PremiumPlus"})
_VERIFIED = frozenset({"blue", "business"})


class X(Network):
    """One account on X; it keeps its connections until `close`."""

    def __init__(
        self,
        credentials: Credentials,
        *,
        api_url: str = API_URL,
        upload_url: str = "",
        timeouts: tuple[float, float] = TIMEOUTS_SECONDS,
    ) -> None:
        self._credentials = credentials
        self._api_url = api_url
        self._timeouts = timeouts
        self._tweepy = Tweepy(credentials, api_url, timeouts)
        self._media = Media(credentials, upload_url or api_url, timeouts)

    def send(self, message: Message, *, now: datetime) -> Receipt:
        """Post `message` once; raises Duplicate where X refuses it as said already."""
        answer = self._tweepy.answer(
            answers.for_posts,
            self._tweepy.client.create_tweet,
            now,
            # A post may be a picture and nothing else.
            text=message.text or None,
            media_ids=[each.reference for each in message.attachments] or None,
            in_reply_to_tweet_id=message.reply_to or None,
        )
        try:
            return _receipt(answer.json()["data"])
        except _UNREADABLE as error:
            raise Unknown("X took the post, but its answer cannot be read.") from error

    def find(self, message: Message, *, since: datetime) -> Receipt | None:
        """Return the account's post from `since` or later that is this one, None if there is none.

        Parts of threads, too. Raises Temporary where X cannot be asked now.
        """
        with _asking():
            for post in self._posts(since - _CLOCKS_APART):
                if finding.is_it(post, message):
                    return _receipt(post)
        return None

    def profile(self) -> Profile:
        """Return the account's screen name, which proves its credentials."""
        with _asking():
            me = self._me(user_fields=["subscription_type", "verified_type"])
            paid = me.get("subscription_type") in _SUBSCRIPTIONS
            has_long_posts = paid or me.get("verified_type") in _VERIFIED
            limits = {"characters": _LONG_POSTS} if has_long_posts else {}
            return Profile(str(me["username"]), limits)

    def upload(self, attachment: Attachment, *, now: datetime) -> Upload:
        """Give X a picture or video; many seconds go by where it is large."""
        return self._media.upload(attachment, now)

    def uploaded(self, reference: str, *, now: datetime) -> Upload:
        """Return how far X is with a picture or video; raises Permanent where it failed."""
        return self._media.uploaded(reference, now)

    def delete(self, network_id: str, *, now: datetime) -> None:
        """Take a post back; one that is gone already is no error."""
        # Where it was gone X says so by 404, or by a success that has not deleted it.
        with suppress(Gone), _asking():
            self._tweepy.answer(
                answers.for_others, self._tweepy.client.delete_tweet, now, id=network_id
            )

    def figures(self, network_ids: Sequence[str], *, now: datetime) -> Mapping[str, Figures]:
        """Return what came of up to 100 posts, without those that are gone.

        Clicks are told of posts that are younger than 30 days. No more fit into a call:
        https://docs.x.com/x-api/posts/get-posts-by-ids.
        """
        young = [each for each in network_ids if figures.has_private(each, now)]
        old = [each for each in network_ids if each not in young]
        with _asking():
            told = self._looked_up(young, [figures.PUBLIC, figures.PRIVATE], now)
            older = self._looked_up([*old, *figures.refused(told)], [figures.PUBLIC], now)
            return figures.read(told) | figures.read(older)

    def renewed(self, *, now: datetime) -> Renewed:
        """Return new tokens for those that end, which end with this call; keys do not end."""
        if not isinstance(self._credentials, Tokens):
            return super().renewed(now=now)
        app = connecting.app_of(self._credentials, self._api_url, self._timeouts)
        return app.renewed(self._credentials.oauth2_refresh_token, now=now)

    def close(self) -> None:
        """Give the connections back."""
        self._tweepy.close()
        self._media.close()

    def _posts(self, since: datetime) -> Iterator[Mapping[str, Any]]:
        ask = partial(
            self._asked,
            self._tweepy.client.get_users_tweets,
            None,
            id=self._credentials.account_id or str(self._me()["id"]),
            start_time=since,
            max_results=_PAGE,
            tweet_fields=finding.FIELDS,
        )
        page = None
        for _ in range(_MOST_PAGES):
            answer = _with_one_of("data", "meta", ask(pagination_token=page))
            yield from answer.get("data") or []
            page = (answer.get("meta") or {}).get("next_token")
            if page is None:
                return

    def _me(self, **wanted: Any) -> Mapping[str, Any]:
        return dict(self._asked(self._tweepy.client.get_me, None, **wanted)["data"])

    def _looked_up(
        self, network_ids: Sequence[str], fields: Sequence[str], now: datetime
    ) -> Mapping[str, Any]:
        if not network_ids:
            return {}
        wanted = {"ids": list(network_ids), "tweet_fields": list(fields)}
        look_up = self._tweepy.client.get_tweets
        return _with_one_of("data", "errors", self._asked(look_up, now, **wanted))

    def _asked(
        self, ask: Callable[..., requests.Response], now: datetime | None, **what: Any
    ) -> Any:
        return self._tweepy.answer(answers.for_others, ask, now, **what).json()


@contextmanager
def _asking() -> Iterator[None]:
    """Make everything that goes wrong with a question Temporary: asking again does no harm."""
    try:
        yield
    except Unknown as error:
        raise Temporary(error.reason) from error
    except _UNREADABLE as error:
        raise Temporary("X's answer cannot be read.") from error


def _with_one_of(one: str, other: str, answer: Any) -> dict[str, Any]:
    """Return an answer that has at least one of its parts: X leaves out what would be empty.

    Raises TypeError or LookupError for anything else: nothing must be concluded from it.
    """
    if one not in answer and other not in answer:
        raise LookupError(f"neither {one} nor {other}")
    return dict(answer)


def _receipt(post: Mapping[str, Any]) -> Receipt:
    network_id = str(post["id"])
    return Receipt(network_id, f"https://x.com/i/web/status/{network_id}")
