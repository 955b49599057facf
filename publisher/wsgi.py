"""The door for a WSGI server: `gunicorn publisher.wsgi`."""

from django.core.wsgi import get_wsgi_application

from publisher import env

env.name_settings()
application = get_wsgi_application()
