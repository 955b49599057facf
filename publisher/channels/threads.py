"""Threads, Meta's network: a post is put into a container first, and then published by one call.

https://developers.facebook.com/documentation/threads/posts
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote

from publisher.channels import ChannelError, Permanent, Receipt, Temporary
from publisher.channels.graph import identity, insights, meaning, object_of, rows, says, words
from publisher.channels.http import TIMEOUTS_SECONDS, Answer, Call, Gone, Line, Value
from publisher.channels.posts import (
    Attachment,
    Figures,
    Message,
    Network,
    Profile,
    Renewed,
    Upload,
)

ROOT_URL = "https://graph.threads.net"
VERSION = "v1.0"

# The documentation asks for a minute between two looks at a container, five times at most.
_CHECK_AFTER = timedelta(minutes=1)
# Nobody posts more in the hours that a post is in doubt.
_PAGE = 100
# Threads' clock may be a little behind ours.
_CLOCKS_APART = timedelta(minutes=1)
# "Media not found" is said of a container that is not ready: nothing was published.
_NOT_READY = (24, 4279009)
# A container that was not published is forgotten after a day; so many wait at a time at most.
_MOST_CONTAINERS = 100
_METRICS = ("views", "likes", "replies", "reposts", "quotes")


@dataclass(frozen=True, slots=True)
class Credentials:
    """The account's number and its long-lived token; printing them does not show the token.

    The token has the permissions `threads_basic`, `threads_content_publish`, `threads_delete`,
    `threads_manage_insights`, `threads_manage_replies` and `threads_read_replies`.
    """

    user_id: str
    access_token: str = field(repr=False)


class Threads(Network):
    """One account; it keeps its connections until `close`, and which containers are on their way.

    Threads takes no more than 250 posts of an account in 24 hours, and says so itself.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        root_url: str = ROOT_URL,
        timeouts: tuple[float, float] = TIMEOUTS_SECONDS,
    ) -> None:
        self._token = credentials.access_token
        self._user = f"/{VERSION}/{quote(credentials.user_id, safe='')}"
        self._containers: dict[str, str] = {}
        self._line = Line(
            "Threads",
            root_url,
            headers={"Authorization": f"Bearer {credentials.access_token}"},
            secrets=[credentials.access_token],
            words=words,
            meaning=_meaning,
            timeouts=timeouts,
        )

    def send(self, message: Message, *, now: datetime) -> Receipt:
        """Post `message` once, by publishing its container; Temporary while that is not ready."""
        container = self._container(message, now)
        call = Call("POST", f"{self._user}/threads_publish", form={"creation_id": container})
        try:
            network_id = self._line.post(call, identity, now=now)
        except Temporary:
            # Nothing was published: another container would have no better chance than this one.
            self._keep(message, container)
            raise
        return Receipt(network_id, self._permalink(network_id, now))

    def find(self, message: Message, *, since: datetime) -> Receipt | None:
        """Return the account's post from `since` or later that says this, None if there is none.

        Replies are listed apart.
        """
        query: dict[str, Value] = {
            "fields": "id,text,permalink",
            "since": int((since - _CLOCKS_APART).timestamp()),
            "limit": _PAGE,
        }
        edge = "replies" if message.reply_to else "threads"
        for post in self._line.ask(Call("GET", f"{self._user}/{edge}", query=query), rows):
            if says(post.get("text", ""), message):
                return Receipt(post["id"], post.get("permalink", ""))
        return None

    def upload(self, attachment: Attachment, *, now: datetime) -> Upload:
        """Have Threads fetch a picture or video, as an item of a carousel.

        For the only one of a post this proves that Threads can fetch it: its words are not known
        yet, so it is put into a container with them when it is posted.
        """
        form = _medium(attachment) | {"is_carousel_item": "true"}
        reference = self._line.ask(self._making(form), identity, now=now)
        return self.uploaded(reference, now=now)

    def uploaded(self, reference: str, *, now: datetime) -> Upload:
        """Return how far Threads is with a container; raises Permanent where it came to nothing."""
        query = {"fields": "status,error_message"}
        call = Call("GET", f"/{VERSION}/{quote(reference, safe='')}", query=query)
        match self._line.ask(call, _status, now=now):
            case "IN_PROGRESS", _:
                return Upload(reference, now + _CHECK_AFTER)
            case (("ERROR" | "EXPIRED"), why):
                raise Permanent(f"Threads cannot use what it was given ({why}); change it.")
        return Upload(reference)

    def delete(self, network_id: str, *, now: datetime) -> None:
        """Take a post back; one that is gone already is no error."""
        call = Call("DELETE", f"/{VERSION}/{quote(network_id, safe='')}")
        with suppress(Gone):
            self._line.ask(call, object_of, now=now)

    def figures(self, network_ids: Sequence[str], *, now: datetime) -> Mapping[str, Figures]:
        """Return what came of posts, by one call for each, which is all that Threads has."""
        found = {}
        for network_id in network_ids:
            path = f"/{VERSION}/{quote(network_id, safe='')}/insights"
            call = Call("GET", path, query={"metric": ",".join(_METRICS)})
            with suppress(Gone):
                found[network_id] = self._line.ask(call, _figures, now=now)
        return found

    def renewed(self, *, now: datetime) -> Renewed:
        """Return a token for another 60 days; the old one has to be a day old, and to hold."""
        # The one call for which the documentation has the token in the query: no log has those.
        query = {"grant_type": "th_refresh_token", "access_token": self._token}
        call = Call("GET", "/refresh_access_token", query=query)
        return self._line.ask(call, lambda answer: _renewed(answer, now), now=now)

    def profile(self) -> Profile:
        """Return the account's name, which proves its token."""
        call = Call("GET", self._user, query={"fields": "id,username"})
        return self._line.ask(call, lambda answer: Profile(str(object_of(answer)["username"])))

    def close(self) -> None:
        """Give the connections back."""
        self._line.close()

    def _container(self, message: Message, now: datetime) -> str:
        """Return the container of a message, ready to be published; making it publishes nothing.

        One that is not ready is known by this object alone: another worker makes another one, which
        does no harm.
        """
        container = self._containers.pop(message.key, "")
        if not container:
            container = self._line.ask(self._making(_form(message)), identity, now=now)
        if self.uploaded(container, now=now).check_at:
            self._keep(message, container)
            raise Temporary("Threads is still working on the post.")
        return container

    def _keep(self, message: Message, container: str) -> None:
        self._containers[message.key] = container
        if len(self._containers) > _MOST_CONTAINERS:
            del self._containers[next(iter(self._containers))]

    def _making(self, form: Mapping[str, Value]) -> Call:
        return Call("POST", f"{self._user}/threads", form=form)

    def _permalink(self, network_id: str, now: datetime) -> str:
        """Return a post's address; "" where it is not told: it is posted all the same."""
        call = Call("GET", f"/{VERSION}/{network_id}", query={"fields": "permalink"})
        try:
            return self._line.ask(call, lambda answer: str(object_of(answer)["permalink"]), now=now)
        except ChannelError:
            return ""


