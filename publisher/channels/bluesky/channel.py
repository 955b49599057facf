"""One account on a PDS: a post is a record with a key that was chosen before, so it is there once.

https://docs.bsky.app/docs/api/ has the calls, https://github.com/bluesky-social/atproto under
`lexicons` what they take.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import httpx

from publisher.channels import Permanent, Receipt
from publisher.channels.bluesky import answers, records, sessions
from publisher.channels.bluesky.facets import facets
from publisher.channels.http import TIMEOUTS_SECONDS, Answer, Call, Gone, Line
from publisher.channels.posts import (
    Attachment,
    Figures,
    Message,
    Network,
    Profile,
    Renewed,
    Upload,
)

T = TypeVar("T")

SERVICE_URL = "https://bsky.social"


class Bluesky(Network):
    """One account; it keeps its connections until `close`.

    Who keeps the credentials calls `renewed` first where they hold no session or one that ends
    soon, stores what it returns, and makes a channel of that to `send` by. A channel without a
    session that still holds logs in by itself and forgets that with the last call: it works, but
    Bluesky counts the logins. Where a session turns out to be over, questions are asked again in a
    new one at once. A post is not: it is Temporary, for nothing was taken, and its next call
    begins with a login.

    Everything is asked of the service that the credentials name, or of bsky.social, which passes it
    on to the account's PDS. A PDS passes on what only the AppView knows, which are the figures.
    """

    def __init__(
        self,
        credentials: sessions.Credentials,
        *,
        timeouts: tuple[float, float] = TIMEOUTS_SECONDS,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._credentials = credentials
        self._session = sessions.kept(credentials)
        self._line = Line(
            "Bluesky",
            credentials.service or SERVICE_URL,
            secrets=[credentials.app_password, credentials.access_jwt, credentials.refresh_jwt],
            words=answers.words,
            meaning=answers.meaning,
            timeouts=timeouts,
            transport=transport,
        )

    def send(self, message: Message, *, now: datetime) -> Receipt:
        """Write the record of `message` under its key.

        The same call again changes nothing, so it names no version that it expects there
        (`swapRecord`); and the PDS holds the record against its lexicon by itself, unless it does
        not know it (`validate`). Whatever has to be asked for is asked before.
        """
        record = self._record(message, now)
        address = self._address(message, now)
        written = Call(
            "POST", "/xrpc/com.atproto.repo.putRecord", json=address.query | {"record": record}
        )
        try:
            return self._line.post(
                self._signed(written, now), partial(self._receipt, address), now=now
            )
        except answers.SessionOver:
            self._session = None
            raise

    def find(self, message: Message, *, since: datetime) -> Receipt | None:
        """Return the receipt of the record under the key of `message`, None if there is none."""
        del since
        address = self._address(message, None)
        try:
            return self._ask(_get(address), partial(self._receipt, address))
        except Gone:
            return None

    def upload(self, attachment: Attachment, *, now: datetime) -> Upload:
        """Upload a picture of up to 1,000,000 bytes, or a video in MP4 of up to 100,000,000.

        A video is shown some seconds after its post: until then it is made smaller
        (https://docs.bsky.app/docs/tutorials/video, "Simple method").
        """
        records.refuse_unfit(attachment)
        call = Call(
            "POST",
            "/xrpc/com.atproto.repo.uploadBlob",
            content=attachment.content,
            headers={"Content-Type": attachment.media_type},
        )
        return Upload(json.dumps(self._ask(call, answers.blob, now)))

    def delete(self, network_id: str, *, now: datetime) -> None:
        """Delete a record; one that is gone already is no error to a PDS either."""
        try:
            address = records.Address.parse(network_id)
        except ValueError as error:
            raise Permanent(f"'{network_id}' is no post of Bluesky's; delete it there.") from error
        call = Call("POST", "/xrpc/com.atproto.repo.deleteRecord", json=address.query)
        with suppress(Gone):
            self._ask(call, lambda _: None, now)

    def figures(self, network_ids: Sequence[str], *, now: datetime) -> Mapping[str, Figures]:
        """Return what came of up to 25 posts, and of none where a PDS has no AppView to ask."""
        call = Call("GET", "/xrpc/app.bsky.feed.getPosts", query={"uris": network_ids})
        try:
            return self._ask(call, _figures, now)
        except Permanent as error:
            if error.stops_account:
                raise
            return {}

    def renewed(self, *, now: datetime) -> Renewed:
        """Return the credentials with a new session, and when its access token ends."""
        session = sessions.renewed(self._line, self._credentials, now)
        self._session = session
        held = replace(
            self._credentials,
            access_jwt=session.access_jwt,
            refresh_jwt=session.refresh_jwt,
            did=session.did,
        )
        secrets = {name: value for name, value in asdict(held).items() if value}
        return Renewed(secrets, session.ends_at)

    def profile(self) -> Profile:
        """Return the account's handle, which proves its credentials."""
        call = Call("GET", "/xrpc/com.atproto.server.getSession")
        return Profile(self._ask(call, answers.handle))

    def close(self) -> None:
        """Give the connections back."""
        self._line.close()

    def _record(self, message: Message, now: datetime) -> dict[str, Any]:
        reply = self._reply(message, now) if message.reply_to else {}
        return records.post(message, facets(message.text, partial(self._did, now)), reply)

    def _reply(self, message: Message, now: datetime) -> dict[str, Any]:
        """Return the part before and the first part, in the versions that are there."""
        parent = self._version(message.reply_to, now)
        root = message.thread or message.reply_to
        return {
            "root": parent if root == message.reply_to else self._version(root, now),
            "parent": parent,
        }

    def _version(self, network_id: str, now: datetime) -> dict[str, str]:
        try:
            call = _get(records.Address.parse(network_id))
            uri, cid = self._ask(call, answers.uri_and_cid, now)
        except (ValueError, Gone) as error:
            reason = f"The post that this one follows, {network_id}, is not on Bluesky any more."
            raise Permanent(reason) from error
        return {"uri": uri, "cid": cid}

    def _did(self, now: datetime, handle: str) -> str:
        """Return whose handle it is, "" where it is nobody's."""
        query = {"handle": handle}
        call = Call("GET", "/xrpc/com.atproto.identity.resolveHandle", query=query)
        try:
            return self._ask(call, answers.did, now)
        except Permanent as error:
            if error.stops_account:
                raise
            return ""

    def _address(self, message: Message, now: datetime | None) -> records.Address:
        return records.Address(self._opened(now).did, records.POSTS, message.key)

    def _receipt(self, address: records.Address, answer: Answer) -> Receipt:
        """Return the receipt of a record; raises ValueError where it is of another one."""
        uri, _ = answers.uri_and_cid(answer)
        if uri != str(address):
            raise ValueError(uri)
        return Receipt(
            uri, f"https://bsky.app/profile/{self._name(address.did)}/post/{address.key}"
        )

    def _name(self, did: str) -> str:
        """Return the account's handle where the credentials have it: for people a DID says less."""
        identifier = self._credentials.identifier.removeprefix("@")
        is_handle = "." in identifier and "@" not in identifier and ":" not in identifier
        return identifier if is_handle else did

    def _ask(self, call: Call, read: Callable[[Answer], T], now: datetime | None = None) -> T:
        """Ask what may be asked twice, in a new session where the one at hand is over."""
        try:
            return self._line.ask(self._signed(call, now), read, now=now)
        except answers.SessionOver:
            self._session = None
            return self._line.ask(self._signed(call, now), read, now=now)

    def _signed(self, call: Call, now: datetime | None) -> Call:
        token = {"Authorization": f"Bearer {self._opened(now).access_jwt}"}
        return replace(call, headers={**call.headers, **token})

    def _opened(self, now: datetime | None) -> sessions.Session:
        session = self._session
        if session is None or (now and session.ends_soon(now)):
            session = sessions.opened(self._line, self._credentials, now)
            self._session = session
        return session


def _get(address: records.Address) -> Call:
    return Call("GET", "/xrpc/com.atproto.repo.getRecord", query=address.query)


def _figures(answer: Answer) -> Mapping[str, Figures]:
    posts = answers.of(answer)["posts"]
    return {
        str(post["uri"]): Figures(
            likes=post.get("likeCount"),
            reposts=int(post.get("repostCount") or 0) + int(post.get("quoteCount") or 0),
            replies=post.get("replyCount"),
        )
        for post in posts
    }
