"""What a worker and beat read once they run, read at once: for a parent whose children share it."""

import billiard.pool
import celery.app.control
import celery.app.events
import celery.app.log
import celery.apps.beat
import celery.apps.worker
import celery.bin.celery
import celery.concurrency.solo
import celery.concurrency.thread
import celery.contrib.django.task
import celery.events.receiver
import celery.worker.autoscale
import celery.worker.components
import celery.worker.consumer.delayed_delivery
import celery.worker.strategy
import kombu.mixins
import kombu.transport.redis
import uvloop

import workers.tasks
from workers.app import app

# What the app makes of its settings when it is first asked is made here.
app.finalize()
app.select_queues()
