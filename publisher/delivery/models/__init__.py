"""The ledger of outgoing mail.

What is sent, in which portions, by which ways and in whose name; what became of every single
recipient, and what came back.
"""

from publisher.delivery.models.batch import Batch
from publisher.delivery.models.delivery import Delivery
from publisher.delivery.models.domain import Domain
from publisher.delivery.models.mailbox import Mailbox
from publisher.delivery.models.mailing import Mailing
from publisher.delivery.models.quota import Quota
from publisher.delivery.models.relay import Relay
from publisher.delivery.models.report import Report
from publisher.delivery.models.slowdown import Slowdown

__all__ = [
    "Batch",
    "Delivery",
    "Domain",
    "Mailbox",
    "Mailing",
    "Quota",
    "Relay",
    "Report",
    "Slowdown",
]
