"""A PDS by its lexicons, with the AppView behind it that counts likes."""

import base64
import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from publisher.channels.bluesky import Bluesky, Credentials
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

DID = "did:plc:qwzxl4ze4xzmeqdyzzh3lyjb"
HANDLE = "courier.news.example"
PASSWORD = "ivhd-6yqo-kz3p-x2tb"
POSTS = "app.bsky.feed.post"
# As @atproto/pds has them.
LASTS = timedelta(hours=2)
_FIELDS = {"$type", "text", "createdAt", "facets", "langs", "reply", "embed"}


class Pds(Fake):
    """One account; `people` are handles that it can resolve, and what is theirs.

    `access` and `refresh` are the tokens that are good, `records` what the account wrote.
    """

    posting = re.compile(r"POST /xrpc/com\.atproto\.repo\.putRecord")
    showing = re.compile(r"GET /xrpc/com\.atproto\.repo\.getRecord")
    uploading = re.compile(r"POST /xrpc/com\.atproto\.repo\.uploadBlob")
    telling = re.compile(r"GET /xrpc/app\.bsky\.feed\.getPosts")
    renewing = re.compile(r"POST /xrpc/com\.atproto\.server\.refreshSession")
    logging_in = re.compile(r"POST /xrpc/com\.atproto\.server\.createSession")
    figures = Figures(likes=3, reposts=5, replies=1)
    has_keys = True

    def __init__(self) -> None:
        super().__init__()
        self.people = {"ada.news.example": "did:plc:ada"}
        self.access: set[str] = set()
        self.refresh: set[str] = set()
        self.records: dict[str, dict[str, Any]] = {}
        self.blobs: dict[str, Mapping[str, Any]] = {}
        self._numbers = count(1)

    def answer(self, request: Request) -> Answer:
        """Answer as the PDS's routes do; those above the token are open to everybody."""
        match request.path.rpartition("/")[2]:
            case "com.atproto.server.createSession":
                return self._log_in(request)
            case "com.atproto.server.refreshSession":
                return self._refresh(request)
            case "com.atproto.identity.resolveHandle":
                return self._resolve(request.query["handle"][0])
            case "com.atproto.repo.getRecord":
                return self._show(request)
        if self._token(request) in self.access:
            return self._own(request)
        return self.wrong("InvalidToken", "Token could not be verified")

    def _own(self, request: Request) -> Answer:
        match request.path.rpartition("/")[2]:
            case "com.atproto.server.getSession":
                return in_json(200, {"handle": HANDLE, "did": DID, "active": True})
            case "com.atproto.repo.uploadBlob":
                return self._upload(request)
            case "com.atproto.repo.putRecord":
                return self._put(request.json)
            case "com.atproto.repo.deleteRecord":
                return self._delete(request.json)
            case "app.bsky.feed.getPosts":
                return self._tell(request.query["uris"])
        return self.wrong("MethodNotImplemented", "Method Not Implemented", status=501)

    def refusal(self, status: int, words: str) -> Answer:
        """Say no as every method does."""
        return self.wrong("InvalidRequest", words, status=status)

    def wrong(self, name: str, words: str, *, status: int = 400) -> Answer:
        """Say no by the name of an error."""
        return in_json(status, {"error": name, "message": words})

    def busy(self) -> Answer:
        """Refuse with the time at which the window ends, in seconds since 1970."""
        reset = str(int((self.now + WAIT).timestamp()))
        body = {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}
        return in_json(429, body, RateLimit_Remaining="0", RateLimit_Reset=reset)

    def expire(self) -> None:
        """Let all access tokens end."""
        self.access.clear()

    def _session(self) -> Answer:
        access, refresh = self._jwt(LASTS), self._jwt(timedelta(days=90))
        self.access.add(access)
        self.refresh.add(refresh)
        tokens = {"accessJwt": access, "refreshJwt": refresh}
        return in_json(200, {"did": DID, "handle": HANDLE, "active": True} | tokens)

    def _log_in(self, request: Request) -> Answer:
        if request.json != {"identifier": HANDLE, "password": PASSWORD}:
            words = "Invalid identifier or password"
            return self.wrong("AuthenticationRequired", words, status=401)
        return self._session()

    def _refresh(self, request: Request) -> Answer:
        if self._token(request) not in self.refresh:
            return self.wrong("ExpiredToken", "Token has been revoked")
        self.refresh.remove(self._token(request))
        return self._session()

    def _resolve(self, handle: str) -> Answer:
        if handle not in self.people:
            return self.refusal(400, "Unable to resolve handle")
        return in_json(200, {"did": self.people[handle]})

    def _show(self, request: Request) -> Answer:
        assert request.query["repo"] == [DID]
        assert request.query["collection"] == [POSTS]
        key = request.query["rkey"][0]
        if key not in self.records:
            return self.wrong("RecordNotFound", f"Could not locate record: {_uri(key)}")
        return in_json(200, _ref(key) | {"value": self.records[key]})

    def _upload(self, request: Request) -> Answer:
        link = f"bafkrei{next(self._numbers)}"
        kind = request.headers["content-type"]
        blob = {"$type": "blob", "ref": {"$link": link}, "mimeType": kind}
        self.blobs[link] = blob | {"size": len(request.body)}
        return in_json(200, {"blob": self.blobs[link]})

    def _put(self, asked: Mapping[str, Any]) -> Answer:
        assert asked.keys() == {"repo", "collection", "rkey", "record"}
        assert (asked["repo"], asked["collection"]) == (DID, POSTS)
        key, record = asked["rkey"], asked["record"]
        if reason := self._unfit(record):
            return self.refusal(400, f"Invalid {POSTS} record: {reason}")
        if key not in self.records:
            self.posts.append(_taken(key, record))
        self.records[key] = record
        return in_json(200, _ref(key) | {"validationStatus": "valid"})

    def _unfit(self, record: Mapping[str, Any]) -> str:
        """Return what is wrong with a record, "" where nothing is."""
        if unknown := record.keys() - _FIELDS:
            return f"unknown {unknown}"
        if record["$type"] != POSTS or not datetime.fromisoformat(record["createdAt"]).tzinfo:
            return "its type or its time"
        refs = [dict(each) for each in record.get("reply", {}).values()]
        if any(ref not in [_ref(key) for key in self.records] for ref in refs):
            return "reply"
        if any(blob != self.blobs.get(blob["ref"]["$link"]) for blob in _blobs(record)):
            return "Could not find blob"
        return ""

    def _delete(self, asked: Mapping[str, Any]) -> Answer:
        assert asked == {"repo": DID, "collection": POSTS, "rkey": asked["rkey"]}
        self.records.pop(asked["rkey"], None)
        self.posts = [post for post in self.posts if post.key != asked["rkey"]]
        return in_json(200, {})

    def _tell(self, uris: list[str]) -> Answer:
        assert len(uris) <= 25
        counts = {"likeCount": 3, "repostCount": 4, "quoteCount": 1, "replyCount": 1}
        told = [_ref(key) | counts for key in self.records if _uri(key) in uris]
        return in_json(200, {"posts": told})

    def _jwt(self, lasts: timedelta) -> str:
        claims = {"exp": int((self.now + lasts).timestamp()), "jti": next(self._numbers)}
        parts = (json.dumps(part).encode() for part in ({"alg": "HS256"}, claims, "signature"))
        return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)

    @staticmethod
    def _token(request: Request) -> str:
        return request.headers.get("authorization", "").removeprefix("Bearer ")


