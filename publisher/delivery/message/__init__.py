"""A mail is frozen once into MIME bytes with slots, and filled for every recipient.

    marks = new_marks("click_1")                  marks.name, marks.click_1 … go into the templates
    frozen = freeze(Draft(…), marks)              once an edition; store frozen.to_bytes()
    build(frozen, Recipient(…)) -> bytes          once a reader; the very bytes that go out

Raises publisher.errors.Refused wherever a person's words cannot become a mail.
"""

from publisher.delivery.message.filling import Recipient, build
from publisher.delivery.message.freezing import Draft, freeze
from publisher.delivery.message.frozen import Frozen
from publisher.delivery.message.marks import SLOTS, Marks, new_marks

__all__ = ["SLOTS", "Draft", "Frozen", "Marks", "Recipient", "build", "freeze", "new_marks"]
