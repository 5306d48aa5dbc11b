"""The pages of a service's own people: their files, their headers, and how a problem is told there."""

import hashlib
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, render_template, send_file, url_for

from chassis.errors import NotFound, Problem

YEAR_S = 31_536_000


def add_to(blueprint: Blueprint, directory: Path, policy: str) -> None:
    """Give a blueprint what its pages share; its templates get `file(name)`, a file's address.

    Args:
        blueprint: the pages'; `<its name>/problem.html` tells a problem with `title` and `detail`.
        directory: holds style sheets, and scripts below `scripts/`.
        policy: the content security policy of a page that has none of its own.
    """
    files = {path.name: path for path in (*sorted(directory.glob("*.css")), *sorted(directory.glob("scripts/*.js")))}
    current = hashlib.sha256(b"".join(path.read_bytes() for path in files.values())).hexdigest()[:16]

    def file(release: str, name: str) -> Response:
        """Return a style sheet or a script."""
        if name not in files:
            raise NotFound(f"There is no file {name[:80]!r}.")
        return send_file(files[name], max_age=YEAR_S if release == current else 0)

    def seal(response: Response) -> Response:
        """Keep the pages out of caches, frames and other windows."""
        if response.mimetype == "text/html":
            response.headers["Cache-Control"] = "no-store"
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["X-Content-Type-Options"] = "nosniff"
        # Not no-referrer: with it browsers send our own forms with `Origin: null`.
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    def problem(error: Problem) -> tuple[str, int, dict[str, str]]:
        """Tell a problem as a page."""
        status, title = current_app.extensions["problems"][error.kind]
        headers = {} if error.retry_after_s is None else {"Retry-After": str(error.retry_after_s)}
        return render_template(f"{blueprint.name}/problem.html", title=title, detail=error.detail), status, headers

    def words() -> dict[str, Any]:
        return {"file": lambda name: url_for(f"{blueprint.name}.file", release=current, name=name)}

    # A script's release stands in its path, so that what it imports is of the same one.
    blueprint.add_url_rule("/files/<release>/<name>", view_func=file)
    blueprint.after_request(seal)
    blueprint.register_error_handler(Problem, problem)
    blueprint.context_processor(words)
