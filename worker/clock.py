"""`worker beat`: what the clock sends and when.

A message that nobody took expires when the next one comes, so that none pile up while the worker is away.
"""

from typing import Any, Final

from publisher import messages
from worker import anchoring
from worker.app import make_app
from worker.node import log_tasks
from worker.settings import Settings

QUEUES: Final = messages.QUEUES | {anchoring.ANCHOR: anchoring.QUEUE}


def schedule(settings: Settings) -> dict[str, dict[str, Any]]:
    """Celery's beat schedule."""
    return {
        task: {"task": task, "schedule": every_s, "options": {"queue": QUEUES[task], "expires": every_s}}
        for task, every_s in _intervals(settings).items()
    }


def _intervals(settings: Settings) -> dict[str, float]:
    own = {messages.DUE: settings.due_s, messages.RELAY: settings.relay_s, messages.TRENDS: settings.trends_s}
    return {**own, anchoring.ANCHOR: anchoring.EVERY_S}


def run(settings: Settings) -> None:
    """Send until SIGTERM. Two clocks do no harm: every task of theirs may run twice."""
    log_tasks(settings.log_level, "beat")
    settings.worker_dir.mkdir(parents=True, exist_ok=True)
    remembered = str(settings.worker_dir / "schedule")
    app = make_app(settings)
    app.conf.update(beat_schedule=schedule(settings), beat_max_loop_interval=min(_intervals(settings).values()))
    app.Beat(schedule=remembered, loglevel=settings.log_level.upper(), quiet=True).run()
