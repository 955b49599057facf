"""Threads, by https://developers.facebook.com/documentation/threads."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

from publisher.channels.posts import Figures, Network
from publisher.channels.threads import Credentials, Threads
from tests.channels.networks import meta
from tests.channels.networks.fakes import TIMEOUTS, Answer, Case, Fake, Request, Taken, in_json

USER, TOKEN = "17841", "THQWlong-lived"
MOST_CHARACTERS = 500
# What a container takes by its kind, besides its kind.
_FIELDS = {
    "TEXT": {"text", "reply_to_id", "link_attachment"},
    "IMAGE": {"text", "reply_to_id", "image_url", "alt_text", "is_carousel_item"},
    "VIDEO": {"text", "reply_to_id", "video_url", "alt_text", "is_carousel_item"},
    "CAROUSEL": {"text", "reply_to_id", "children"},
}
_OBJECT = re.compile(r"(GET|DELETE) /v1.0/(\d+)(/insights)?")


@dataclass(slots=True)
class Container:
    """What is to be published: `status` is what the documentation calls it."""

    form: dict[str, str]
    status: str = "FINISHED"


class Timeline(Fake):
    """One account with the number USER."""

    posting = re.compile(rf"POST /v1.0/{USER}/threads_publish")
    showing = re.compile(rf"GET /v1.0/{USER}/threads")
    uploading = re.compile(rf"POST /v1.0/{USER}/threads")
    figures = Figures(impressions=700, likes=6, reposts=5, replies=1)

    def __init__(self) -> None:
        super().__init__()
        self.containers: dict[str, Container] = {}
        self._ids = count(1)

    def answer(self, request: Request) -> Answer:
        """Answer as the Threads API does."""
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return meta.error(190, "Invalid OAuth access token.", status=401)
        if request.route == f"GET /v1.0/{USER}":
            return in_json(200, {"id": USER, "username": "courier"})
        if request.route == "GET /refresh_access_token":
            return self._renew(request)
        if self.uploading.fullmatch(request.route):
            return self._contain({name: values[0] for name, values in request.form.items()})
        if self.posting.fullmatch(request.route):
            return self._publish(request.form["creation_id"][0])
        if request.path in (f"/v1.0/{USER}/threads", f"/v1.0/{USER}/replies"):
            return self._shown(request, are_replies=request.path.endswith("replies"))
        if found := _OBJECT.fullmatch(request.route):
            return self._one(*found.groups(default=""))
        return meta.error(100, "Unsupported request.", subcode=33)

    refusal = staticmethod(meta.refusal)

    def busy(self) -> Answer:
        """Refuse by rate."""
        return meta.busy(4)

    def _renew(self, request: Request) -> Answer:
        assert request.query["grant_type"] == ["th_refresh_token"]
        assert request.query["access_token"] == [TOKEN]
        found = {"access_token": "THQWnewer", "token_type": "bearer", "expires_in": 5183944}
        return in_json(200, found)

    def _contain(self, form: dict[str, str]) -> Answer:
        kind = form["media_type"]
        assert form.keys() - {"media_type"} <= _FIELDS[kind], form
        assert kind not in ("IMAGE", "VIDEO") or form[f"{kind.lower()}_url"], form
        if len(form.get("text", "")) > MOST_CHARACTERS:
            return meta.error(100, "Param text must be at most 500 characters long.")
        children = form.get("children", "").split(",") if "children" in form else []
        assert all(self.containers[each].form["is_carousel_item"] == "true" for each in children)
        assert len(children) != 1
        container = str(next(self._ids))
        self.containers[container] = Container(form)
        return in_json(200, {"id": container})

    def _publish(self, container_id: str) -> Answer:
        container = self.containers[container_id]
        if container.status != "FINISHED":
            return meta.error(24, "Media not found", subcode=4279009)
        form, container.status = container.form, "PUBLISHED"
        post = Taken(str(next(self._ids)), "", form["text"], at=self.now)
        post.url = f"https://www.threads.com/@courier/post/{post.id}"
        post.reply_to = form.get("reply_to_id", "")
        parts = [self.containers[each].form for each in form.get("children", "").split(",") if each]
        post.alts = tuple(each["alt_text"] for each in parts or [form] if "alt_text" in each)
        self.posts.append(post)
        return in_json(200, {"id": post.id})

    def _shown(self, request: Request, *, are_replies: bool) -> Answer:
        since = datetime.fromtimestamp(int(request.query["since"][0]), UTC)
        posts = [
            {"id": post.id, "text": post.text, "permalink": post.url}
            for post in reversed(self.posts)
            if post.at >= since and bool(post.reply_to) == are_replies
        ]
        return in_json(200, {"data": posts, "paging": {}})

    def _one(self, method: str, thing: str, insights: str) -> Answer:
        if container := self.containers.get(thing):
            return in_json(200, {"id": thing, "status": self._status(container)})
        found = [post for post in self.posts if post.id == thing]
        if not found:
            return meta.error(100, "Object does not exist", subcode=33)
        if method == "DELETE":
            self.posts.remove(found[0])
            return in_json(200, {"success": True, "deleted_id": thing})
        if insights:
            found_metrics = meta.metrics(views=700, likes=6, replies=1, reposts=3, quotes=2)
            return in_json(200, found_metrics)
        return in_json(200, {"id": thing, "permalink": found[0].url})

    def _status(self, container: Container) -> str:
        if container.status == "FINISHED" and self.slow_uploads > 0:
            self.slow_uploads -= 1
            return "IN_PROGRESS"
        return container.status


def make(credentials: dict[str, str], url: str) -> Network:
    """Connect to a fake."""
    return Threads(Credentials(**credentials), root_url=url, timeouts=TIMEOUTS)


CASE = Case(
    name="threads",
    fake=Timeline,
    make=make,
    credentials={"user_id": USER, "access_token": TOKEN},
    secrets=("access_token",),
    handle="courier",
    has_slow_uploads=True,
)
