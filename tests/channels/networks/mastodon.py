"""An instance of Mastodon, by https://docs.joinmastodon.org and its source code."""

import html
import re
from itertools import count

from publisher.channels.mastodon import Credentials, Mastodon
from publisher.channels.posts import Figures, Network
from tests.channels.networks.fakes import (
    TIMEOUTS,
    WAIT,
    Answer,
    Case,
    Fake,
    Request,
    Taken,
    in_json,
)

TOKEN = "ZA-Yj3aBD8U8Cm7lKUp"
MOST_CHARACTERS = 500
_FIELDS = {
    "status",
    "language",
    "visibility",
    "spoiler_text",
    "in_reply_to_id",
    "media_ids[]",
}
_POST = re.compile(r"(GET|DELETE) /api/v1/statuses/(\d+)")
_MEDIUM = re.compile(r"GET /api/v1/media/(\d+)")


class Instance(Fake):
    """One instance with one account, @courier@news.example.

    `software` is what it says it is. `old` is what it tells of itself where it knows no other way
    than that of before Mastodon 4.0.
    """

    posting = re.compile(r"POST /api/v1/statuses")
    showing = re.compile(r"GET /api/v1/accounts/7/statuses")
    uploading = re.compile(r"POST /api/v2/media")
    granting = re.compile(r"POST /oauth/token")
    figures = Figures(likes=3, reposts=2, replies=1)
    has_keys = True

    def __init__(self) -> None:
        super().__init__()
        self.software = "mastodon"
        self.old: dict[str, object] = {}
        self.media: dict[str, str] = {}
        self.keys: dict[str, Taken] = {}
        self.redirect_uri = "https://us.example/back"
        self._ids = count(110)

    def answer(self, request: Request) -> Answer:
        """Answer as Mastodon's controllers do."""
        if request.path == "/nodeinfo/2.0":
            return in_json(200, {"version": "2.0", "software": {"name": self.software}})
        if request.path == "/api/v2/instance" and not self.old:
            return in_json(200, _INSTANCE)
        if request.path == "/api/v1/instance":
            return in_json(200, self.old)
        if request.route == "POST /api/v1/apps":
            (self.redirect_uri,) = request.form["redirect_uris"]
            return in_json(200, {"client_id": "client-1", "client_secret": "hush"})
        if self.granting.fullmatch(request.route):
            return self._grant(request)
        return self._allowed(request)

    def _allowed(self, request: Request) -> Answer:
        """Answer what only the account may ask."""
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return self.refusal(401, "The access token is invalid")
        if request.route == "GET /api/v1/accounts/verify_credentials":
            return in_json(200, {"id": "7", "username": "courier", "acct": "courier"})
        if self.showing.fullmatch(request.route):
            return self._timeline(request)
        if self.posting.fullmatch(request.route):
            return self._post(request)
        if self.uploading.fullmatch(request.route):
            return self._upload(request)
        if found := _MEDIUM.fullmatch(request.route):
            return self._medium(found[1])
        if found := _POST.fullmatch(request.route):
            return self._one(*found.groups())
        return self.refusal(404, "Record not found")

    def refusal(self, status: int, words: str) -> Answer:
        """Say no as every controller does."""
        return in_json(status, {"error": words})

    def busy(self) -> Answer:
        """Refuse as Rack::Attack is set up to, with a time in ISO 8601."""
        reset = (self.now + WAIT).isoformat(timespec="microseconds").replace("+00:00", "Z")
        return in_json(429, {"error": "Too many requests"}, X_RateLimit_Reset=reset)

    def _grant(self, request: Request) -> Answer:
        form = {name: values[0] for name, values in request.form.items()}
        if (form["code"], form["client_secret"]) != ("code-1", "hush"):
            words = f"The provided authorization grant is invalid: {form['code']}"
            return in_json(400, {"error": "invalid_grant", "error_description": words})
        assert form["redirect_uri"] == self.redirect_uri
        return in_json(200, {"access_token": TOKEN, "token_type": "Bearer", "created_at": 1})

    def _post(self, request: Request) -> Answer:
        form, key = request.form, request.headers.get("idempotency-key", "")
        if unknown := form.keys() - _FIELDS:
            return self.refusal(422, f"unknown field {unknown.pop()}")
        if key in self.keys:
            return in_json(200, self._shown(self.keys[key]))
        text, parent = form["status"][0], form.get("in_reply_to_id", [""])[0]
        references = tuple(form.get("media_ids[]", []))
        if not text:
            return self.refusal(422, "Validation failed: Text can't be blank")
        if parent and not any(post.id == parent for post in self.posts):
            return self.refusal(
                404, "The post you are trying to reply to does not appear to exist."
            )
        if len(text) > MOST_CHARACTERS:
            return self.refusal(422, "Validation failed: Text character limit of 500 exceeded")
        post = Taken(str(next(self._ids)), "", text, key, parent, references, at=self.now)
        post.url = f"https://news.example/@courier/{post.id}"
        post.alts = tuple(self.media[each] for each in references)
        post.language = form.get("language", [""])[0]
        self.posts.append(post)
        self.keys[key] = post
        return in_json(200, self._shown(post))

    def _timeline(self, request: Request) -> Answer:
        assert request.query["exclude_reblogs"] == ["true"]
        before = int(request.query.get("max_id", ["999999"])[0])
        posts = [post for post in reversed(self.posts) if int(post.id) < before]
        most = min(40, int(request.query["limit"][0]))
        return in_json(200, [self._shown(post) for post in posts[:most]])

    def _one(self, method: str, post_id: str) -> Answer:
        found = [post for post in self.posts if post.id == post_id]
        if not found:
            return self.refusal(404, "Record not found")
        if method == "DELETE":
            self.posts.remove(found[0])
        return in_json(200, self._shown(found[0]))

    def _upload(self, request: Request) -> Answer:
        parts = request.parts
        assert parts.keys() == {"file", "description"}
        reference = str(next(self._ids))
        self.media[reference] = parts["description"].decode()
        return self._state(reference, 202)

    def _medium(self, reference: str) -> Answer:
        if reference not in self.media:
            return self.refusal(404, "Record not found")
        self.slow_uploads -= 1
        return self._state(reference, 206)

    def _state(self, reference: str, unready: int) -> Answer:
        if self.slow_uploads > 0:
            return in_json(unready, {"id": reference, "url": None})
        return in_json(200, {"id": reference, "url": f"{self.url}/media/{reference}"})

    def _shown(self, post: Taken) -> dict[str, object]:
        return {
            "id": post.id,
            "url": post.url,
            "created_at": post.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "content": _set(post.text),
            "reblog": None,
            "favourites_count": 3,
            "reblogs_count": 2,
            "replies_count": 1,
        }


