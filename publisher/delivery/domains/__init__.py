"""The domains in whose name mail leaves.

keys.py       their DKIM keys
actions.py    what changes them: added, given new keys
queries.py    what is read: for a person, and for the engine that signs
records.py    what has to stand in the DNS for them
spf.py        who may send for a domain (RFC 7208)
dmarc.py      what it asks of receivers (RFC 9989)
senders.py    where our mail leaves from, as far as that can be told
checking.py   whether the DNS says all that it should
"""
