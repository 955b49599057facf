"""X as an app with OAuth 2.0 sees it, by https://docs.x.com/x-api.

The stand-in is stricter; this one can be told to answer anything, as the other networks' fakes.
"""

import html
import re
from datetime import timedelta
from itertools import count

from publisher.channels.posts import Figures, Network
from publisher.channels.x import X, credentials
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

TOKEN = "Q2x5cDFNRnVuQ2hXb3c6MTpjaQ"
_FIRST_ID = 2**60
_STEPS = re.compile(r"POST /2/media/upload/([0-9]+)/(append|finalize)")
_POST = re.compile(r"DELETE /2/tweets/([0-9]+)")
_LINK = re.compile(r"https?://\S+")
_PUBLIC = {"impression_count": 90, "like_count": 7, "retweet_count": 3, "reply_count": 2}


class Timeline(Fake):
    """X with one account, @courier."""

    posting = re.compile(r"POST /2/tweets")
    showing = re.compile(r"GET /2/users/7/tweets")
    uploading = re.compile(r"POST /2/media/upload/initialize")
    figures = Figures(impressions=90, likes=7, reposts=3, replies=2)

    def __init__(self) -> None:
        super().__init__()
        self.media: dict[str, str] = {}
        self._ids = count(_FIRST_ID)

    def answer(self, request: Request) -> Answer:
        """Answer as X documents it."""
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return self.refusal(401, "Unauthorized")
        if request.route == "GET /2/users/me":
            return in_json(200, {"data": {"id": "7", "name": "Courier", "username": "courier"}})
        if self.showing.fullmatch(request.route):
            return self._shown()
        if request.route == "GET /2/tweets":
            return self._looked_up(request.query["ids"][0].split(","))
        if self.posting.fullmatch(request.route):
            return self._post(request)
        if found := _POST.fullmatch(request.route):
            return self._delete(found[1])
        return self._upload(request)

    def refusal(self, status: int, words: str) -> Answer:
        """Say no by a problem (RFC 9457)."""
        return in_json(status, {"title": "No", "type": "about:blank", "detail": words})

    def busy(self) -> Answer:
        """Say by its headers which window is used up."""
        reset = str(int((self.now + WAIT).timestamp()))
        headers = {"x_rate_limit_remaining": "0", "x_rate_limit_reset": reset}
        return in_json(429, {"title": "Too Many Requests"}, **headers)

    def _post(self, request: Request) -> Answer:
        body = request.json
        assert body.keys() <= {"text", "reply", "media"}
        parent = body.get("reply", {}).get("in_reply_to_tweet_id", "")
        references = tuple(body.get("media", {}).get("media_ids", []))
        if parent and not any(post.id == parent for post in self.posts):
            return self.refusal(403, "You attempted to reply to a Tweet that is deleted.")
        post = Taken(str(next(self._ids)), "", body["text"], "", parent, references, at=self.now)
        post.url = f"https://x.com/i/web/status/{post.id}"
        post.alts = tuple(self.media.get(each, "") for each in references)
        self.posts.append(post)
        return in_json(201, {"data": {"id": post.id, "text": html.escape(post.text)}})

    def _shown(self) -> Answer:
        if not self.posts:
            return in_json(200, {"meta": {"result_count": 0}})
        posts = [_as_shown(post) for post in reversed(self.posts)]
        return in_json(200, {"data": posts, "meta": {"result_count": len(posts)}})

    def _looked_up(self, ids: list[str]) -> Answer:
        known = [post.id for post in self.posts if post.id in ids]
        errors = [{"resource_id": each, "title": "Not Found"} for each in ids if each not in known]
        answer = {"data": [{"id": each, "public_metrics": _PUBLIC} for each in known]}
        return in_json(200, answer | ({"errors": errors} if errors else {}))

    def _delete(self, post_id: str) -> Answer:
        found = [post for post in self.posts if post.id == post_id]
        for post in found:
            self.posts.remove(post)
        return in_json(200, {"data": {"deleted": bool(found)}})

    def _upload(self, request: Request) -> Answer:
        if self.uploading.fullmatch(request.route):
            assert request.json.keys() == {"media_type", "media_category", "total_bytes"}
            return in_json(200, {"data": {"id": str(next(self._ids))}})
        if request.route == "POST /2/media/metadata":
            self.media[request.json["id"]] = request.json["metadata"]["alt_text"]["text"]
            return in_json(200, {"data": {"id": request.json["id"]}})
        if request.route == "GET /2/media/upload":
            return self._progress(request.query["media_id"][0])
        found = _STEPS.fullmatch(request.route)
        if found is None:
            return self.refusal(404, "Not Found")
        if found[2] == "append":
            assert request.parts.keys() == {"segment_index", "media"}
            return in_json(200, {"data": {"expires_at": 0}})
        return self._progress(found[1])

    def _progress(self, reference: str) -> Answer:
        is_done = self.slow_uploads <= 0
        self.slow_uploads -= 1
        info = {} if is_done else {"processing_info": {"state": "pending", "check_after_secs": 5}}
        return in_json(200, {"data": {"id": reference} | info})


def _as_shown(post: Taken) -> dict[str, object]:
    """Return a post as X shows it: escaped, with its links shortened."""
    urls = []
    text = post.text
    for number, link in enumerate(_LINK.findall(post.text)):
        urls.append({"url": f"https://t.co/{number}", "expanded_url": link})
        text = text.replace(link, f"https://t.co/{number}")
    return {"id": post.id, "text": html.escape(text, quote=False), "entities": {"urls": urls}}


def _make(given: dict[str, str], url: str) -> Network:
    return X(credentials.read(given), api_url=url, timeouts=TIMEOUTS)


CASE = Case(
    name="x",
    fake=Timeline,
    make=_make,
    credentials={
        "client_id": "news-app",
        "oauth2_access_token": TOKEN,
        "oauth2_refresh_token": "bWRWa3gzdnk3WHRGU1o0bmRR",
        "client_secret": "c2VjcmV0LW9mLXRoZS1hcHA",
    },
    secrets=("oauth2_access_token",),
    handle="courier",
    has_slow_uploads=True,
    # As long as X's windows.
    usual_wait=timedelta(minutes=15),
)