def _form(message: Message) -> dict[str, Value]:
    """Return the fields of a container for a whole post.

    A card is only for posts without pictures; without `link_attachment` it would be of the first
    link in the words, whichever that is.
    """
    fields: dict[str, Value] = {"text": message.text, "reply_to_id": message.reply_to}
    match message.attachments:
        case ():
            fields |= {"media_type": "TEXT", "link_attachment": message.link}
        case (one,):
            fields |= _medium(one)
        case several:
            children = ",".join(each.reference for each in several)
            fields |= {"media_type": "CAROUSEL", "children": children}
    return {name: value for name, value in fields.items() if value}


def _medium(attachment: Attachment) -> dict[str, Value]:
    kind = "image" if attachment.media_type.startswith("image/") else "video"
    return {
        "media_type": kind.upper(),
        f"{kind}_url": attachment.url,
        "alt_text": attachment.alt,
    }


def _meaning(answer: Answer, said: str, now: datetime | None) -> ChannelError | None:
    error = object_of(answer)["error"]
    if (error["code"], error.get("error_subcode")) == _NOT_READY:
        return Temporary(f"Threads is still working on the post{said}.")
    return meaning("Threads")(answer, said, now)


def _status(answer: Answer) -> tuple[str, str]:
    container = object_of(answer)
    status = str(container["status"])
    return status, str(container.get("error_message") or status)


def _figures(answer: Answer) -> Figures:
    metrics = insights(object_of(answer)["data"])
    return Figures(
        impressions=metrics.get("views"),
        likes=metrics.get("likes"),
        reposts=metrics.get("reposts", 0) + metrics.get("quotes", 0),
        replies=metrics.get("replies"),
    )


def _renewed(answer: Answer, now: datetime) -> Renewed:
    body = object_of(answer)
    ends_at = now + timedelta(seconds=int(body["expires_in"]))
    return Renewed({"access_token": str(body["access_token"])}, ends_at)
