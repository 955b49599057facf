"""An account on an instance, and what it can be asked to do.

https://docs.joinmastodon.org/methods/statuses/ and its neighbours have the calls. Where GoToSocial,
Pleroma, Akkoma and Pixelfed differ, it is said below, by their own source code.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx

from publisher.channels import ChannelError, Permanent, Receipt, Unknown
from publisher.channels.http import TIMEOUTS_SECONDS, Answer, Call, Gone, Line
from publisher.channels.mastodon.finding import says
from publisher.channels.posts import Attachment, Figures, Message, Network, Profile, Upload

# Videos are made smaller in the background, pictures hardly ever.
_CHECK_AFTER = timedelta(seconds=5)
# The most that a page has (methods/accounts, "Get account's statuses").
_PAGE = 40
_MOST_PAGES = 5
# An instance's clock may be a little behind ours.
_CLOCKS_APART = timedelta(minutes=1)
_PROCESSING = frozenset({202, 206})
# Where an instance says how much it takes, and what that is called here; entities/Instance.
_LIMITS = {
    "characters": ("statuses", "max_characters"),
    "url": ("statuses", "characters_reserved_per_url"),
    "pictures": ("statuses", "max_media_attachments"),
    "alt": ("media_attachments", "description_limit"),
    "picture_bytes": ("media_attachments", "image_size_limit"),
    "picture_pixels": ("media_attachments", "image_matrix_limit"),
    "video_bytes": ("media_attachments", "video_size_limit"),
}
# Pleroma said so before Mastodon said anything.
_OLD_LIMITS = {"characters": "max_toot_chars", "alt": "description_limit"}


@dataclass(frozen=True, slots=True)
class Credentials:
    """Where the account is, as a URL, and the key to it; printing them does not show the key.

    The token is that of a user with the scopes `read` and `write`.
    """

    instance: str
    access_token: str = field(repr=False)


class Mastodon(Network):
    """One account on an instance; it keeps its connections until `close`."""

    def __init__(
        self,
        credentials: Credentials,
        *,
        timeouts: tuple[float, float] = TIMEOUTS_SECONDS,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._line = Line(
            "Mastodon",
            credentials.instance,
            headers={"Authorization": f"Bearer {credentials.access_token}"},
            secrets=[credentials.access_token],
            words=words,
            meaning=_meaning,
            timeouts=timeouts,
            transport=transport,
        )

    def send(self, message: Message, *, now: datetime) -> Receipt:
        """Post `message` once."""
        headers = {"Idempotency-Key": message.key}
        call = Call("POST", "/api/v1/statuses", form=_form(message), headers=headers)
        return self._line.post(call, _receipt, now=now)

    def find(self, message: Message, *, since: datetime) -> Receipt | None:
        """Return the account's post from `since` or later that says this, None if there is none.

        What the account's timeline does not show, because somebody has edited it say, Mastodon
        still knows by its key, for an hour. It is asked by posting nothing under that key: the
        key is looked at first (PostStatusService), and an empty post is refused (422), so this
        posts nothing, ever. The others are not asked: Pleroma keeps the refusal itself under the
        key, and GoToSocial answers without saying which post it was.
        """
        for post in self._posts(since - _CLOCKS_APART):
            if says(post, message):
                return _as_receipt(post)
        return self._by_key(message.key) if self._is_mastodon() else None

    def upload(self, attachment: Attachment, *, now: datetime) -> Upload:
        """Give the instance a picture or a video with its alt text."""
        kind = attachment.media_type
        name = f"media.{kind.partition('/')[2]}"
        call = Call(
            "POST",
            "/api/v2/media",
            form={"description": attachment.alt},
            files={"file": (name, attachment.content, kind)},
        )
        return self._line.ask(call, lambda answer: _upload(answer, now), now=now)

    def uploaded(self, reference: str, *, now: datetime) -> Upload:
        """Return how far an upload is; raises Permanent where the instance cannot use it."""
        call = Call("GET", f"/api/v1/media/{quote(reference, safe='')}")
        return self._line.ask(call, lambda answer: _upload(answer, now, reference), now=now)

    def delete(self, network_id: str, *, now: datetime) -> None:
        """Take a post back; one that is gone already is no error."""
        with suppress(Gone):
            self._line.ask(Call("DELETE", _address(network_id)), lambda _: None, now=now)

    def figures(self, network_ids: Sequence[str], *, now: datetime) -> Mapping[str, Figures]:
        """Return what came of posts, by one call for each: only Mastodon 4.3 takes many."""
        found = {}
        for network_id in network_ids:
            with suppress(Gone):
                call = Call("GET", _address(network_id))
                found[network_id] = self._line.ask(call, _figures, now=now)
        return found

    def profile(self) -> Profile:
        """Return the account's full handle and its instance's limits, which proves the token."""
        username = str(self._me()["username"])
        try:
            instance = self._line.ask(Call("GET", "/api/v2/instance"), _object)
        except Gone:
            # Before Mastodon 4.0, and Pixelfed.
            instance = self._line.ask(Call("GET", "/api/v1/instance"), _object)
        return Profile(f"{username}@{_domain(instance)}", _limits(instance))

    def close(self) -> None:
        """Give the connections back."""
        self._line.close()

    def _me(self) -> Mapping[str, Any]:
        call = Call("GET", "/api/v1/accounts/verify_credentials")
        return self._line.ask(call, lambda answer: _with(_object(answer), "id", "username"))

    def _posts(self, since: datetime) -> Iterator[Mapping[str, Any]]:
        """Yield the account's own posts from `since` on, the newest first."""
        path = f"/api/v1/accounts/{quote(str(self._me()['id']), safe='')}/statuses"
        query: dict[str, str] = {"limit": str(_PAGE), "exclude_reblogs": "true"}
        for _ in range(_MOST_PAGES):
            posts = self._line.ask(Call("GET", path, query), _page)
            yield from (post for post in posts if _created_at(post) >= since)
            if not posts or _created_at(posts[-1]) < since:
                return
            query["max_id"] = str(posts[-1]["id"])

    def _by_key(self, key: str) -> Receipt | None:
        empty = Call(
            "POST", "/api/v1/statuses", form={"status": ""}, headers={"Idempotency-Key": key}
        )
        try:
            return self._line.ask(empty, _receipt)
        except Permanent as error:
            if error.stops_account:
                raise
            return None

    def _is_mastodon(self) -> bool:
        # By its own name: versions of the others begin like Mastodon's, too.
        try:
            return self._line.ask(Call("GET", "/nodeinfo/2.0"), _software) == "mastodon"
        except ChannelError:
            return False


