"""Who may do what with an article at the desk: writers write drafts and hand them in, editors do everything."""

from chassis.errors import Conflict, Forbidden
from chassis.sign_in import session
from publisher.articles import Revision
from publisher.desk.frame import may
from publisher.states import DRAFT, IN_REVIEW, KILLED, MOVES

DRAFTED = (DRAFT, IN_REVIEW)
"""States in which whoever may only draft may write."""
FOR_WRITERS = ("submit", "draft")


def require_writing(revision: Revision | None) -> None:
    """Let go on only who may write this article, or a new one.

    Raises:
        Forbidden: who is signed in may not.
        Conflict: the article was killed.
    """
    if revision and revision.state == KILLED:
        raise Conflict(f"article {revision.article_id!r} was killed, and nothing of it can be changed any more")
    if may("articles:write"):
        return
    session.require("articles:draft")
    if revision and revision.state not in DRAFTED:
        raise Forbidden("your token may write drafts, and this article is none: ask an editor")


def may_write(revision: Revision) -> bool:
    """Tell whether who is signed in may write this article."""
    drafts = may("articles:draft") and revision.state in DRAFTED
    return revision.state != KILLED and (may("articles:write") or drafts)


def open_moves(revision: Revision) -> list[str]:
    """List the moves that an article's state allows to who is signed in."""
    drafts = may("articles:draft") and revision.state in DRAFTED
    return [
        name
        for name, each in MOVES.items()
        if revision.state in each.before and (may("articles:write") or (drafts and name in FOR_WRITERS))
    ]
