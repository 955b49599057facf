"""X: posts with an account's keys (OAuth 1.0a) or its tokens (OAuth 2.0), and what comes of them.

channel.py      an account, and what it can be asked to do
credentials.py  keys and tokens, and how a call is signed with them
tweeting.py     tweepy's calls: host, signature, time-outs, and lines that break
answers.py      what an answer that is no success means
finding.py      whether a post on the timeline is the one that was sent
"""

from publisher.channels.http import TIMEOUTS_SECONDS
from publisher.channels.x.channel import API_URL, X
from publisher.channels.x.credentials import Credentials, Keys, Tokens

__all__ = [
    "API_URL",
    "TIMEOUTS_SECONDS",
    "Credentials",
    "Keys",
    "Tokens",
    "X",
]
