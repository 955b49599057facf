"""Everything that changes the ledger.

mailings.py     preparing, holding, cancelling and closing a mailing
addressing.py   writing a delivery for every reader, a portion at a time
batches.py      handing out, taking and giving back batches, and noting what became of everybody
"""

from publisher.delivery.actions.addressing import (
    address_one,
    address_readers,
    claim_unaddressed,
)
from publisher.delivery.actions.batches import (
    LEASE,
    Ending,
    Hold,
    claim_due,
    finish,
    note,
    recover,
    take,
    take_next,
)
from publisher.delivery.actions.mailings import (
    Addressing,
    cancel,
    close_finished,
    discard,
    hold,
    prepare,
    release,
    stop,
)

__all__ = [
    "LEASE",
    "Addressing",
    "Ending",
    "Hold",
    "address_one",
    "address_readers",
    "cancel",
    "claim_due",
    "claim_unaddressed",
    "close_finished",
    "discard",
    "finish",
    "hold",
    "note",
    "prepare",
    "recover",
    "release",
    "stop",
    "take",
    "take_next",
]
