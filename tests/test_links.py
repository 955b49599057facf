"""What a link or an id of ours says when it comes back."""

import pytest

from publisher import links


def test_a_message_id_names_its_delivery_with_and_without_brackets() -> None:
    message_id = links.Personal("courier.example").message_id(7)
    assert links.delivery(message_id) == 7
    assert links.delivery(f" <{message_id}>") == 7


@pytest.mark.parametrize(
    "message_id", ["", "<7@courier.example>", "AAAAAAAH@courier.example", "é@x"]
)
def test_a_message_id_of_anybody_else_names_nothing(message_id: str) -> None:
    assert links.delivery(message_id) is None


def test_an_unsubscribe_token_is_no_message_id() -> None:
    token = links.unsubscribe(7).rstrip("/").rpartition("/")[2]
    assert links.delivery(f"{token}@courier.example") is None
