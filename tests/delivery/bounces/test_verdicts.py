"""Codes and words become group, hard and permanent; a reader is silenced only beyond doubt."""

import pytest

from publisher.delivery.bounces import parse
from publisher.delivery.bounces.verdicts import GROUPS
from publisher.delivery.bounces.vocabulary import PHRASES
from tests.delivery.bounces.mails import failed

AT_RCPT = "(in reply to RCPT TO command)"
AT_DATA = "(in reply to end of DATA command)"


@pytest.mark.parametrize(
    ("diagnostic", "code", "group"),
    [
        ("550 5.1.1 whatever", "5.1.1", "invalid"),
        ("550 5.1.2 Host unknown", "5.1.2", "invalid"),
        ("556 5.1.10 null MX", "5.1.10", "invalid"),
        ("552 5.2.2 full", "5.2.2", "full"),
        ("550 Mailbox for Ada has exceeded the limit", "5.0.0", "full"),
        ("452 4.2.2 Over quota", "4.2.2", "full"),
        ("552 5.3.4 too big", "5.3.4", "size"),
        ("550 5.2.1 The account is disabled", "5.2.1", "inactive"),
        ("554 5.7.1 Relay access denied", "5.7.1", "policy"),
        ("550 5.7.26 DMARC", "5.7.26", "policy"),
        ("550 blocked using zen.spamhaus.org", "5.0.0", "policy"),
        ("554 rejected due to spam content", "5.0.0", "policy"),
        ("421 4.7.0 Too many connections", "4.7.0", "transient"),
        ("Connection timed out", "4.4.1", "transient"),
        ("554 5.4.6 Too many hops", "5.4.6", "transient"),
        ("550 no", "5.0.0", "unknown"),
    ],
)
def test_a_code_or_the_words_decide(diagnostic: str, code: str, group: str) -> None:
    [report] = parse(failed(diagnostic, code))
    assert report["group"] == group
    assert report["permanent"] == (report["status"][0] == "5")


@pytest.mark.parametrize(
    ("diagnostic", "group"),
    [
        ("550 5.5.0 Boite archivee. LPN007_420", "inactive"),
        ("421 AUP#I-1310 see spectrum.net", "transient"),
        ("550 5.1.1 RCP-P2 http://postmaster.facebook.com/response_codes", "inactive"),
        ("554 Refused. IB104", "policy"),
        ("554 ESMTP AUP#CXDNS", "policy"),
        ("550 see https://mail.i.ua/err/4/", "full"),
        ("550 5.7.606 Access denied", "policy"),
    ],
)
def test_providers_have_codes_of_their_own(diagnostic: str, group: str) -> None:
    [report] = parse(failed(diagnostic))
    assert report["group"] == group


@pytest.mark.parametrize(("when", "hard"), [(AT_RCPT, True), (AT_DATA, False), ("", False)])
def test_an_unknown_user_after_the_mail_was_read_is_doubted(when: str, hard: bool) -> None:  # noqa: FBT001
    [report] = parse(failed(f"550 User unknown {when}"))
    assert report["hard"] is hard
    assert report["group"] == ("invalid" if hard else "inactive")


def test_a_5_1_1_that_speaks_of_us_silences_nobody() -> None:
    [report] = parse(failed("550 5.1.1 Client host blocked using Spamhaus", "5.1.1"))
    assert (report["group"], report["hard"]) == ("policy", False)


@pytest.mark.parametrize(
    "diagnostic",
    [
        f"550-Verification failed for <news@our.example> 550-No such user {AT_RCPT}",
        f"553 sorry, your domain our.example does not exist {AT_RCPT}",
        f"550 5.1.7 <news@our.example> invalid address {AT_RCPT}",
        "501 5.5.4 Invalid domain name",
    ],
)
def test_trouble_with_our_own_name_silences_nobody(diagnostic: str) -> None:
    [report] = parse(failed(diagnostic))
    assert not report["hard"]


def test_a_name_not_found_for_now_silences_nobody() -> None:
    [report] = parse(failed("DNS lookup responded with code NXDOMAIN", "4.0.0"))
    assert (report["group"], report["hard"]) == ("transient", False)


def test_a_reply_of_several_lines_is_read_as_one() -> None:
    [report] = parse(
        failed(
            "550-5.2.1 receiving mail at a rate that 550-5.2.1 prevents "
            "additional messages from being 550 5.2.1 delivered",
            "5.2.1",
        )
    )
    assert report["group"] == "transient"


def test_the_mail_server_s_code_yields_to_dovecot_s_words() -> None:
    words = "Your message to <ada@reader.example> was automatically rejected:\nQuota exceeded"
    [report] = parse(failed("550 5.1.1 User unknown", "5.1.1", words=words))
    assert (report["group"], report["hard"]) == ("full", False)


def test_every_cause_has_a_group_and_is_written_as_it_is_read() -> None:
    assert PHRASES.keys() == GROUPS.keys()
    for phrases in PHRASES.values():
        for phrase in phrases:
            assert phrase == phrase.lower()
            assert "  " not in phrase
