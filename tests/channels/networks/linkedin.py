"""LinkedIn, by https://learn.microsoft.com/en-us/linkedin/marketing/community-management."""

import re
from itertools import count
from typing import Any

from publisher.channels.linkedin import VERSION, Credentials, LinkedIn
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

NUMBER, TOKEN, REFRESH_TOKEN = "5583111", "AQXmember-token", "AQWrefresh"
AUTHOR = f"urn:li:organization:{NUMBER}"
# What words are made of, in the order in which it is tried: the grammar of the format.
_WORDS = re.compile(
    r"\{hashtag\|\\#\|(?P<tag>(?:[^|{}\\_]|\\_)+)\}|\\(?P<escaped>[\\|{}@\[\]()<>#*_~])"
    r"|(?P<plain>[^\\|{}@\[\]()<>#*_~])",
    re.DOTALL,
)
_FIELDS = {
    "author",
    "commentary",
    "visibility",
    "distribution",
    "lifecycleState",
    "isReshareDisabledByAuthor",
    "content",
}
# Where a picture's place is asked for, and a token renewed.
PLACING, RENEWING = re.compile("POST /rest/images"), re.compile("POST /oauth")
_URN = re.compile(r"urn:li:share:\d+")


class Organization(Fake):
    """One page with the number NUMBER; `contents` are what posts have besides words, by id."""

    posting = re.compile("POST /rest/posts")
    showing = re.compile("GET /rest/posts")
    uploading = re.compile(r"PUT /uploads/urn:li:image:\d+")
    figures = Figures(impressions=300, likes=4, reposts=2, replies=1, clicks=20)

    def __init__(self) -> None:
        super().__init__()
        self.contents: dict[str, dict[str, Any]] = {}
        self.images: dict[str, str] = {}
        self._written: dict[str, str] = {}
        self._ids = count(7141138937766391800)

    def answer(self, request: Request) -> Answer:
        """Answer as the versioned API does."""
        if request.route == "POST /oauth":
            return self._renew(request)
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return self.refusal(401, "Invalid access token")
        if request.path.startswith("/uploads/"):
            return self._bring(request)
        if request.headers["linkedin-version"] != VERSION:
            return self.refusal(426, "Requested version is not active")
        assert request.headers["x-restli-protocol-version"] == "2.0.0"
        return self._versioned(request)

    def refusal(self, status: int, words: str) -> Answer:
        """Say no."""
        return in_json(status, {"message": words, "serviceErrorCode": 100, "status": status})

    def busy(self) -> Answer:
        """Refuse by rate."""
        return in_json(429, {"message": "Too many"}, Retry_After=str(WAIT.seconds))

    def _versioned(self, request: Request) -> Answer:
        match request.method, request.path.split("/")[2:]:
            case "POST", ["posts"]:
                return self._post(request.json)
            case "GET", ["posts"]:
                return self._posts(request)
            case "DELETE", ["posts", urn]:
                self.posts = [post for post in self.posts if post.id != urn]
                return Answer(204)
            case "POST", ["images"]:
                assert request.query["action"] == ["initializeUpload"]
                return self._place(request.json["initializeUploadRequest"]["owner"])
            case "GET", ["images", urn]:
                return in_json(200, {"id": urn, "status": self._status(urn)})
            case "GET", ["organizationalEntityShareStatistics"]:
                return self._statistics(request)
            case "GET", ["organizations", str(number)] if number == NUMBER:
                return in_json(200, {"id": int(NUMBER), "vanityName": "courier"})
        return self.refusal(404, "No such resource")

    def _post(self, body: dict[str, Any]) -> Answer:
        assert body.keys() <= _FIELDS, body
        assert (body["author"], body["lifecycleState"]) == (AUTHOR, "PUBLISHED")
        text = said(body["commentary"])
        if text is None:
            return self.refusal(400, "Commentary is not in little format")
        if any(post.text == text for post in self.posts):
            return duplicate(self.posts[0].id)
        post = Taken(f"urn:li:share:{next(self._ids)}", "", text, at=self.now)
        post.url = f"https://www.linkedin.com/feed/update/{post.id}/"
        content = body.get("content", {})
        several = content.get("multiImage", {}).get("images", [])
        pictures = [content["media"]] if "media" in content else several
        assert len(several) != 1
        assert all(self.images[each["id"]] == "AVAILABLE" for each in pictures)
        post.alts = tuple(each["altText"] for each in pictures)
        self.contents[post.id], self._written[post.id] = content, body["commentary"]
        self.posts.append(post)
        return Answer(201, headers={"x-restli-id": post.id})

    def _posts(self, request: Request) -> Answer:
        assert request.headers["x-restli-method"] == "FINDER"
        assert (request.query["q"], request.query["author"]) == (["author"], [AUTHOR])
        found = [
            {
                "id": post.id,
                "author": AUTHOR,
                "commentary": self._written[post.id],
                "createdAt": int(post.at.timestamp() * 1000),
            }
            for post in reversed(self.posts)
        ]
        return in_json(200, {"paging": {"start": 0, "count": 100}, "elements": found})

    def _place(self, owner: str) -> Answer:
        assert owner == AUTHOR
        urn = f"urn:li:image:{next(self._ids)}"
        self.images[urn] = "WAITING_UPLOAD"
        value = {"uploadUrl": f"{self.url}/uploads/{urn}", "image": urn}
        return in_json(200, {"value": value})

    def _bring(self, request: Request) -> Answer:
        assert request.body
        self.images[request.path.rpartition("/")[2]] = "AVAILABLE"
        return Answer(201)

    def _status(self, urn: str) -> str:
        if self.images[urn] == "AVAILABLE" and self.slow_uploads > 0:
            self.slow_uploads -= 1
            return "PROCESSING"
        return self.images[urn]

    def _statistics(self, request: Request) -> Answer:
        assert request.query["organizationalEntity"] == [AUTHOR]
        asked = _URN.findall(request.query["shares"][0])
        total = {
            "impressionCount": 300,
            "likeCount": 4,
            "shareCount": 2,
            "commentCount": 1,
            "clickCount": 20,
        }
        found = [
            {"share": post.id, "organizationalEntity": AUTHOR, "totalShareStatistics": total}
            for post in self.posts
            if post.id in asked
        ]
        return in_json(200, {"elements": found})

    def _renew(self, request: Request) -> Answer:
        assert "authorization" not in request.headers
        form = {name: values[0] for name, values in request.form.items()}
        wanted = {
            "grant_type": "refresh_token",
            "refresh_token": REFRESH_TOKEN,
            "client_id": "app",
            "client_secret": "app-secret",
        }
        if form != wanted:
            found = {"error": "invalid_request", "error_description": "The token is not known"}
            return in_json(400, found)
        found = {"access_token": "AQXnewer", "expires_in": "5184000"}
        return in_json(200, found | {"refresh_token": REFRESH_TOKEN})


def said(commentary: str) -> str | None:
    """Return what words say; None where they are not in the format."""
    text, end = "", 0
    for part in _WORDS.finditer(commentary):
        if part.start() != end:
            return None
        tag, end = part["tag"], part.end()
        text += "#" + tag.replace("\\", "") if tag else part["escaped"] or part["plain"]
    return text if end == len(commentary) else None


def duplicate(urn: str) -> Answer:
    """Refuse words as said already."""
    error = {"code": "DUPLICATE_POST", "description": "Duplicate post is detected", "input": {}}
    found = {
        "message": f"Content is a duplicate of {urn}",
        "errorDetailType": "com.linkedin.common.error.BadRequest",
        "errorDetails": {"inputErrors": [error]},
        "status": 422,
    }
    return in_json(422, found)


def make(credentials: dict[str, str], url: str) -> Network:
    """Connect to a fake."""
    there = Credentials(**credentials)
    return LinkedIn(there, api_url=url, token_url=f"{url}/oauth", timeouts=TIMEOUTS)


CASE = Case(
    name="linkedin",
    fake=Organization,
    make=make,
    credentials={"organization": NUMBER, "access_token": TOKEN},
    secrets=("access_token",),
    handle="courier",
    has_slow_uploads=True,
)
