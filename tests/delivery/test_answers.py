"""Every kind of "no": how long to wait for a "yes", and whether it is about us or a reader."""

from datetime import timedelta
from functools import partial

import pytest

from publisher.delivery import answers
from publisher.delivery.answers import is_fault_of_sender

TWO_DAYS = timedelta(days=2)
until = partial(answers.until, give_up_after=TWO_DAYS)
NEVER = timedelta(0)
MINUTES = timedelta(minutes=1)
HOURS = timedelta(hours=1)


@pytest.mark.parametrize(
    ("code", "text", "first", "third"),
    [
        (450, "4.2.0 <ada@reader.example>: Greylisted, see postgrey.html", 6, 30),
        (451, "4.7.1 Greylisting in action, please come back later", 6, 30),
        (450, "Recipient address rejected: Policy Rejection: Greylisted", 6, 30),
        (452, "4.2.2 The email account that you tried to reach is over quota", 120, 480),
        (450, "4.2.2 user is overquota", 120, 480),
        (450, "4.2.1 The user you are trying to contact is receiving mail too quickly", 60, 240),
        (421, "4.7.28 Our system has detected an unusual rate of unsolicited mail", 6, 30),
        (451, "4.7.650 The mail server has been temporarily rate limited", 6, 30),
        (421, "4.7.0 [TSS04] Messages temporarily deferred due to user complaints", 6, 30),
        (451, "4.4.3 Temporary DNS failure, directory server", 15, 60),
        (450, "4.1.8 <daily@courier.example>: Sender domain not found", 15, 60),
        (421, "4.4.2 mx.reader.example Error: timeout exceeded", 2, 15),
        (451, "4.4.1 No answer from host", 2, 15),
        (452, "4.3.1 Insufficient system storage", 5, 30),
        (421, "mx.reader.example closing, service not available", 5, 30),
        (451, "Requested action aborted: local error in processing", 1, 15),
        (450, "Requested mail action not taken: mailbox unavailable", 1, 15),
        (450, "4.2.0 mailbox is busy", 1, 15),
        (451, "", 1, 15),
    ],
)
def test_a_wait_grows_and_is_as_long_as_its_reason(
    code: int, text: str, first: int, third: int
) -> None:
    assert until(code, text, 0, NEVER) == first * MINUTES
    assert until(code, text, 2, NEVER) == third * MINUTES


def test_the_last_wait_is_repeated() -> None:
    assert until(452, "4.2.2 full", 99, NEVER) == 8 * HOURS


def test_the_last_try_is_made_at_the_set_age_and_then_it_is_a_bounce() -> None:
    assert until(452, "4.2.2 full", 9, TWO_DAYS - HOURS) == HOURS
    assert until(452, "4.2.2 full", 9, TWO_DAYS) is None
    assert until(451, "", 0, 2 * HOURS, give_up_after=2 * HOURS) is None


def test_a_full_mailbox_is_tried_eight_times_more_in_two_days() -> None:
    age, tries = NEVER, 0
    while (wait := until(452, "4.2.2 full", tries, age)) is not None:
        age, tries = age + wait, tries + 1
    assert (age, tries) == (TWO_DAYS, 8)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        # RFC 4954.
        (530, "5.7.0 Authentication required"),
        (535, "5.7.8 Authentication credentials invalid"),
        (535, "Incorrect authentication data"),
        # RFC 5321 and 3463: too big, for whomever.
        (552, "5.3.4 Message size exceeds fixed limit"),
        (552, "5.2.3 Your message exceeded our message size limits"),
        (552, "Message too large"),
        # We may not send by this relay, or in this name.
        (554, "5.7.1 <ada@reader.example>: Relay access denied"),
        (550, "relaying denied"),
        (553, "5.7.1 <daily@courier.example>: Sender address rejected: not owned by user"),
        (550, "5.1.7 <daily@courier.example>: Bad sender address syntax"),
        (550, "5.1.8 Sender address rejected: Domain not found"),
        (550, "Sender address rejected"),
        # RFC 7372 and 7505: SPF, DKIM, reverse DNS, a null MX.
        *((550, f"5.7.{detail} unauthenticated") for detail in (20, 23, 25, 26, 27)),
        # Reputation and content.
        (554, "5.7.1 Service unavailable; Client host [203.0.113.7] blocked using Spamhaus"),
        (550, "5.7.1 This message is likely unsolicited mail"),
        (554, "Your access to this mail system has been rejected, bad reputation"),
        (554, "Transaction failed"),
        (550, "5.6.0 Content rejected"),
        # RFC 7504 and syntax.
        (521, "Host does not accept mail from you"),
        (555, "MAIL parameters are not implemented here"),
        (501, "5.5.4 Syntax error in parameters"),
    ],
)
def test_what_everybody_would_get_is_our_fault(code: int, text: str) -> None:
    assert is_fault_of_sender(code, text)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (550, "5.1.1 no such user"),
        (550, "User unknown"),
        (550, "Requested action not taken: mailbox unavailable"),
        (550, "5.5.0 Requested action not taken: mailbox unavailable"),
        (551, "User not local; please try <forward-path>"),
        (552, "5.2.2 mailbox full"),
        (552, "Requested mail action aborted: exceeded storage allocation"),
        (553, "Requested action not taken: mailbox name not allowed"),
        (554, "5.7.1 <ada@reader.example>: Recipient address rejected: Access denied"),
        (550, "5.7.2 Mailing list expansion prohibited"),
        # RFC 7293, 7505, 6531.
        (550, "5.7.17 Mailbox owner has changed"),
        (556, "5.1.10 Recipient address has null MX"),
        (553, "5.6.7 the server has no SMTPUTF8"),
        (550, "5.4.4 Unable to route"),
        (550, "5.2.1 The account is disabled"),
        (550, ""),
        (450, "4.7.1 Greylisted"),
        (250, "2.0.0 taken"),
    ],
)
def test_what_is_about_one_reader_is_not(code: int, text: str) -> None:
    assert not is_fault_of_sender(code, text)


def test_an_address_of_a_host_is_no_status() -> None:
    assert until(451, "203.4.2.2 is busy", 0, NEVER) == MINUTES
    assert until(451, "4.2.2.1 is busy", 0, NEVER) == MINUTES
