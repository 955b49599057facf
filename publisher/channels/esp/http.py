"""One connection to a service that is spoken to by HTTP: blocking, for one thread at a time."""

import json
import ssl
import threading
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from urllib.parse import quote, urljoin

import requests
import urllib3.exceptions as lower
from anymail.exceptions import AnymailError, AnymailInvalidAddress, AnymailUnsupportedFeature
from anymail.message import AnymailMessage

from publisher.channels import Permanent, Temporary, Unknown
from publisher.channels.esp import forms
from publisher.channels.esp.answers import Unacceptable, is_about_recipient, meaning, shown
from publisher.channels.esp.apart import ascii_address, mark, taken_apart
from publisher.channels.esp.services import SERVICES
from publisher.channels.mail import Envelope, Outcome

# To connect, and for the answer: giving up on that puts all mails of the call in doubt.
_TIMEOUT_SECONDS = (10.0, 30.0)
_NEVER_CONNECTED = (
    lower.NewConnectionError,
    lower.ConnectTimeoutError,
    lower.ProxyError,
    ssl.SSLCertVerificationError,
)
# "unknown" is what anymail makes of an answer that speaks of no single mail.
_TAKEN = frozenset({"sent", "queued", "unknown"})
_TURNED_DOWN = frozenset({"rejected", "invalid"})
# What SMTP would have said (RFC 5321 section 4.2.3).
_OK, _NO_MAILBOX = 250, 550
# What is caught of warnings is the process's, not the thread's.
_ONE_AT_A_TIME = threading.Lock()
# An empty mail to nobody (RFC 6761 section 6.4), which no service would send.
_NOBODY = "nobody@mail.invalid"


@dataclass(frozen=True, slots=True)
class _Letter:
    """A mail in the call: as the engine knows it, and as anymail does."""

    envelope: Envelope
    mail: Any
    payload: Any


@dataclass(frozen=True, slots=True)
class _Part:
    """The part of an answer that is about one mail, in the shape that anymail reads."""

    said: Any
    status_code: int
    headers: Mapping[str, str]

    def json(self) -> Any:
        """Return the part."""
        return self.said

    @property
    def text(self) -> str:
        """Return the part as it was written."""
        return json.dumps(self.said)

    @property
    def content(self) -> bytes:
        """Return the same in octets."""
        return self.text.encode()


