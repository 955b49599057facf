"""The WSGI application that shows the mailbox: a list, a page a mail, and JSON for programs."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

from publisher.sandbox import pages
from publisher.sandbox.mailbox import reading
from publisher.sandbox.mailbox.letters import Letter, Letters

_PER_PAGE = 50
_TABS = {"": "HTML", "text": "Text", "headers": "Headers", "source": "Source"}
_PATH = re.compile(r"/messages/(\d{1,8})(?:\.(eml)|/(body\.html|text|headers|source)?)")

# The house's own pages run nothing and load nothing but what they hold.
_OWN_PAGE = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A mail's HTML is a stranger's: an origin of its own, no script, no form, no frame.
_STRANGERS_PAGE = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src * data:"
_SECURE = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    policy: str = _OWN_PAGE
    status: HTTPStatus = HTTPStatus.OK


class Mailbox:
    """Every mail in a folder, as a WSGI application; `clock` says when one was received."""

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        self._letters = Letters(folder)
        self._clock = clock

    def keep(self, raw: bytes, *, mail_from: str, rcpt_tos: Sequence[str]) -> int:
        """Store a mail and return its number."""
        return self._letters.keep(
            raw, mail_from=mail_from, rcpt_tos=rcpt_tos, received_at=self._clock()
        )

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request, as PEP 3333 wants it."""
        if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            answer = self._answer(environ)
        else:
            answer = _problem(HTTPStatus.METHOD_NOT_ALLOWED, _root(environ))
        status = f"{answer.status.value} {answer.status.phrase}"
        headers = [
            ("Content-Type", answer.content_type),
            ("Content-Length", str(len(answer.body))),
            ("Content-Security-Policy", answer.policy),
            *_SECURE,
        ]
        start_response(status, headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]

    def _answer(self, environ: dict[str, Any]) -> Answer:
        path, root = environ.get("PATH_INFO") or "/", _root(environ)
        query = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
        if path == "/":
            return self._list(query.get("to", ""), query.get("page", ""), root)
        if path == "/messages.json":
            return self._json(query.get("to", ""))
        if found := _PATH.fullmatch(path):
            letter = self._letters.find(int(found[1]))
            if letter:
                return self._message(letter, found[2] or found[3] or "", root)
        return _problem(HTTPStatus.NOT_FOUND, root)

    def _list(self, to: str, page: str, root: str) -> Answer:
        letters = self._letters.newest(to)
        last = max(1, -(-len(letters) // _PER_PAGE))
        number = min(max(1, int(page) if page.isdecimal() else 1), last)
        return _page(
            "list.html",
            root=root,
            to=to,
            total=len(letters),
            letters=letters[(number - 1) * _PER_PAGE : number * _PER_PAGE],
            newer=_list_url(root, to, number - 1) if number > 1 else "",
            older=_list_url(root, to, number + 1) if number < last else "",
        )

    def _json(self, to: str) -> Answer:
        rows = [
            {
                "id": letter.number,
                "to": letter.to,
                "subject": letter.subject,
                "message_id": letter.message_id,
                "received_at": letter.received_at.isoformat(),
            }
            for letter in self._letters.newest(to)
        ]
        return Answer(json.dumps(rows).encode(), "application/json")

    def _message(self, letter: Letter, view: str, root: str) -> Answer:
        raw = self._letters.raw(letter.number)
        if view == "eml":
            return Answer(raw, "message/rfc822")
        html = reading.body(raw, "html")
        if view == "body.html":
            return Answer(html.encode("utf-8", "replace"), policy=_STRANGERS_PAGE)
        return _page(
            "message.html",
            root=root,
            letter=letter,
            view=view,
            tabs=_TABS,
            words=_words(raw, view),
            headers=reading.headers(raw) if view == "headers" else [],
            has_html=bool(html),
            links=reading.links(html) if view == "" else [],
        )


def _words(raw: bytes, view: str) -> str:
    if view == "source":
        return reading.source(raw)
    return reading.body(raw, "plain") if view == "text" else ""


def _root(environ: dict[str, Any]) -> str:
    return str(environ.get("SCRIPT_NAME", "")).rstrip("/")


def _list_url(root: str, to: str, page: int) -> str:
    return f"{root}/?{urlencode({'to': to, 'page': page} if to else {'page': page})}"


def _problem(status: HTTPStatus, root: str) -> Answer:
    return Answer(pages.rendered("mailbox/problem.html", root=root, status=status), status=status)


def _page(template: str, **context: object) -> Answer:
    return Answer(pages.rendered(f"mailbox/{template}", **context))
