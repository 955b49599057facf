"""A page on LinkedIn, by the versioned Posts API: words, an article's card, or pictures.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx

from publisher.channels import ChannelError, Duplicate, Permanent, Receipt
from publisher.channels.http import TIMEOUTS_SECONDS, Answer, Call, Gone, Line, Value
from publisher.channels.little import little, plain
from publisher.channels.posts import (
    Attachment,
    Card,
    Figures,
    Message,
    Network,
    Profile,
    Renewed,
    Upload,
)

API_URL = "https://api.linkedin.com"
TOKEN_URL = "https://www.linkedin.com/oauth/v2/accessToken"  # noqa: S105 - where tokens are had
# Supported for at least a year; https://learn.microsoft.com/en-us/linkedin/marketing/versioning
VERSION = "202608"

# The most that the finder gives; nobody posts more in the hours that a post is in doubt.
_PAGE = 100
_CHECK_AFTER = timedelta(seconds=5)
# LinkedIn's clock may be a little behind ours.
_CLOCKS_APART = timedelta(minutes=1)
_UPGRADE_REQUIRED = 426


@dataclass(frozen=True, slots=True)
class Credentials:
    """The page's number and a token of one of its administrators; printing shows no secret.

    The token has `w_organization_social`, `r_organization_social` and `rw_organization_admin`. It
    is renewed where LinkedIn has given the app a refresh token, which it gives to some.
    """

    organization: str
    access_token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    client_id: str = field(default="", repr=False)
    client_secret: str = field(default="", repr=False)

    @property
    def urn(self) -> str:
        """Return what LinkedIn calls the page, whether its number was given or that."""
        return f"urn:li:organization:{self.organization.rpartition(':')[2]}"


class LinkedIn(Network):
    """One page; it keeps its connections until `close`."""

    def __init__(
        self,
        credentials: Credentials,
        *,
        api_url: str = API_URL,
        token_url: str = TOKEN_URL,
        timeouts: tuple[float, float] = TIMEOUTS_SECONDS,
    ) -> None:
        self._credentials, self._author = credentials, credentials.urn
        self._host, self._token_url, self._timeouts = httpx.URL(api_url).host, token_url, timeouts
        self._line = Line(
            "LinkedIn",
            api_url,
            headers={
                "Authorization": f"Bearer {credentials.access_token}",
                "LinkedIn-Version": VERSION,
                "X-Restli-Protocol-Version": "2.0.0",
            },
            secrets=_secrets(credentials),
            words=_words,
            meaning=_meaning,
            timeouts=timeouts,
        )

    def send(self, message: Message, *, now: datetime) -> Receipt:
        """Post `message` once; raises Duplicate where LinkedIn refuses it as said already."""
        post = {
            "author": self._author,
            "commentary": little(message.text),
            "visibility": "PUBLIC",
            "distribution": {
                "feedDistribution": "MAIN_FEED",
                "targetEntities": [],
                "thirdPartyDistributionChannels": [],
            },
            "lifecycleState": "PUBLISHED",
            "isReshareDisabledByAuthor": False,
        } | _content(message)
        call = Call("POST", "/rest/posts", json=post)
        return self._line.post(call, _made, now=now)

    def find(self, message: Message, *, since: datetime) -> Receipt | None:
        """Return the page's post from `since` or later that says this, None if there is none."""
        query: dict[str, Value] = {
            "author": self._author,
            "q": "author",
            "count": _PAGE,
            "sortBy": "CREATED",
        }
        call = Call("GET", "/rest/posts", query=query, headers={"X-RestLi-Method": "FINDER"})
        for post in self._line.ask(call, _posts):
            if _created_at(post) >= since - _CLOCKS_APART and _says(post, message):
                return _receipt(post["id"])
        return None

    def upload(self, attachment: Attachment, *, now: datetime) -> Upload:
        """Ask LinkedIn where a picture goes, and bring it there."""
        if not attachment.media_type.startswith("image/"):
            raise Permanent("Videos are not posted on LinkedIn from here; take a picture instead.")
        begin = Call(
            "POST",
            "/rest/images",
            query={"action": "initializeUpload"},
            json={"initializeUploadRequest": {"owner": self._author}},
        )
        address, urn = self._line.ask(begin, _place, now=now)
        self._check(address)
        headers = {"Content-Type": attachment.media_type}
        put = Call("PUT", address, content=attachment.content, headers=headers)
        self._line.ask(put, lambda _: None, now=now)
        return self.uploaded(urn, now=now)

    def uploaded(self, reference: str, *, now: datetime) -> Upload:
        """Return how far LinkedIn is with a picture; raises Permanent where it cannot use it."""
        call = Call("GET", f"/rest/images/{quote(reference, safe='')}")
        status = self._line.ask(call, lambda answer: str(_object(answer)["status"]), now=now)
        if status == "PROCESSING_FAILED":
            raise Permanent("LinkedIn cannot use the picture; change it.")
        return Upload(reference, None if status == "AVAILABLE" else now + _CHECK_AFTER)

    def delete(self, network_id: str, *, now: datetime) -> None:
        """Take a post back; LinkedIn says 204 to one that is gone already, too."""
        headers = {"X-RestLi-Method": "DELETE"}
        call = Call("DELETE", f"/rest/posts/{quote(network_id, safe='')}", headers=headers)
        with suppress(Gone):
            self._line.ask(call, lambda _: None, now=now)

    def figures(self, network_ids: Sequence[str], *, now: datetime) -> Mapping[str, Figures]:
        """Return what came of posts of the last twelve months, all by one call."""
        # Rest.li wants its lists as they are, and only their items escaped.
        lists = [
            f"&{parameter}=List({','.join(quote(urn, safe='') for urn in urns)})"
            for parameter, kind in (("shares", "share"), ("ugcPosts", "ugcPost"))
            if (urns := [urn for urn in network_ids if urn.startswith(f"urn:li:{kind}:")])
        ]
        page = quote(self._author, safe="")
        path = "/rest/organizationalEntityShareStatistics?q=organizationalEntity"
        call = Call("GET", f"{path}&organizationalEntity={page}{''.join(lists)}")
        return self._line.ask(call, _figures, now=now) if lists else {}

    def renewed(self, *, now: datetime) -> Renewed:
        """Return another access token; its refresh token ends a year after it was given.

        https://learn.microsoft.com/en-us/linkedin/shared/authentication/programmatic-refresh-tokens
        """
        ours = self._credentials
        if not (ours.refresh_token and ours.client_id and ours.client_secret):
            raise Permanent("LinkedIn has given no refresh token; connect the account again.")
        form = {
            "grant_type": "refresh_token",
            "refresh_token": ours.refresh_token,
            "client_id": ours.client_id,
            "client_secret": ours.client_secret,
        }
        # A line of its own, for the old access token is no business of who gives new ones.
        line = Line("LinkedIn", "", secrets=_secrets(ours), words=_words, timeouts=self._timeouts)
        try:
            call = Call("POST", self._token_url, form=form)
            return line.ask(call, lambda answer: _renewed(answer, now), now=now)
        finally:
            line.close()

    def profile(self) -> Profile:
        """Return the page's name, which proves the token."""
        call = Call("GET", f"/rest/organizations/{self._author.rpartition(':')[2]}")
        return self._line.ask(call, lambda answer: Profile(str(_object(answer)["vanityName"])))

    def close(self) -> None:
        """Give the connections back."""
        self._line.close()

    def _check(self, address: str) -> None:
        """Refuse an address for a picture at which the token would be in the wrong hands."""
        host = httpx.URL(address).host
        if host != self._host and not host.endswith(".linkedin.com"):
            raise Permanent(f"LinkedIn wants the picture at {host}, which is not its own.")