class Http:
    """A connection that is kept, with what anymail knows about the service."""

    def __init__(self, name: str, credentials: Mapping[str, str]) -> None:
        self._service = SERVICES[name]
        self._name = name
        self._form = forms.FORMS.get(name)
        with _ONE_AT_A_TIME, warnings.catch_warnings():
            # That anymail tests SendGrid no more is said in docs/delivery.md, not by every worker.
            warnings.simplefilter("ignore")
            backend = import_module(f"anymail.backends.{name}").EmailBackend
            self._backend = backend(**self._options(credentials))

    def post(self, group: Sequence[Envelope]) -> list[Outcome | Permanent]:
        """Hand over mails in one call; return what became of each, in their order.

        Raises Temporary, Permanent, Busy, Repeated or Unacceptable where none was taken, and
        Unknown where nobody knows.
        """
        if self._service.takes_bytes:
            return self._post_bytes(*group)
        letters = [self._letter(each) for each in group]
        response = self._call(self._request(letters), group)
        parts = self._parts(response, len(letters))
        return [self._outcome(*each) for each in zip(parts, letters, strict=True)]

    def check(self) -> None:
        """Find out whether the key is accepted, by asking to send an empty mail to nobody.

        A key that may only send may read nothing, so there is nothing else to try every key on.
        Raises Temporary or Permanent.
        """
        nothing = AnymailMessage(subject="", body="", from_email=_NOBODY, to=[_NOBODY])
        payload = self._backend.build_message_payload(nothing, {})
        request = payload.get_request_params(self._backend.api_url)
        # Not even that much, so that it cannot be sent: keys are looked at before mails.
        request["data"] = None if self._service.takes_bytes else "{}"
        try:
            self._call(request, ())
        except Unacceptable:
            return
        except Unknown as error:
            raise Temporary(error.reason) from error

    def close(self) -> None:
        """Part from the service."""
        self._backend.close()

    def _options(self, credentials: Mapping[str, str]) -> dict[str, Any]:
        names = {**self._service.needs, **self._service.takes}
        options: dict[str, Any] = {
            names[word]: secret for word, secret in credentials.items() if word in names
        }
        regional = self._service.regions.get(credentials.get("region", ""))
        if url := credentials.get("api_url") or regional:
            options["api_url"] = url
        return options

    def _letter(self, envelope: Envelope) -> _Letter:
        mail = forms.message(taken_apart(envelope.message), self._service)
        try:
            payload = self._backend.build_message_payload(mail, {})
        except AnymailInvalidAddress as error:
            raise Unacceptable(shown(str(error)), is_about_recipient=True) from error
        except AnymailUnsupportedFeature as error:
            why = f"{self._service.title} cannot send this mail: {shown(str(error))}"
            raise Permanent(f"{why}; send it by another relay.") from error
        return _Letter(envelope, mail, payload)

    def _request(self, letters: Sequence[_Letter]) -> dict[str, Any]:
        """Return what `requests` is to send."""
        key = forms.key([mark(letter.envelope.message) for letter in letters])
        request: dict[str, Any] = letters[0].payload.get_request_params(self._backend.api_url)
        first = json.loads(request["data"])
        if self._form and len(letters) > 1:
            rest = [json.loads(letter.payload.serialize_data()) for letter in letters[1:]]
            request["url"] = urljoin(self._backend.api_url, self._form.path)
            request["data"] = json.dumps(self._form.joined([first, *rest], key))
        else:
            request["data"] = json.dumps(forms.alone(first, self._service, key))
        if self._service.idempotency == "header":
            request["headers"]["Idempotency-Key"] = key
        return request

    def _post_bytes(self, envelope: Envelope) -> list[Outcome | Permanent]:
        """Hand Mailgun the very bytes."""
        domain = quote(self._backend.sender_domain, safe="")
        request = {
            "method": "POST",
            "url": urljoin(self._backend.api_url, f"{domain}/messages.mime"),
            "auth": ("api", self._backend.api_key),
            "data": {
                "to": ascii_address(envelope.recipient),
                "v:delivery": mark(envelope.message),
                # Links and pictures are signed, and counted, by us.
                "o:tracking": "no",
            },
            "files": {"message": ("mail.eml", envelope.message, "message/rfc822")},
        }
        response = self._call(request, (envelope,))
        if "Magnificent" in response.text:
            # What stands at every address of Mailgun's that is none of its API.
            raise Permanent(f"{request['url']} is not Mailgun's API.", stops_account=True)
        if not _is_json(response.text) or "id" not in response.json():
            raise Unknown("The answer of Mailgun cannot be read.")
        return [Outcome(envelope.key, "sent", _OK, self._receipt(response.json()["id"]))]

    def _call(self, request: dict[str, Any], group: Sequence[Envelope]) -> requests.Response:
        """Return the answer to a call that took at least some of the mails."""
        title = self._service.title
        # Nobody redirects a mail, and following would make a GET of the POST.
        settings = {"timeout": _TIMEOUT_SECONDS, "allow_redirects": False}
        self._backend.open()
        try:
            response: requests.Response = self._backend.session.request(**request, **settings)
        except requests.ConnectTimeout as error:
            raise Temporary(f"{title} cannot be reached: it does not answer.") from error
        except requests.RequestException as error:
            if _nothing_left(error):
                raise Temporary(f"{title} cannot be reached: no connection came about.") from error
            raise Unknown(f"The line to {title} broke before its answer was here.") from error
        if not (response.ok or self._speaks_of_each(response)) or response.is_redirect:
            address = group[0].recipient if len(group) == 1 else ""
            raise meaning(title, response.status_code, response.text, response.headers, address)
        return response

    def _speaks_of_each(self, response: requests.Response) -> bool:
        """Return whether an answer that is no success is none only for some of the mails."""
        if self._name == "postmark":
            return response.status_code == 422
        return self._name == "mailjet" and '"Messages"' in response.text

    def _parts(self, response: requests.Response, count: int) -> Sequence[Any]:
        if self._form is None or count == 1:
            return [response]
        try:
            said = self._form.parted(response.json())
        except (ValueError, KeyError, TypeError) as error:
            raise Unknown(f"The answer of {self._service.title} cannot be read.") from error
        if len(said) not in (1, count):
            raise Unknown(f"{self._service.title} answers for {len(said)} mails out of {count}.")
        parts = [_Part(each, response.status_code, response.headers) for each in said]
        return parts if len(parts) == count else parts * count

    def _outcome(self, part: Any, letter: _Letter) -> Outcome | Permanent:
        """Return what anymail reads out of the part of an answer."""
        envelope = letter.envelope
        try:
            statuses = self._backend.parse_recipient_status(part, letter.payload, letter.mail)
        except (AnymailError, KeyError, TypeError, ValueError):
            return self._refusal(part, "failed", envelope)
        status = next(iter(statuses.values()))
        if status.status in _TAKEN:
            return Outcome(envelope.key, "sent", _OK, self._receipt(status.message_id or ""))
        return self._refusal(part, status.status, envelope)

    def _refusal(self, part: Any, status: str, envelope: Envelope) -> Outcome | Permanent:
        title, said = self._service.title, part.text
        if status in _TURNED_DOWN or is_about_recipient(said, envelope.recipient):
            detail = f"{title} sends nothing to this address: {shown(said)}"
            return Outcome(envelope.key, "refused", _NO_MAILBOX, detail)
        if part.status_code < 300 and not _is_json(said):
            raise Unknown(f"The answer of {title} cannot be read.")
        return Permanent(f"{title} does not take this mail: {shown(said)}.")

    def _receipt(self, said: str) -> str:
        return f"{self._service.title} took it: {shown(said)}" if said else self._service.title


def _is_json(said: str) -> bool:
    try:
        return isinstance(json.loads(said), dict | list)
    except ValueError:
        return False


def _nothing_left(error: Exception) -> bool:
    """Say whether the call failed before a byte of the request was sent."""
    reason = getattr(next(iter(error.args), None), "reason", None)  # urllib3's, of its last try
    if isinstance(reason, lower.SSLError):
        reason = next(iter(reason.args), None)
    return isinstance(reason, _NEVER_CONNECTED)
