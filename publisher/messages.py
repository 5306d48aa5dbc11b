"""Names of the tasks and queues between publisher and worker (docs/contracts/articles.md, "Jobs and messages")."""

from typing import Final

TRANSLATE: Final = "worker.translate"
"""Arguments: the translation job's id."""
DELIVER: Final = "worker.deliver"
"""Arguments: the delivery's id."""
RENDER: Final = "worker.render"
"""Arguments: article id, language."""
RENDITIONS: Final = "worker.renditions"
"""Arguments: the picture's SHA-256."""
EFFECTS: Final = "worker.effects"
"""Arguments: the transition's id."""
RELAY: Final = "worker.relay"
"""No arguments; the clock sends it every 10 s."""
POLL: Final = "worker.poll"
"""Arguments: the feed's id."""
DUE: Final = "worker.due"
"""No arguments; the clock sends it every 2 s."""
TRENDS: Final = "worker.trends"
"""No arguments; the clock sends it every 30 s."""

QUEUES: Final = {
    TRANSLATE: "translate",
    EFFECTS: "render",
    DELIVER: "webhooks",
    POLL: "webhooks",
    RENDER: "render",
    RENDITIONS: "render",
    RELAY: "clock",
    DUE: "clock",
    TRENDS: "clock",
}

POLICY: Final = "machine"
"""Engine policy of a job made by publishing: the worker's chain of machine engines for that language."""


def variant_channel(article: str, language: str) -> str:
    """Redis pub/sub channel (cache role) on which the worker announces that a variant's row changed."""
    return f"publisher:variant:{article}:{language}"
