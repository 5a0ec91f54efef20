"""The Celery application that workers run and that sends the wake-up messages."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "venom_portal.settings")

app = Celery("venom_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.worker_pool = "venom_portal.worker_pool:TaskPool"
# The pool's processes share memory that says when the worker is to end.
app.conf.worker_pool_start_method = "fork"
app.autodiscover_tasks()
