"""Where a mailbox is: read from a URL, refused in one sentence, and the password never shown."""

import pytest

from publisher.channels import mailboxes
from publisher.channels.mailboxes import MailboxUrl
from publisher.errors import Refused


def test_a_url_names_everything() -> None:
    url = "imaps://ada%40x.example:s%3Aa@mail.example:1993/Bounces?done=Old"
    assert mailboxes.parse(url) == MailboxUrl(
        "imap", "tls", "mail.example", 1993, "ada@x.example", "s:a", "Bounces", "Old"
    )


@pytest.mark.parametrize(
    ("scheme", "port"),
    [("imaps", 993), ("imap+starttls", 143), ("pop3s", 995), ("pop3+starttls", 110)],
)
def test_every_kind_has_its_port(scheme: str, port: int) -> None:
    assert mailboxes.parse(f"{scheme}://ada:tide@mail.example").port == port


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://ada:tide@mail.example", "must start with imaps://"),
        ("imap://ada:tide@mail.example", "would send its password unencrypted"),
        ("imaps://ada:tide@", "must name a host"),
        ("imaps://ada:tide@mail.example:99999", "no valid host and port"),
        ("imaps://ada@mail.example", "needs a user and a password"),
        ("imaps://ada:ti%0D%0Ade@mail.example", "must be printable"),
        ("imaps://ada:tide@mail.example/B%C3%BCro", "must have a name in ASCII"),
        ("imaps://ada:tide@mail.example?done=a%0D%0Ab", "must have a name in ASCII"),
        ("imaps://ada:tide@mail.example?keep=1", "unknown option 'keep'"),
        ("pop3s://ada:tide@mail.example/INBOX", "POP3 knows no folders"),
    ],
)
def test_a_wrong_url_is_refused_without_showing_the_password(url: str, why: str) -> None:
    with pytest.raises(Refused, match=why) as refused:
        mailboxes.parse(url)
    assert "tide" not in str(refused.value)
    assert "tide" not in repr(mailboxes.parse("imaps://ada:tide@mail.example"))