def _uri(key: str) -> str:
    return f"at://{DID}/{POSTS}/{key}"


def _ref(key: str) -> dict[str, Any]:
    return {"uri": _uri(key), "cid": f"bafyrei-{key}"}


def _taken(key: str, record: Mapping[str, Any]) -> Taken:
    images = record.get("embed", {}).get("images", [])
    return Taken(
        id=_uri(key),
        url=f"https://bsky.app/profile/{HANDLE}/post/{key}",
        text=record["text"],
        key=key,
        reply_to=record.get("reply", {}).get("parent", {}).get("uri", ""),
        references=tuple(image["image"]["ref"]["$link"] for image in images),
        alts=tuple(image["alt"] for image in images),
        language="".join(record.get("langs", [])),
    )


def _blobs(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    embed = record.get("embed", {})
    of_card = embed.get("external", {}).get("thumb")
    found = [image["image"] for image in embed.get("images", [])]
    return [blob for blob in (*found, of_card, embed.get("video")) if blob]


def connect(
    url: str, *, identifier: str = HANDLE, app_password: str = PASSWORD, **kept: str
) -> Bluesky:
    """Return the account's channel."""
    credentials = Credentials(identifier, app_password, service=url, **kept)
    return Bluesky(credentials, timeouts=TIMEOUTS)


def _make(credentials: dict[str, str], url: str) -> Network:
    return connect(url, **credentials)


CASE = Case(
    name="bluesky",
    fake=Pds,
    make=_make,
    credentials={"identifier": HANDLE, "app_password": PASSWORD},
    secrets=("app_password",),
    handle=HANDLE,
)
