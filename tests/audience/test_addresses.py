"""One mailbox has one spelling, and what is none is refused."""

import pytest

from publisher.audience import addresses
from publisher.errors import Refused


@pytest.mark.parametrize(
    ("raw", "normal"),
    [
        (" Ada@Example.ORG ", "ada@example.org"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@XN--BCHER-KVA.example", "ada@xn--bcher-kva.example"),
        ("jose\u0301@example.org", "jos\u00e9@example.org"),
        ("o'brien+news@example.co", "o'brien+news@example.co"),
        ("ada@example.org.", "ada@example.org"),
    ],
)
def test_every_spelling_of_a_mailbox_has_one_normal_form(raw: str, normal: str) -> None:
    assert addresses.normalise(raw) == normal
    assert addresses.normalise(normal) == normal


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "ada",
        "@example.org",
        "ada@localhost",
        "ada@[127.0.0.1]",
        "ada@127.0.0.1",
        "ada@exa mple.org",
        "ada@example.org\r\nBcc: eve@example.org",
        "ada\n@example.org",
        "ada@example.org,eve@example.org",
        "ada,eve@example.org",
        "ada@example.org>",
        "ada\0@example.org",
        "\u202eada@example.org",
        "ada@-example.org",
        "ada@example..org",
        f"{'a' * 65}@example.org",
        f"ada@{'a' * 60}.{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.org",
    ],
)
def test_what_is_no_address_is_refused_in_one_printable_line(raw: str) -> None:
    with pytest.raises(Refused, match="is not an e-mail address") as refusal:
        addresses.normalise(raw)
    assert str(refusal.value).isprintable()
