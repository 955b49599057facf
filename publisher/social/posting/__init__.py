"""Calls a network and writes down what came of it: a post goes out once, or the row says why not.

The row says `posting` before the call is made, and only the worker that wrote it there makes the
call. So a worker that dies leaves either nothing done or a doubt, and a doubt is looked up on the
network and never posted again by itself.

publishing.py   what is due: pictures first, then the one call
uploading.py    pictures, as often as it takes: nothing is posted by it
doubts.py       what nobody is sure of is looked up
deleting.py     what is to be taken back
outcomes.py     what came of a call, as the row tells it
connecting.py   the way to an account's network, with credentials that hold
"""

from publisher.social.posting.connecting import Connect, check
from publisher.social.posting.doubts import ASK_AGAIN_AFTER, LOOK_UP_AFTER
from publisher.social.posting.outcomes import ATTEMPTS, RETRY_AFTER, SHORTEST_WAIT
from publisher.social.posting.publishing import publish

__all__ = [
    "ASK_AGAIN_AFTER",
    "ATTEMPTS",
    "LOOK_UP_AFTER",
    "RETRY_AFTER",
    "SHORTEST_WAIT",
    "Connect",
    "check",
    "publish",
]
