from hypothesis import given
from hypothesis import strategies as st

from consent.iab import vendor_ids
from consent.iab.bits import Reader, Writer
from consent.iab.vendor_ids import VendorIds

sets = st.frozensets(st.integers(1, 2000), max_size=80)


@given(sets)
def test_a_set_is_what_it_was_made_of(ids: frozenset[int]) -> None:
    made = VendorIds.of(ids)

    assert frozenset(made) == ids
    assert made.greatest == max(ids, default=0)
    assert all((number in made) == (number in ids) for number in range(0, 2002))


@given(sets)
def test_a_section_is_written_in_its_shorter_way(ids: frozenset[int]) -> None:
    made, bits, ranged = VendorIds.of(ids), Writer(), Writer()
    vendor_ids.write(bits, made)
    vendor_ids.write_ranges(ranged, made)

    assert vendor_ids.read(Reader(bits.text())) == made
    assert len(bits.text()) * 6 <= 17 + min(len(ranged.text()) * 6, made.greatest) + 24
