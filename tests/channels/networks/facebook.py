"""Facebook, by https://developers.facebook.com/documentation/pages-api/posts."""

import hashlib
import hmac
import json
import re
from datetime import UTC, datetime
from itertools import count

from publisher.channels.facebook import Credentials, Facebook
from publisher.channels.posts import Figures, Network
from tests.channels.networks import meta
from tests.channels.networks.fakes import TIMEOUTS, Answer, Case, Fake, Request, Taken, in_json

PAGE, TOKEN, APP_SECRET = "10158", "EAAGpage-token", "a1b2c3-app"
PROOF = hmac.new(APP_SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()
_FIELDS = re.compile(r"message|link|published|appsecret_proof|attached_media\[\d\]")
_POST = re.compile(r"(GET|DELETE) /(10158_\d+)")


class Page(Fake):
    """One page with the number PAGE; `links` are those of its cards, by post."""

    posting = re.compile(rf"POST /{PAGE}/feed")
    showing = re.compile(rf"GET /{PAGE}/posts")
    uploading = re.compile(rf"POST /{PAGE}/photos")
    figures = Figures(impressions=900, likes=5, reposts=0, replies=2, clicks=30)

    def __init__(self) -> None:
        super().__init__()
        self.photos: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.token_of = PAGE
        self._ids = count(1)

    def answer(self, request: Request) -> Answer:
        """Answer as the Graph API does."""
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return meta.error(190, "Invalid OAuth access token.", status=401)
        if self._proof(request) != PROOF:
            return meta.error(100, "Invalid appsecret_proof provided in the API argument")
        if request.route == "GET /me":
            return in_json(200, {"id": self.token_of, "name": "The Courier"})
        if self.posting.fullmatch(request.route):
            return self._post(request)
        if self.showing.fullmatch(request.route):
            return self._timeline(request)
        if self.uploading.fullmatch(request.route):
            return self._upload(request)
        if found := _POST.fullmatch(request.route):
            return self._one(*found.groups())
        return meta.error(100, "Unsupported request.", subcode=33)

    refusal = staticmethod(meta.refusal)

    def busy(self) -> Answer:
        """Refuse by rate, as for a page's token."""
        return meta.busy(80001)

    def _proof(self, request: Request) -> str:
        if self.uploading.fullmatch(request.route):
            return request.parts["appsecret_proof"].decode()
        fields = request.form if request.method == "POST" else request.query
        return fields["appsecret_proof"][0]

    def _post(self, request: Request) -> Answer:
        form = {name: values[0] for name, values in request.form.items()}
        assert all(map(_FIELDS.fullmatch, form)), form
        assert form["published"] == "true"
        media = [json.loads(form[name]) for name in form if name.startswith("attached")]
        if self.posts and self.posts[-1].text == form["message"]:
            return meta.error(506, "Duplicate status message")
        post = Taken(f"{PAGE}_{next(self._ids)}", "", form["message"], at=self.now)
        post.url = f"https://www.facebook.com/{post.id}"
        post.alts = tuple(self.photos[each["media_fbid"]] for each in media)
        self.links[post.id] = form.get("link", "")
        self.posts.append(post)
        return in_json(200, {"id": post.id})

    def _timeline(self, request: Request) -> Answer:
        since = datetime.fromtimestamp(int(request.query["since"][0]), UTC)
        assert int(request.query["limit"][0]) <= 100
        posts = [post for post in reversed(self.posts) if post.at >= since]
        return in_json(200, {"data": [{"id": post.id, "message": post.text} for post in posts]})

    def _upload(self, request: Request) -> Answer:
        parts = request.parts
        assert parts["published"] == b"false"
        assert parts["source"]
        photo = str(next(self._ids))
        self.photos[photo] = parts["alt_text_custom"].decode()
        return in_json(200, {"id": photo})

    def _one(self, method: str, post_id: str) -> Answer:
        found = [post for post in self.posts if post.id == post_id]
        if not found:
            return meta.error(100, "Object does not exist", subcode=33)
        if method == "DELETE":
            self.posts.remove(found[0])
            return in_json(200, {"success": True})
        shown = {
            "id": post_id,
            "reactions": {"data": [], "summary": {"total_count": 5}},
            "comments": {"data": [], "summary": {"total_count": 2}},
            "insights": meta.metrics(post_media_view=900, post_clicks=30),
        }
        return in_json(200, shown)


def make(credentials: dict[str, str], url: str) -> Network:
    """Connect to a fake."""
    return Facebook(Credentials(**credentials), api_url=url, timeouts=TIMEOUTS)


CASE = Case(
    name="facebook",
    fake=Page,
    make=make,
    credentials={"page_id": PAGE, "access_token": TOKEN, "app_secret": APP_SECRET},
    secrets=("access_token", "app_secret"),
    handle="The Courier",
)
