"""Mail leaves by a mail service's API, which django-anymail speaks: the one room that may know it.

services.py   the services: what each needs to know and how much it takes in one call
apart.py      a finished mail taken apart, for services that want its pieces
forms.py      what is asked of a service: the very bytes, one mail's pieces, or many of them
answers.py    what its answers mean
http.py       one connection to a service
ses.py        the same to Amazon's, which speaks through boto3
carrier.py    all connections to a service: what the engine sends by
"""
