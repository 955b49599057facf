"""Every service's API on this machine, as its documentation describes it: a class for each."""

import json
from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any

from publisher.channels.esp.apart import decoded, taken_apart
from tests.loopback import Answer, Question, Site, serving


@dataclass
class Taken:
    """A mail that a service was handed, in the service's own words for the pieces."""

    recipient: str
    mark: str
    sender: str = ""
    to: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    reply_to: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes = b""


@dataclass
class Fake:
    """A service: what it took, how often it was called, and what it answers out of turn."""

    site: Site
    calls: list[list[Taken]] = field(default_factory=list)
    unknown: frozenset[str] = frozenset()
    # Answers to the next calls; None takes the mails as usual.
    script: list[Callable[[Sequence[Taken]], Answer] | None] = field(default_factory=list)
    credentials: dict[str, str] = field(default_factory=lambda: {"key": "the-key"})
    name = ""
    root = "/"

    @property
    def taken(self) -> list[Taken]:
        """Return every mail that it was handed and did not turn down."""
        return [mail for call in self.calls for mail in call]

    @property
    def options(self) -> dict[str, str]:
        """Return what a relay row would hold."""
        return {**self.credentials, "api_url": self.site.url + self.root}

    def respond(self, question: Question) -> Answer:
        """Answer a call."""
        if not self.knows(question):
            return self.problem(401, "The key is not known")
        mails = self.read(question)
        if not mails:
            return self.problem(400, "The from field is missing")
        step = self.script.pop(0) if self.script else None
        return step(mails) if step else self.take(mails)

    def take(self, mails: list[Taken]) -> Answer:
        """Take all mails, or refuse the whole call where an address is unknown."""
        if any(mail.recipient in self.unknown for mail in mails):
            return self.unknown_address()
        self.calls.append(mails)
        return self.accepted(mails)

    def problem(self, status: int, why: str) -> Answer:
        """Return an answer that is no success."""
        return answer({"message": why}, status)

    # What differs from service to service.

    def knows(self, question: Question) -> bool:
        """Return whether the key is right."""
        return "the-key" in str(question.headers)

    def read(self, question: Question) -> list[Taken]:
        """Return the mails in a call."""
        raise NotImplementedError

    def accepted(self, mails: Sequence[Taken]) -> Answer:
        """Return the answer to a call that is taken."""
        raise NotImplementedError

    def unknown_address(self) -> Answer:
        """Return the answer to a call with an address in it that cannot be one."""
        raise NotImplementedError


def answer(said: object, status: int = 200, **headers: str) -> Answer:
    """Return an answer in JSON."""
    return Answer(
        json.dumps(said).encode(), status, {"Content-Type": "application/json", **headers}
    )


class AmazonSes(Fake):
    """SendEmail of the API v2, which takes bytes."""

    name = "amazon_ses"
    root = ""

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.credentials = {"key": "the-key", "secret": "s", "region": "eu-west-1"}
        site.answers["/v2/email/account"] = answer({"SendingEnabled": True})

    def read(self, question: Question) -> list[Taken]:
        said = json.loads(question.body)
        assert question.path == "/v2/email/outbound-emails"
        raw = b64decode(said["Content"]["Raw"]["Data"])
        (recipient,) = said["Destination"]["ToAddresses"]
        (tag,) = said["EmailTags"]
        return [as_bytes(raw, recipient, tag["Value"])]

    def accepted(self, mails: Sequence[Taken]) -> Answer:  # noqa: ARG002 - one
        return answer({"MessageId": "ses-1"})

    def unknown_address(self) -> Answer:
        return answer(
            {"message": "Invalid destination"}, 400, **{"x-amzn-ErrorType": "BadRequestException"}
        )


class Brevo(Fake):
    """Versions of a mail."""

    name = "brevo"

    def read(self, question: Question) -> list[Taken]:
        said = json.loads(question.body)
        if not said:
            return []
        assert question.path == "/smtp/email"
        assert said["headers"].pop("idempotencyKey")
        versions = said.get("messageVersions") or [said]
        return [self._version({**said, **version}) for version in versions]

    def _version(self, said: dict[str, Any]) -> Taken:
        headers = dict(said["headers"])
        (to,) = said["to"]
        return Taken(
            to["email"],
            json.loads(headers.pop("X-Mailin-custom"))["delivery"],
            pair(said["sender"]),
            pair(to),
            said["subject"],
            said["textContent"],
            said["htmlContent"],
            pair(said["replyTo"]),
            headers,
        )

    def accepted(self, mails: Sequence[Taken]) -> Answer:
        ids = [f"<{mail.mark}@brevo>" for mail in mails]
        return answer({"messageIds": ids} if len(ids) > 1 else {"messageId": ids[0]}, 201)

    def unknown_address(self) -> Answer:
        return answer({"code": "invalid_parameter", "message": "email is not valid in to"}, 400)