def _content(message: Message) -> dict[str, Any]:
    match message.attachments:
        case () if message.card:
            return {"content": {"article": _article(message.card)}}
        case ():
            return {}
        case (one,):
            return {"content": {"media": _picture(one)}}
        case several:
            return {"content": {"multiImage": {"images": [_picture(each) for each in several]}}}


def _picture(attachment: Attachment) -> dict[str, str]:
    return {"id": attachment.reference, "altText": attachment.alt}


def _article(card: Card) -> dict[str, str]:
    """Return the card of a link: LinkedIn does not look at the page itself."""
    fields = {
        "source": card.url,
        "title": card.title,
        "description": card.description,
        "thumbnail": card.picture.reference if card.picture else "",
    }
    return {name: value for name, value in fields.items() if value}


def _made(answer: Answer) -> Receipt:
    """Return what was made, which a header tells, and nothing else: the body is empty."""
    if not (urn := answer.headers["x-restli-id"]):
        raise ValueError(urn)
    return _receipt(urn)


def _receipt(urn: str) -> Receipt:
    return Receipt(urn, f"https://www.linkedin.com/feed/update/{urn}/")


def _object(answer: Answer) -> Mapping[str, Any]:
    body = answer.json()
    if not isinstance(body, dict):
        raise TypeError(body)
    return body


def _posts(answer: Answer) -> Sequence[Mapping[str, Any]]:
    posts = list(_object(answer)["elements"])
    for post in posts:
        _created_at(post)
        post["id"]
    return posts


def _created_at(post: Mapping[str, Any]) -> datetime:
    return datetime.fromtimestamp(post["createdAt"] / 1000, UTC)


def _says(post: Mapping[str, Any], message: Message) -> bool:
    """Return whether a post is this message: by its link, which no other has, or by its words."""
    words = plain(post.get("commentary", "")).split()
    if message.link and message.link in words:
        return True
    return bool(words) and words == message.text.split()


def _place(answer: Answer) -> tuple[str, str]:
    value = _object(answer)["value"]
    return str(value["uploadUrl"]), str(value["image"])


def _figures(answer: Answer) -> dict[str, Figures]:
    found = {}
    for each in _object(answer)["elements"]:
        total = each["totalShareStatistics"]
        found[str(each.get("share") or each["ugcPost"])] = Figures(
            impressions=int(total["impressionCount"]),
            likes=int(total["likeCount"]),
            reposts=int(total["shareCount"]),
            replies=int(total["commentCount"]),
            clicks=int(total["clickCount"]),
        )
    return found


def _renewed(answer: Answer, now: datetime) -> Renewed:
    body = _object(answer)
    secrets = {"access_token": str(body["access_token"])}
    secrets["refresh_token"] = str(body.get("refresh_token") or "")
    return Renewed(secrets, now + timedelta(seconds=int(body["expires_in"])))


def _secrets(credentials: Credentials) -> list[str]:
    return [credentials.access_token, credentials.refresh_token, credentials.client_secret]


def _words(answer: Answer) -> str:
    """Return what is wrong; `error_description` comes with OAuth's errors only."""
    body = _object(answer)
    return str(body.get("message") or body.get("error_description") or "")


def _meaning(answer: Answer, said: str, _: datetime | None) -> ChannelError | None:
    if answer.status == _UPGRADE_REQUIRED:
        reason = f"LinkedIn has ended version {VERSION} of its API{said}; update Publisher."
        return Permanent(reason, stops_account=True)
    errors = _object(answer)["errorDetails"]["inputErrors"]
    if any(error.get("code") == "DUPLICATE_POST" for error in errors):
        return Duplicate(f"LinkedIn has these words from this page already{said}; change them.")
    return None