def _form(message: Message) -> dict[str, str | list[str]]:
    """Return the fields of a post, as methods/statuses calls them, without those that are empty."""
    fields: dict[str, str | list[str]] = {
        "status": message.text,
        # ISO 639-1, which has no regions.
        "language": message.language.partition("-")[0].lower(),
        "visibility": message.visibility,
        "spoiler_text": message.warning,
        "in_reply_to_id": message.reply_to,
        "media_ids[]": [each.reference for each in message.attachments],
    }
    return {name: value for name, value in fields.items() if value}


def _receipt(answer: Answer) -> Receipt:
    return _as_receipt(_with(_object(answer), "id"))


def _as_receipt(post: Mapping[str, Any]) -> Receipt:
    return Receipt(str(post["id"]), str(post.get("url") or post.get("uri") or ""))


def _with(body: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """Return an answer that has all of these; Mastodon gives a post that it drops the id ""."""
    if missing := [name for name in names if not body.get(name)]:
        raise ValueError(missing[0])
    return body


def _object(answer: Answer) -> Mapping[str, Any]:
    body = answer.json()
    if not isinstance(body, dict):
        raise TypeError(body)
    return body


def _page(answer: Answer) -> list[Mapping[str, Any]]:
    posts = answer.json()
    for post in posts:
        _created_at(_with(post, "id"))
    return list(posts)


def _created_at(post: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(post["created_at"])


def _upload(answer: Answer, now: datetime, reference: str = "") -> Upload:
    """Return how far an upload is; 206 may come without a body."""
    reference = reference or str(_with(_object(answer), "id")["id"])
    return Upload(reference, now + _CHECK_AFTER if answer.status in _PROCESSING else None)


def _figures(answer: Answer) -> Figures:
    post = _object(answer)
    return Figures(
        likes=int(post["favourites_count"]),
        reposts=int(post["reblogs_count"]),
        replies=int(post["replies_count"]),
    )


def _software(answer: Answer) -> str:
    return str(_object(answer)["software"]["name"]).lower()


def words(answer: Answer) -> str:
    """Return what is wrong; `error_description` comes with OAuth's errors only."""
    body = _object(answer)
    return str(body.get("error_description") or body.get("error") or "")


def _meaning(answer: Answer, said: str, _: datetime | None) -> ChannelError | None:
    # Of GoToSocial and Pleroma: a call with the same key is still under way.
    if answer.status == 409:
        return Unknown(f"The instance has this post in hand already{said}.")
    return None


def _address(network_id: str) -> str:
    return f"/api/v1/statuses/{quote(network_id, safe='')}"


def _domain(instance: Mapping[str, Any]) -> str:
    """Return the domain of an instance's handles; Pleroma's `uri` is a URL."""
    uri = str(instance.get("domain") or instance.get("uri") or "")
    return uri.rpartition("//")[2].strip("/")


def _limits(instance: Mapping[str, Any]) -> dict[str, int]:
    configuration = instance.get("configuration") or {}
    said = {name: instance.get(old) for name, old in _OLD_LIMITS.items()}
    said |= {
        name: configuration[part][limit]
        for name, (part, limit) in _LIMITS.items()
        if limit in (configuration.get(part) or {})
    }
    return {name: limit for name, limit in said.items() if isinstance(limit, int) and limit > 0}
