"""Amazon SES: the very bytes by SendEmail of its API v2, through boto3."""

from collections.abc import Mapping, Sequence
from functools import cache
from threading import Lock
from typing import Any

from anymail.backends.amazon_ses import EmailBackend
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ParamValidationError,
    SSLError,
)
from botocore.session import Session
from requests.structures import CaseInsensitiveDict

from publisher.channels import ChannelError, Permanent, Temporary, Unknown
from publisher.channels.esp.answers import Unacceptable, meaning, shown
from publisher.channels.esp.apart import ascii_address, mark
from publisher.channels.esp.services import SERVICES
from publisher.channels.mail import Envelope, Outcome

_SERVICE = SERVICES["amazon_ses"]
_CONNECT_SECONDS, _ANSWER_SECONDS = 10, 30
_OK = 250
# Answers with status 400 that are about the account: nobody's mail would be taken.
_ACCOUNT = frozenset(
    {
        *("AccountSuspendedException", "SendingPausedException", "NotFoundException"),
        *("MailFromDomainNotVerifiedException", "InvalidClientTokenId", "SignatureDoesNotMatch"),
        *("UnrecognizedClientException", "AccessDeniedException", "ExpiredTokenException"),
    }
)
_BUSY = frozenset({"TooManyRequestsException", "LimitExceededException", "ThrottlingException"})
_NEVER_CONNECTED = (EndpointConnectionError, ConnectTimeoutError, SSLError)
# A session makes one client at a time; the clients are for any number of threads.
_ONE_AT_A_TIME = Lock()


class Ses:
    """A client for any number of threads."""

    def __init__(self, credentials: Mapping[str, str]) -> None:
        client: dict[str, Any] = {
            name: credentials[word] for word, name in _SERVICE.needs.items()
        } | {
            "config": {
                "connect_timeout": _CONNECT_SECONDS,
                "read_timeout": _ANSWER_SECONDS,
                "max_pool_connections": _SERVICE.connections,
                # boto3 would make a call again whose answer was lost, and the mail go out twice.
                "retries": {"total_max_attempts": 1},
            }
        }
        if url := credentials.get("api_url"):
            client["endpoint_url"] = url
        self._backend = EmailBackend(client_params=client)
        with _ONE_AT_A_TIME:
            self._backend.client = _session().create_client("sesv2", **self._backend.client_params)
        self._set = credentials.get("configuration_set", "")

    def post(self, group: Sequence[Envelope]) -> list[Outcome | Permanent]:
        """Hand over a mail; return what became of it, and raise as `Http.post` does."""
        (envelope,) = group
        wish = {
            "Destination": {"ToAddresses": [ascii_address(envelope.recipient)]},
            "Content": {"Raw": {"Data": envelope.message}},
            "EmailTags": [{"Name": "delivery", "Value": mark(envelope.message)}],
        } | ({"ConfigurationSetName": self._set} if self._set else {})
        try:
            said = self._backend.client.send_email(**wish)
        except (ClientError, BotoCoreError) as error:
            raise _meaning(error, envelope.recipient) from error
        if not said.get("MessageId"):
            raise Unknown(f"The answer of {_SERVICE.title} cannot be read.")
        receipt = f"{_SERVICE.title} took it: {shown(said['MessageId'])}"
        return [Outcome(envelope.key, "sent", _OK, receipt)]

    def check(self) -> None:
        """Find out whether the keys are accepted; raises Temporary or Permanent."""
        try:
            self._backend.client.get_account()
        except (ClientError, BotoCoreError) as error:
            if _code(error) == "AccessDeniedException":
                # Known, and not allowed to ask: a key that may only send.
                return
            found = _meaning(error, "")
            raise Temporary(found.reason) if isinstance(found, Unknown) else found from error

    def close(self) -> None:
        """Leave the connections to their end: other threads may use the client still."""


@cache
def _session() -> Session:
    """Return the session of all clients: it reads Amazon's description of its API once (40 ms)."""
    return Session()


def _meaning(error: Exception, address: str) -> ChannelError:
    """Return what an error of boto3 means for a mail."""
    if isinstance(error, ClientError):
        code, status = _code(error), error.response["ResponseMetadata"]["HTTPStatusCode"]
        said = f"{code}: {error.response['Error'].get('Message', '')}"
        headers = CaseInsensitiveDict(error.response["ResponseMetadata"].get("HTTPHeaders", {}))
        status = 403 if code in _ACCOUNT else 429 if code in _BUSY else status
        found = meaning(_SERVICE.title, status, said, headers, address)
        return _sandboxed(found, said)
    if isinstance(error, ParamValidationError):
        # Nothing was asked of Amazon.
        return Unacceptable(f"{shown(str(error))}.", is_about_recipient=False)
    if isinstance(error, _NEVER_CONNECTED):
        return Temporary(f"{_SERVICE.title} cannot be reached: {shown(str(error))}.")
    return Unknown(f"The line to {_SERVICE.title} broke before its answer was here.")


def _sandboxed(found: ChannelError, said: str) -> ChannelError:
    # Of the sender, or of every reader while the account is in Amazon's sandbox: an account's
    # matter, although the address is named.
    if isinstance(found, Unacceptable) and "not verified" in said:
        return Permanent(found.reason, stops_account=True)
    return found


def _code(error: Exception) -> str:
    return str(error.response["Error"].get("Code", "")) if isinstance(error, ClientError) else ""