def _set(text: str) -> str:
    """Return a text in HTML as Mastodon sets it."""
    marked = html.escape(text, quote=True)
    marked = re.sub(r"https?://\S+", _shortened, marked)
    marked = re.sub(
        r"(?<!\S)#(\w+)", r'<a href="/tags/\1" class="hashtag">#<span>\1</span></a>', marked
    )
    marked = re.sub(
        r"(?<!\S)@(\w+)@[\w.]+",
        r'<span class="h-card"><a href="/">@<span>\1</span></a></span>',
        marked,
    )
    return "".join(f"<p>{part.replace(chr(10), '<br />')}</p>" for part in marked.split("\n\n"))


def _shortened(found: re.Match[str]) -> str:
    scheme, rest = found[0].split("//")
    return (
        f'<a href="{found[0]}" target="_blank"><span class="invisible">{scheme}//</span>'
        f'<span class="ellipsis">{rest[:30]}</span><span class="invisible">{rest[30:]}</span></a>'
    )


_INSTANCE = {
    "domain": "news.example",
    "version": "4.5.2",
    "configuration": {
        "statuses": {
            "max_characters": MOST_CHARACTERS,
            "max_media_attachments": 4,
            "characters_reserved_per_url": 23,
        },
        "media_attachments": {
            "description_limit": 1500,
            "image_size_limit": 16_777_216,
            "image_matrix_limit": 33_177_600,
            "video_size_limit": 103_809_024,
        },
    },
}


def _make(credentials: dict[str, str], url: str) -> Network:
    return Mastodon(Credentials(instance=url, **credentials), timeouts=TIMEOUTS)


CASE = Case(
    name="mastodon",
    fake=Instance,
    make=_make,
    credentials={"access_token": TOKEN},
    secrets=("access_token",),
    handle="courier@news.example",
    has_slow_uploads=True,
)