class Listed(Fake):
    """A service whose call for many is a list of calls for one."""

    path = many = ""

    def read(self, question: Question) -> list[Taken]:
        said = json.loads(question.body)
        assert question.path == (self.many if isinstance(said, list) else self.path)
        return [self.mail(each) for each in (said if isinstance(said, list) else [said]) if each]

    def mail(self, said: dict[str, Any]) -> Taken:
        """Return one mail of a call."""
        raise NotImplementedError


class MailerSend(Listed):
    """Tells no single mail's fate in the answer to a call for many."""

    name = "mailersend"
    path, many = "/email", "/bulk-email"

    def mail(self, said: dict[str, Any]) -> Taken:
        (to,), (mark,) = said["to"], said["tags"]
        assert said["settings"] == {"track_clicks": False, "track_opens": False}
        headers = {each["name"]: each["value"] for each in said["headers"]}
        return Taken(
            to["email"],
            mark,
            pair(said["from"]),
            pair(to),
            said["subject"],
            said["text"],
            said["html"],
            pair(said["reply_to"]),
            headers,
        )

    def accepted(self, mails: Sequence[Taken]) -> Answer:
        if len(mails) > 1:
            return answer({"message": "Accepted", "bulk_email_id": "b1"}, 202)
        return Answer(b"", 202, {"Content-Type": "text/html", "X-Message-Id": "m1"})

    def unknown_address(self) -> Answer:
        return answer({"message": "The to.0.email must be a valid email address."}, 422)


class Mailgun(Fake):
    """messages.mime, which takes bytes."""

    name = "mailgun"
    root = "/v3"

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.credentials = {"key": "the-key", "domain": "mg.courier.example"}

    def knows(self, question: Question) -> bool:
        name, _, key = b64decode(question.headers["authorization"].split()[1]).partition(b":")
        return (name, key) == (b"api", b"the-key")

    def read(self, question: Question) -> list[Taken]:
        if question.path == "/v3/mg.courier.example/messages":
            return []
        assert question.path == "/v3/mg.courier.example/messages.mime"
        form = fields(question)
        assert form["o:tracking"] == b"no"
        return [as_bytes(form["message"], form["to"].decode(), form["v:delivery"].decode())]

    def accepted(self, mails: Sequence[Taken]) -> Answer:  # noqa: ARG002 - one
        return answer({"id": "<1@mg>", "message": "Queued. Thank you."})

    def unknown_address(self) -> Answer:
        return answer({"message": "'to' parameter is not a valid address."}, 400)


class Mailjet(Fake):
    """Answers for every mail, with a status that is the worst of them."""

    name = "mailjet"

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.credentials = {"key": "the-key", "secret": "s"}

    def knows(self, question: Question) -> bool:
        return b64decode(question.headers["authorization"].split()[1]) == b"the-key:s"

    def read(self, question: Question) -> list[Taken]:
        said = json.loads(question.body)
        common = said.get("Globals", {})
        return [self._mail({**common, **each}) for each in said.get("Messages", [])]

    def _mail(self, said: dict[str, Any]) -> Taken:
        (to,) = said["To"]
        assert (said["TrackClicks"], said["TrackOpens"]) == ("disabled", "disabled")
        return Taken(
            to["Email"],
            json.loads(said["EventPayload"])["delivery"],
            pair(said["From"]),
            pair(to),
            said["Subject"],
            said["TextPart"],
            said["HTMLPart"],
            pair(said["ReplyTo"]),
            said["Headers"],
        )

    def take(self, mails: list[Taken]) -> Answer:
        self.calls.append([mail for mail in mails if mail.recipient not in self.unknown])
        said = [self._said(mail) for mail in mails]
        bad = any(each["Status"] == "error" for each in said)
        return answer({"Messages": said}, 400 if bad else 200)

    def _said(self, mail: Taken) -> dict[str, Any]:
        if mail.recipient in self.unknown:
            what = {"ErrorMessage": "Invalid address.", "ErrorRelatedTo": ["To[0].Email"]}
            return {"Status": "error", "Errors": [what]}
        return {"Status": "success", "To": [{"Email": mail.recipient, "MessageID": 7}]}


class Postmark(Listed):
    """Answers for every mail, with an error code each."""

    name = "postmark"
    path, many = "/email", "/email/batch"

    def mail(self, said: dict[str, Any]) -> Taken:
        headers = {each["Name"]: each["Value"] for each in said["Headers"]}
        assert (said["TrackOpens"], said["TrackLinks"]) == (False, "None")
        assert headers.pop("X-PM-KeepID") == "true"
        return Taken(
            said["To"].rpartition("<")[2].strip(">"),
            said["Metadata"]["delivery"],
            said["From"],
            said["To"],
            said["Subject"],
            said["TextBody"],
            said["HtmlBody"],
            said.get("ReplyTo", ""),
            headers,
        )

    def take(self, mails: list[Taken]) -> Answer:
        self.calls.append([mail for mail in mails if mail.recipient not in self.unknown])
        said = [self._said(mail) for mail in mails]
        if len(said) > 1:
            return answer(said)
        return answer(said[0], 422 if said[0]["ErrorCode"] else 200)

    def _said(self, mail: Taken) -> dict[str, Any]:
        if mail.recipient in self.unknown:
            why = f"Found inactive addresses: {mail.recipient}. Inactive recipients are ones"
            return {"ErrorCode": 406, "Message": why}
        return {"ErrorCode": 0, "Message": "OK", "MessageID": "pm", "To": mail.recipient}


