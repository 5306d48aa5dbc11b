"""What a database that came back older must not bring back: who may come in no more."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, inspect

from consent.ledger.acts import CONFIG, Act
from consent.store.site_tables import api_token, signed_in_session


def end_again(connection: Connection, arrivals: Iterable[object]) -> None:
    """End the tokens that acts of the stream say were ended; where nothing was restored they are gone already."""
    acts = (each for each in arrivals if isinstance(each, Act) and each.kind == CONFIG)
    ended = [str(each.body.get("token")) for each in acts if each.body.get("what") == "token-ended"]
    if ended:
        connection.execute(delete(api_token).where(api_token.c.id.in_(ended)))


def close_doors(connection: Connection) -> None:
    """Forget the sessions and the one-time tokens of a backup: which of them ended since, nothing tells."""
    connection.execute(delete(api_token).where(api_token.c.one_time))
    if inspect(connection).has_table(signed_in_session.name):  # a backup of an earlier release has none
        connection.execute(delete(signed_in_session))
