"""The page docs/settings.md: every setting of every process, written from their declarations."""

from chassis.settings import Documented, ServiceSettings, documented
from consent.settings import Settings as ConsentSettings
from consent.witness.settings import Settings as WitnessSettings
from publisher.settings import Settings as PublisherSettings
from worker.settings import Settings as WorkerSettings

HEAD = """# Settings

Everything is set by environment variables; an empty one counts as absent. A value that is not what its setting expects
ends the process at its start with one line that names the variable. `make settings` writes this page from the code.
"""
SECTIONS: dict[str, type[ServiceSettings]] = {
    "Every process": ServiceSettings,
    "Consent service, its command line, `worker drain`": ConsentSettings,
    "A witness (`consent witness`)": WitnessSettings,
    "Publisher, its command line, worker": PublisherSettings,
    "Worker": WorkerSettings,
}


def page() -> str:
    """Return the page as Markdown."""
    told: set[Documented] = set()
    parts = [HEAD]
    for title, cls in SECTIONS.items():
        rows = [row for row in documented(cls) if row not in told]
        told.update(rows)
        lines = [f"| `{row.env}` | {f'`{row.default}`' if row.default else ''} | {row.doc} |" for row in rows]
        parts.append("\n".join([f"## {title}\n", "| variable | default | meaning |", "|---|---|---|", *lines]) + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    print(page(), end="")
