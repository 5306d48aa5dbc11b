from base64 import urlsafe_b64decode

import pytest
from sqlalchemy import MetaData, select

from chassis.errors import NotFound
from chassis.sql import connect, read
from chassis.tokens import Tokens, token_table


@pytest.fixture
def tokens(sql_url):
    metadata = MetaData()
    table = token_table(metadata)
    engine = connect(sql_url)
    metadata.create_all(engine)
    yield Tokens(engine, table)
    engine.dispose()


def test_a_token_proves_its_scopes_and_site(tokens):
    token = tokens.authenticate(tokens.create("export", ["audit:read"], site="newsroom"))
    assert token is not None and token.scopes == {"audit:read"} and token.site == "newsroom" and token.label == "export"


@pytest.mark.parametrize(
    "change",
    [lambda t: t + "x", lambda t: t[:-1], lambda t: "x" + t, lambda t: t.split(".")[0], lambda t: "",
     lambda t: "\0" + t, lambda t: "\0." + t.split(".")[1], lambda t: t + "\0", lambda t: t + "é", lambda t: "é" + t],
)  # fmt: skip
def test_a_changed_token_proves_nothing(tokens, change):
    assert tokens.authenticate(change(tokens.create("any", ["a"]))) is None


def test_a_secret_has_thirty_two_bytes_and_two_live_at_once_for_rotation(tokens):
    old, new = (tokens.create("export", ["a"]) for _ in range(2))
    assert all(len(urlsafe_b64decode(text.split(".")[1] + "=")) == 32 for text in (old, new))
    assert tokens.authenticate(old) and tokens.authenticate(new)
    tokens.revoke(old.split(".")[0])
    assert tokens.authenticate(old) is None and tokens.authenticate(new) is not None


def test_the_secret_is_not_in_the_database(tokens):
    text = tokens.create("any", ["a"])
    with read(tokens._engine) as connection:
        row = connection.execute(select(tokens._table)).one()
    assert text.split(".")[1].encode() not in b"".join(str(value).encode() for value in row)


def test_an_expired_token_proves_nothing(tokens):
    assert tokens.authenticate(tokens.create("any", ["a"], ttl_s=0)) is None


def test_a_one_time_token_is_redeemed_once_and_is_no_bearer_token(tokens):
    text = tokens.create("console", ["console"], one_time=True)
    assert tokens.authenticate(text) is None
    assert tokens.redeem(text) is not None
    assert tokens.redeem(text) is None


def test_a_revoked_token_proves_nothing(tokens):
    text = tokens.create("any", ["a"])
    tokens.revoke(tokens.all()[0].id)
    assert tokens.authenticate(text) is None
    with pytest.raises(NotFound):
        tokens.revoke("nobody")
