"""Stands in for X: takes posts as strictly as X does, remembers them and shows them on a page.

app.py        the WSGI application and its routes
signatures.py who is asking: OAuth 1.0a signatures, checked
rations.py    how many calls an account has left
posts.py      what was posted, kept in a file
request.py    what is looked at in a request
reading.py    what of an account is asked for, and how it is given out
shortening.py what X does to links: t.co
faults.py     what shall go wrong next
timeline.py   the page for people
answers.py    what is said back
serving.py    a small HTTP server for it
"""

from publisher.sandbox.x.app import XStandIn
from publisher.sandbox.x.serving import serve

__all__ = ["XStandIn", "serve"]
