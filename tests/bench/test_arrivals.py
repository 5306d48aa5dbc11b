"""What the bench fills its ledgers with is what the drain would have made of the same choices."""

import json
import random
from pathlib import Path

from consent.keys import Keys
from consent.ledger.entries import Secrets, make
from consent.ledger.intake import Accepted, take
from tests.bench.arrivals import PEPPER, accepted, arrivals, reader


def test_an_arrival_is_what_the_drain_takes_from_the_entry_of_the_same_choice(tmp_path: Path) -> None:
    keys = Keys.create(tmp_path / "keys", "test.example/log")
    own = keys.secrets()
    secrets = Secrets(own.record, PEPPER, own.ingest)
    for ours in arrivals(40):
        choice = json.loads(ours.choice.body)
        entry = make(ours.site, ours.record_id, choice, {"account": None, "subject": reader(3)}, {"page": "/"}, secrets)
        fields = {name.encode(): value for name, value in entry.fields().items()}
        taken = take("1-0", fields, keys.find_ingest)
        assert isinstance(taken, Accepted) and taken.person and taken.context
        salts = [part.salt for part in (taken.choice, taken.person.opening, taken.context)]
        same = accepted(ours.site, taken.record_id, choice, reader(3), "/", _Salts(salts))
        # the fingerprint is over the event id, which the bench has none of
        assert same == Accepted(**{**vars(taken), "fingerprint": same.fingerprint})


class _Salts(random.Random):
    def __new__(cls, salts: list[bytes]) -> "_Salts":
        return super().__new__(cls)

    def __init__(self, salts: list[bytes]) -> None:
        super().__init__()
        self._salts = iter(salts)

    def randbytes(self, n: int) -> bytes:
        return next(self._salts)
