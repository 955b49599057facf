"""The ledger of outgoing mail.

What is sent, in which portions, and what became of every single recipient.
"""

from publisher.delivery.models.batch import Batch
from publisher.delivery.models.delivery import Delivery
from publisher.delivery.models.mailing import Mailing

__all__ = ["Batch", "Delivery", "Mailing"]
