"""What `worker beat` sends and when. A message that nobody took expires with the next one, so that none pile up."""

from typing import Any

from publisher import messages
from worker.settings import Settings


def schedule(settings: Settings) -> dict[str, dict[str, Any]]:
    """Celery's beat schedule."""
    return {
        task: {"task": task, "schedule": every_s, "options": {"queue": messages.QUEUES[task], "expires": every_s}}
        for task, every_s in ((messages.RELAY, settings.relay_s), (messages.TRENDS, settings.trends_s))
    }
