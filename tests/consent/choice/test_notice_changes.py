from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from consent import notices
from consent.choice import notice_changes
from consent.choice.notice_changes import Piece
from tests.consent.factories import document

EARLIER = notices.of(document())


def _after(**changes: Any) -> dict[str, tuple[Piece, ...]]:
    later = notices.of(document(**changes))
    return {change.place: change.pieces for change in notice_changes.changes(EARLIER, later)}


def test_the_same_notice_has_changed_nothing() -> None:
    assert _after() == {}


def test_a_text_is_told_word_by_word() -> None:
    texts = document()["texts"]
    texts["en"]["title"] = "Your privacy and your choice"
    assert _after(texts=texts) == {
        "texts.en.title": (
            Piece("same", "Your privacy"),
            Piece("gone", ","),
            Piece("new", " and"),
            Piece("same", " your choice"),
        )
    }


def test_vendors_go_by_their_ids_and_their_order_is_no_change() -> None:
    vendors = document()["vendors"][::-1]
    assert _after(vendors=vendors) == {}
    vendors[0] = {**vendors[0], "id": "another"}
    assert _after(vendors=vendors) == {}
    told = notice_changes.vendors(EARLIER, notices.of(document(vendors=vendors)))
    assert told == [Piece("new", "Seller (analytics, marketing)"), Piece("gone", "Seller (analytics, marketing)")]
    vendors[0] = {**document()["vendors"][1], "purposes": ["marketing"]}
    assert _after(vendors=vendors)["vendors.seller.purposes"][0] == Piece("gone", "analytics, ")


@given(st.text(), st.text())
def test_the_pieces_hold_both_texts_whole(before: str, after: str) -> None:
    earlier, later = (notices.of({**document(), "controller": {**document()["controller"], "name": name or "-"}})
                      for name in (before, after))  # fmt: skip
    for change in notice_changes.changes(earlier, later):
        assert "".join(piece.text for piece in change.pieces if piece.kind != "new") == (before or "-")
        assert "".join(piece.text for piece in change.pieces if piece.kind != "gone") == (after or "-")


def test_only_a_wider_use_is_asked_about_again() -> None:
    fewer = notices.of(document(validity_days=90))
    assert notice_changes.asked_anew(EARLIER, fewer) == []
    vendors = [*document()["vendors"], {**document()["vendors"][0], "id": "another", "purposes": ["marketing"]}]
    assert notice_changes.asked_anew(EARLIER, notices.of(document(vendors=vendors))) == ["marketing"]
