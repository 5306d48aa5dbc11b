"""Every message has a task, every queue a node, and the numbers fit each other."""

from collections import Counter

from publisher import messages
from worker import clock, nodes, tasks
from worker.app import HARD_LIMIT_S, make_app
from worker.settings import Settings
from worker.workshop import Workshop


def test_each_queue_is_worked_off_by_one_node() -> None:
    worked_off = Counter(queue for queues in nodes.NODES.values() for queue in queues)
    assert worked_off == Counter(set(clock.QUEUES.values()))


def test_no_clock_waits_behind_a_translation() -> None:
    for queues in nodes.NODES.values():
        assert not {messages.QUEUES[messages.TRANSLATE], nodes.CLOCK} <= set(queues)


def test_each_message_has_a_task() -> None:
    settings = Settings()
    app = make_app(settings)
    tasks.register(app, Workshop(settings))
    app.finalize()
    assert {name for name in app.tasks if not name.startswith("celery.")} == set(clock.QUEUES)


def test_what_the_clock_sends_expires_with_the_next_tick() -> None:
    for name, entry in clock.schedule(Settings()).items():
        assert entry["options"] == {"queue": clock.QUEUES[name], "expires": entry["schedule"]}


def test_no_task_outlives_half_of_its_message() -> None:
    conf = make_app(Settings()).conf
    assert conf.task_time_limit == HARD_LIMIT_S
    assert conf.task_time_limit < conf.broker_transport_options["visibility_timeout"] / 2
    assert tasks.PATIENT["retry_backoff_max"] < conf.broker_transport_options["visibility_timeout"] / 3
    assert conf.task_acks_late and conf.task_reject_on_worker_lost and conf.worker_prefetch_multiplier == 1
    assert not conf.worker_cancel_long_running_tasks_on_connection_loss
