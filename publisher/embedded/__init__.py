"""PostgreSQL, Redis and our own processes on one machine; knows neither Django nor Celery.

A command that needs the engines for a moment:

    with engines.running(Places(home)):
        ...

A command that is the whole newsroom: engines first, then what needs them; it ends in the opposite
order.

    with Engines(places, log=say).claimed() as programs:
        Supervisor([programs, [sandbox], [web, worker, beat]], log=say, pids=places.pids).run()
"""