class Resend(Listed):
    """Refuses a call as a whole, and knows calls again."""

    name = "resend"
    path, many = "/emails", "/emails/batch"

    def mail(self, said: dict[str, Any]) -> Taken:
        (to,), (reply_to,) = said["to"], said["reply_to"]
        headers = dict(said["headers"])
        return Taken(
            to.rpartition("<")[2].strip(">"),
            json.loads(headers.pop("X-Metadata"))["delivery"],
            said["from"],
            to,
            said["subject"],
            said["text"],
            said["html"],
            reply_to,
            headers,
        )

    def accepted(self, mails: Sequence[Taken]) -> Answer:
        ids = [{"id": mail.mark} for mail in mails]
        return answer({"data": ids} if len(ids) > 1 else ids[0])

    def unknown_address(self) -> Answer:
        return answer({"name": "validation_error", "message": "Invalid `to` field."}, 422)


class SendGrid(Fake):
    """A mail a call."""

    name = "sendgrid"

    def read(self, question: Question) -> list[Taken]:
        said = json.loads(question.body)
        if not said:
            return []
        assert question.path == "/mail/send"
        (person,) = said["personalizations"]
        text, html = said["content"]
        (reply_to,) = said["reply_to_list"]
        assert not said["tracking_settings"]["click_tracking"]["enable"]
        return [
            Taken(
                person["to"][0]["email"],
                said["custom_args"]["delivery"],
                pair(said["from"]),
                pair(person["to"][0]),
                said["subject"],
                text["value"],
                html["value"],
                pair(reply_to),
                said["headers"],
            )
        ]

    def accepted(self, mails: Sequence[Taken]) -> Answer:  # noqa: ARG002 - one
        return Answer(b"", 202)

    def unknown_address(self) -> Answer:
        what = {"message": "No valid address.", "field": "personalizations.0.to.0.email"}
        return answer({"errors": [what]}, 400)


class SparkPost(Fake):
    """A mail a call; counts whom it accepts."""

    name = "sparkpost"

    def read(self, question: Question) -> list[Taken]:
        said = json.loads(question.body)
        if not said:
            return []
        assert question.path == "/transmissions/"
        (person,) = said["recipients"]
        content = said["content"]
        assert said["options"] == {"click_tracking": False, "open_tracking": False}
        return [
            Taken(
                person["address"]["email"],
                said["metadata"]["delivery"],
                content["from"],
                person["address"]["header_to"],
                content["subject"],
                content["text"],
                content["html"],
                content["reply_to"],
                content["headers"],
            )
        ]

    def accepted(self, mails: Sequence[Taken]) -> Answer:  # noqa: ARG002 - one
        return self._counted(accepted=1)

    def unknown_address(self) -> Answer:
        return self._counted(accepted=0)

    def _counted(self, accepted: int) -> Answer:
        counts = {
            "id": "sp",
            "total_accepted_recipients": accepted,
            "total_rejected_recipients": 1 - accepted,
        }
        return answer({"results": counts})


FAKES: dict[str, type[Fake]] = {
    fake.name: fake
    for fake in (
        *(AmazonSes, Brevo, MailerSend, Mailgun, Mailjet, Postmark, Resend, SendGrid, SparkPost),
    )
}


@contextmanager
def running(name: str) -> Iterator[Fake]:
    """Run a service for the time of a test."""
    with serving() as site:
        fake = FAKES[name](site)
        site.respond = fake.respond
        yield fake


def as_bytes(raw: bytes, recipient: str, mark: str) -> Taken:
    """Return a mail that was handed over as bytes."""
    parts = taken_apart(raw)
    return Taken(
        recipient,
        mark,
        parts.sender,
        parts.recipient,
        parts.subject,
        parts.text,
        parts.html,
        parts.reply_to,
        dict(parts.headers),
        raw,
    )


def pair(said: dict[str, str]) -> str:
    """Return a name and an address that are apart in JSON."""
    spelled = {key.lower(): value for key, value in said.items()}
    name, address = decoded(spelled.get("name", "")), spelled["email"]
    quoted = name.replace("\\", r"\\").replace('"', r"\"")
    return f'"{quoted}" <{address}>' if name else address


def fields(question: Question) -> dict[str, bytes]:
    """Return the fields of a form with files in it."""
    head = f"Content-Type: {question.headers['content-type']}\r\n\r\n".encode()
    form = message_from_bytes(head + question.body)
    parts: list[Message] = [part for part in form.walk() if not part.is_multipart()]
    read: dict[str, bytes] = {}
    for part in parts:
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            read[name] = content
    # The parser would read a mail in it too; here the octets count.
    boundary = str(form.get_boundary()).encode()
    for piece in question.body.split(b"--" + boundary):
        head, _, content = piece.partition(b"\r\n\r\n")
        if b'name="message"' in head:
            read["message"] = content.removesuffix(b"\r\n")
    return read
