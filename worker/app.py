"""The Celery app: how messages are taken from Redis, acknowledged, and repeated when a worker dies.

Celery only wakes the worker; what is to be done stands in SQL (docs/adr/0005). The numbers are chosen so that a lost
or doubled message costs time and never a result.
"""

from celery import Celery

from worker.settings import Settings

HARD_LIMIT_S = 300


def make_app(settings: Settings) -> Celery:
    """Build the app for a node or for the clock. Opens no connection."""
    app = Celery("imprimatur", broker=settings.redis_broker_url, set_as_current=False)
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,  # what came of it stands in SQL
        task_soft_time_limit=HARD_LIMIT_S - 60,
        task_time_limit=HARD_LIMIT_S,
        task_serializer="json",
        accept_content=["json"],
        broker_transport_options={
            "visibility_timeout": 3 * HARD_LIMIT_S,  # a task that outlived it would run twice at once
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "health_check_interval": 25,
            "socket_timeout": 30,
            "socket_connect_timeout": 5,
            "socket_keepalive": True,
            "queue_order_strategy": "priority",  # a node takes from its queues in the order in which they are named
            "priority_steps": [0],
        },
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        # With True, every version tried dies when Redis restarts under a running task.
        worker_cancel_long_running_tasks_on_connection_loss=False,
        worker_prefetch_multiplier=1,
        worker_max_tasks_per_child=200,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
    )
    return app
