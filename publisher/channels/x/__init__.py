"""X: posts with an account's keys (OAuth 1.0a) or its tokens (OAuth 2.0), and what comes of them.

channel.py      an account, and what it can be asked to do
credentials.py  keys and tokens, and how a call is signed with them
tweeting.py     tweepy's calls: host, signature, time-outs, and lines that break
answers.py      what an answer that is no success means
finding.py      whether a post on the timeline is the one that was sent
figures.py      what came of a post
media.py        pictures and videos: how they are uploaded and described
connecting.py   OAuth 2.0 with PKCE: how an account's tokens are come by, and renewed
"""

from publisher.channels.http import TIMEOUTS_SECONDS
from publisher.channels.x.channel import X
from publisher.channels.x.connecting import API_URL, AUTHORIZE_URL, App, verifier
from publisher.channels.x.credentials import Credentials, Keys, Tokens

__all__ = [
    "API_URL",
    "AUTHORIZE_URL",
    "TIMEOUTS_SECONDS",
    "App",
    "Credentials",
    "Keys",
    "Tokens",
    "X",
    "verifier",
]
