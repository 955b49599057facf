"""How fast mail may leave: what relays, providers and a young sending domain put up with.

providers.py    which mailboxes belong together: a group for each of the large providers
limits.py       the limits of a relay, and those that each provider is known for
pace.py         what a provider gets that asked us to slow down, until it is content again
warming.py      how much a new sending domain may send on each of its first days

shares.py       what one process has been granted and not used yet
throttle.py     the hot path: may this message go now? No I/O, ever

metering.py     limits a second, held by all workers together: Redis, or each its part without it
quotas.py       limits an hour and a day, counted in PostgreSQL: no wiped Redis gives them twice
slowdowns.py    who asked us to slow down, in PostgreSQL
supply.py       keeps the shares filled, a few times a second, beside the sending
queries.py      what editors are told of it

A limit is shared by reserving: a worker asks for a small block ahead of its need, and what it did
not use goes back. So nothing is counted afterwards, and what a killed worker had reserved is lost
to the limit, never added to it.
"""
