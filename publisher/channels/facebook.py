"""A page on Facebook, by the Graph API: posts, with links or pictures, as the page itself.

https://developers.facebook.com/documentation/pages-api/posts
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote

from publisher.channels import Permanent, Receipt
from publisher.channels.graph import identity, insights, meaning, object_of, rows, says, words
from publisher.channels.http import TIMEOUTS_SECONDS, Answer, Call, Gone, Line, Value
from publisher.channels.posts import Attachment, Figures, Message, Network, Profile, Upload

# A version works for two years; https://developers.facebook.com/docs/graph-api/changelog/versions
VERSION = "v25.0"
API_URL = f"https://graph.facebook.com/{VERSION}"

# The most that a page of posts has; nobody posts more in the hours that a post is in doubt.
_PAGE = 100
# Facebook's clock may be a little behind ours.
_CLOCKS_APART = timedelta(minutes=1)
# Views have taken the place of impressions since November 2025;
# https://developers.facebook.com/documentation/pages-api/platforminsights/page/deprecated-metrics
_VIEWS, _CLICKS = "post_media_view", "post_clicks"
_FIGURES = (
    "reactions.limit(0).summary(total_count),comments.limit(0).summary(total_count),shares,"
    f"insights.metric({_VIEWS},{_CLICKS})"
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """The page's number and the page's own token; printing them shows no secret.

    The token has the permissions `pages_manage_posts`, `pages_read_engagement` and
    `read_insights`. With the app's secret every call proves that it comes from the app.
    """

    page_id: str
    access_token: str = field(repr=False)
    app_secret: str = field(default="", repr=False)


class Facebook(Network):
    """One page; it keeps its connections until `close`."""

    def __init__(
        self,
        credentials: Credentials,
        *,
        api_url: str = API_URL,
        timeouts: tuple[float, float] = TIMEOUTS_SECONDS,
    ) -> None:
        self._page = quote(credentials.page_id, safe="")
        self._proof = _proof(credentials)
        self._line = Line(
            "Facebook",
            api_url,
            headers={"Authorization": f"Bearer {credentials.access_token}"},
            secrets=[credentials.access_token, credentials.app_secret],
            words=words,
            meaning=meaning("Facebook"),
            timeouts=timeouts,
        )

    def send(self, message: Message, *, now: datetime) -> Receipt:
        """Post `message` once; raises Duplicate where Facebook refuses it as said already."""
        call = Call("POST", f"/{self._page}/feed", form=_form(message) | self._proof)
        return self._line.post(call, lambda answer: _receipt(identity(answer)), now=now)

    def find(self, message: Message, *, since: datetime) -> Receipt | None:
        """Return the page's post from `since` or later that says this, None if there is none."""
        query: dict[str, Value] = {
            "fields": "id,message",
            "since": int((since - _CLOCKS_APART).timestamp()),
            "limit": _PAGE,
        }
        posts = self._line.ask(Call("GET", f"/{self._page}/posts", query=query | self._proof), rows)
        found = (each["id"] for each in posts if says(each.get("message", ""), message))
        return next(map(_receipt, found), None)

    def upload(self, attachment: Attachment, *, now: datetime) -> Upload:
        """Give Facebook a picture with its alt text, and show it nowhere so far."""
        kind = attachment.media_type
        if not kind.startswith("image/"):
            raise Permanent("Videos are not posted on Facebook from here; take a picture instead.")
        name = f"picture.{kind.partition('/')[2]}"
        call = Call(
            "POST",
            f"/{self._page}/photos",
            form={"published": "false", "alt_text_custom": attachment.alt} | self._proof,
            files={"source": (name, attachment.content, kind)},
        )
        return self._line.ask(call, lambda answer: Upload(identity(answer)), now=now)

    def delete(self, network_id: str, *, now: datetime) -> None:
        """Take a post back; one that is gone already is no error."""
        call = Call("DELETE", f"/{quote(network_id, safe='')}", query=self._proof)
        with suppress(Gone):
            self._line.ask(call, object_of, now=now)

    def figures(self, network_ids: Sequence[str], *, now: datetime) -> Mapping[str, Figures]:
        """Return what came of posts, by one call for each: one that is gone would spoil a batch."""
        found = {}
        for network_id in network_ids:
            query = {"fields": _FIGURES} | self._proof
            call = Call("GET", f"/{quote(network_id, safe='')}", query=query)
            with suppress(Gone):
                found[network_id] = self._line.ask(call, _figures, now=now)
        return found

    def profile(self) -> Profile:
        """Return the page's name, which proves that the token is the page's own."""
        me = self._line.ask(Call("GET", "/me", query={"fields": "id,name"} | self._proof), _me)
        if me["id"] != self._page:
            reason = f"The access token is not that of page {self._page}; copy the page's own."
            raise Permanent(reason, stops_account=True)
        return Profile(me["name"])

    def close(self) -> None:
        """Give the connections back."""
        self._line.close()


def _proof(credentials: Credentials) -> dict[str, Value]:
    """Return what says that who has the token is the app, too; {} without the app's secret.

    It is no secret itself: https://developers.facebook.com/docs/graph-api/guides/secure-requests
    """
    if not credentials.app_secret:
        return {}
    key, token = credentials.app_secret.encode(), credentials.access_token.encode()
    return {"appsecret_proof": hmac.new(key, token, hashlib.sha256).hexdigest()}


def _form(message: Message) -> dict[str, Value]:
    """Return the fields of a post: with pictures or with a card for its link, never with both."""
    form: dict[str, Value] = {"message": message.text, "published": "true"}
    if message.link and not message.attachments:
        form["link"] = message.link
    for place, each in enumerate(message.attachments):
        form[f"attached_media[{place}]"] = f'{{"media_fbid":"{each.reference}"}}'
    return form


def _receipt(network_id: str) -> Receipt:
    return Receipt(network_id, f"https://www.facebook.com/{network_id}")


def _me(answer: Answer) -> Mapping[str, str]:
    me = object_of(answer)
    return {"id": str(me["id"]), "name": str(me["name"])}


def _figures(answer: Answer) -> Figures:
    post = object_of(answer)
    # Only pages with 100 likes have insights.
    metrics = insights(post.get("insights", {}).get("data", ()))
    return Figures(
        impressions=metrics.get(_VIEWS),
        likes=int(post["reactions"]["summary"]["total_count"]),
        # Left out where nobody has shared it.
        reposts=int(post.get("shares", {}).get("count", 0)),
        replies=int(post["comments"]["summary"]["total_count"]),
        clicks=metrics.get(_CLICKS),
    )
