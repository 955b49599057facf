"""The distributed engine: the only place that knows Celery."""
