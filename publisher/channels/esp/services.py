"""The services: what each needs to know, under which name anymail asks for it, and what it can."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

# More than this is in doubt at once where the answer to a call is lost, though some would take 500
# or 1,000; and opening a call costs nothing beside a hundred mails.
_TOGETHER = 100
# Calls at a time: enough for a hundred mails a second where each is a call of 100 ms of its own.
_SINGLY = 10
_IN_GROUPS = 4


@dataclass(frozen=True, slots=True)
class Service:
    """A mail service.

    `needs` and `takes` are our words for what it must or may be told, with anymail's; `regions`
    have an API of their own. Of `most` mails a call, one is a call for itself. `signs` says that
    its webhooks need a signing key. Where it `templates`, braces in a mail mean something to it;
    where it `takes_bytes`, it sends a mail as it is, our signature and all.
    """

    title: str
    needs: Mapping[str, str]
    takes: Mapping[str, str] = field(default_factory=dict)
    regions: Mapping[str, str] = field(default_factory=dict)
    most: int = 1
    signs: bool = False
    # What carries the delivery's mark to its webhooks.
    mark: Literal["metadata", "tags"] = "metadata"
    # Where it wants the key that makes the same call again harmless, "" where there is no such key.
    idempotency: Literal["", "header", "field"] = ""
    can_be_told_not_to_track: bool = True
    takes_bytes: bool = False
    keeps_message_id: bool = False
    templates: bool = False

    @property
    def connections(self) -> int:
        """Return how many calls may be under way at a time."""
        return _SINGLY if self.most == 1 else _IN_GROUPS

    @property
    def words(self) -> tuple[str, ...]:
        """Return everything that it can be told, the needed first."""
        optional = (*self.takes, *(["region"] if self.regions else []))
        return (*self.needs, *optional, *(["signing_key"] if self.signs else []), "api_url")


_KEY = {"key": "api_key"}
_SES = {"key": "aws_access_key_id", "secret": "aws_secret_access_key", "region": "region_name"}
_SES_TAKES = {"configuration_set": "ConfigurationSetName"}
_MAILGUN = {"": "https://api.mailgun.net/v3", "eu": "https://api.eu.mailgun.net/v3"}
_SENDGRID = {"": "https://api.sendgrid.com/v3", "eu": "https://api.eu.sendgrid.com/v3"}
_SPARKPOST = {"": "https://api.sparkpost.com/api/v1", "eu": "https://api.eu.sparkpost.com/api/v1"}

# Mailjet takes 50 a call, Resend 100, Postmark and MailerSend 500, Brevo 1,000.
SERVICES: Mapping[str, Service] = {
    "amazon_ses": Service("Amazon SES", _SES, _SES_TAKES, takes_bytes=True),
    "brevo": Service(
        "Brevo",
        _KEY,
        most=_TOGETHER,
        idempotency="field",
        can_be_told_not_to_track=False,
        templates=True,
    ),
    "mailersend": Service(
        "MailerSend", {"key": "api_token"}, most=_TOGETHER, signs=True, mark="tags", templates=True
    ),
    "mailgun": Service(
        "Mailgun",
        {**_KEY, "domain": "sender_domain"},
        {},
        _MAILGUN,
        signs=True,
        takes_bytes=True,
    ),
    "mailjet": Service("Mailjet", {**_KEY, "secret": "secret_key"}, most=50),
    "postmark": Service(
        "Postmark",
        {"key": "server_token"},
        {"stream": "message_stream"},
        most=_TOGETHER,
        keeps_message_id=True,
    ),
    "resend": Service(
        "Resend",
        _KEY,
        most=_TOGETHER,
        signs=True,
        idempotency="header",
        can_be_told_not_to_track=False,
    ),
    "sendgrid": Service("SendGrid", _KEY, {}, _SENDGRID, signs=True, keeps_message_id=True),
    "sparkpost": Service("SparkPost", _KEY, {}, _SPARKPOST, keeps_message_id=True, templates=True),
}
