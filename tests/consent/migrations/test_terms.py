"""Records of before terms were numbered are found as those that came after."""

from sqlalchemy import text

from chassis import migrations, sql
from consent.audit import Filter
from consent.store.audit import Audit
from consent.store.ledger import Ledger
from consent.store.tree_tiles import grow
from tests.bench.arrivals import arrivals

OLD = (
    "INSERT INTO record (log_id, idx, record_id, fingerprint, received_ms, site, event, action, notice, language,"
    " layer, writer) VALUES (1, :idx, :record_id, :fingerprint, :received_ms, :site, :event, :action, :notice,"
    " :language, :layer, :writer)"
)
LEAF = "INSERT INTO leaf (log_id, idx, body) VALUES (1, :idx, :body)"
STATE = "INSERT INTO log_state VALUES (1, 'test.example/log', 'key', 60, '0-0', 60)"
CHOICE = "INSERT INTO choice (log_id, idx, salt, body) VALUES (1, :idx, :salt, :body)"


def test_records_of_before_have_the_terms_that_new_ones_of_their_kind_get(sql_url: str) -> None:
    records = list(arrivals(80))
    old, new = records[:60], records[60:]
    migrations.upgrade("consent", sql_url, "0004")
    engine = sql.connect(sql_url)
    ledger = Ledger(engine, "test.example/log")
    with sql.write(engine) as connection:
        for at, it in enumerate(old):
            row = {
                "idx": at,
                **{name: getattr(it, name) for name in ("record_id", "fingerprint", "received_ms", "site")},
            }
            connection.execute(text(OLD), row | dict(it.terms))
            connection.execute(text(LEAF), {"idx": at, "body": it.leaf})
            connection.execute(text(CHOICE), {"idx": at, "body": it.choice.body, "salt": it.choice.salt})
        grow(connection, 1, 0, [it.leaf for it in old])
        connection.execute(text(STATE))
    migrations.upgrade("consent", sql_url)
    ledger.make_room()
    ledger.append_batch(new, "0-0", "1-0")
    audit = Audit(engine, ledger.origin)
    for wanted in (Filter(), Filter(site="newsroom"), Filter(region="ES", vendor="vendor_1", given=True)):
        found = [row.record for row in audit.page(wanted, 100)]
        meant = [it for it in records[::-1] if wanted.site in (None, it.site)]
        if wanted.region:
            meant = [it for it in meant if it.terms["region"] == "ES" and it.terms["vendors"]["vendor_1"]]
        assert found == [it.record_id for it in meant]
        assert audit.count(wanted) == (len(meant), True)
    with sql.read(engine) as connection:
        different = len({(it.site, str(it.terms)) for it in records})
        assert connection.execute(text("SELECT count(*) FROM terms")).scalar() == different
        assert connection.execute(text("SELECT sum(n) FROM terms_count WHERE level = 16")).scalar() == 80
    engine.dispose()
