"""The Celery tasks: ids in, one call. Each may run twice; what they make lies in SQL, files and the page cache."""

from celery import Celery
from redis.exceptions import RedisError

from chassis.errors import Unavailable
from publisher import messages
from publisher.editing import effects, refreshing, trending
from worker import anchoring, deliver, due, polling, relay, translate_job
from worker.renditions import make_and_keep
from worker.workshop import Workshop

# For tasks that nobody else repeats: some ten minutes in all, each wait far below the visibility timeout.
PATIENT = {
    "autoretry_for": (Unavailable, RedisError),
    "retry_backoff": 2,
    "retry_backoff_max": 120,
    "max_retries": 10,
}


def register(app: Celery, workshop: Workshop) -> None:
    """Give the app its tasks."""

    def translate(job_id: str) -> None:
        translate_job.run(workshop, job_id)

    def render(article: str, language: str) -> None:
        refreshing.refresh(workshop.house, article, language)

    def take_effect(transition: int) -> None:
        effects.take_effect(workshop.house, transition)

    def deliver_message(delivery: int) -> None:
        deliver.deliver(workshop, delivery)

    def poll_feed(feed: int) -> None:
        polling.poll(workshop, feed)

    def do_due() -> None:
        due.run(workshop)

    def make_renditions(media: str) -> None:
        make_and_keep(workshop.house, media)

    def sweep() -> None:
        relay.relay(workshop)

    def trends() -> None:
        trending.compute(workshop.house)

    def anchor() -> None:
        anchoring.send_due()

    app.task(anchor, name=anchoring.ANCHOR)
    app.task(translate, name=messages.TRANSLATE)
    app.task(render, name=messages.RENDER, **PATIENT)
    app.task(make_renditions, name=messages.RENDITIONS, **PATIENT)
    app.task(take_effect, name=messages.EFFECTS, **PATIENT)
    app.task(deliver_message, name=messages.DELIVER)
    app.task(poll_feed, name=messages.POLL)
    app.task(sweep, name=messages.RELAY)
    app.task(do_due, name=messages.DUE)
    app.task(trends, name=messages.TRENDS)
