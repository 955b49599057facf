"""Stands in for X: takes posts as strictly as X does, remembers them and shows them on a page.

app.py        the WSGI application and its routes
routes.py     what one call may do, and what is known of one that was let in
request.py    what is looked at in a request
multipart.py  the parts of a form
answers.py    what is said back
serving.py    a small HTTP server for it

accounts.py   who may call
gate.py       who is asking: by OAuth 1.0a or OAuth 2.0
signatures.py OAuth 1.0a signatures, checked
grants.py     what accounts have allowed to apps: OAuth 2.0 codes and tokens
tokens.py     where apps get, renew and give back tokens
consent.py    the page where a person allows it
rations.py    how many calls an account and its app have left

writing.py    makes and deletes posts
posts.py      what was posted, kept in a file
uploading.py  takes pictures and videos
media.py      pictures and videos: parts, states, ages, sizes
lookups.py    tells of accounts, timelines and posts
reading.py    what of an account is asked for, and how it is given out
shortening.py what X does to links: t.co
figures.py    what came of a post

faults.py     what shall go wrong next
timeline.py   the page for people
pages.py      how pages are made
"""

from publisher.sandbox.x.accounts import Client, Keys
from publisher.sandbox.x.app import XStandIn
from publisher.sandbox.x.serving import serve

__all__ = ["Client", "Keys", "XStandIn", "serve"]
