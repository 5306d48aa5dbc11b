import json

from hypothesis import given
from hypothesis import strategies as st

from publisher.body.block_texts import block_texts, plain_texts, with_texts
from publisher.body.blocks import (
    Block,
    Code,
    Correction,
    Divider,
    Embed,
    Gallery,
    Image,
    Link,
    Picture,
    Quote,
    Table,
    block_json,
    load_block,
)
from publisher.body.credits import Credit

SHOT = {"media": "0" * 64, "caption": "A bridge", "alt": "", "decorative": True, "credit": Credit(("Ana",), None)}
BLOCKS: tuple[Block, ...] = (
    Image(id="p", **SHOT),  # type: ignore[arg-type]
    Gallery("g", (Picture(**SHOT), Picture(**SHOT | {"alt": "An arch", "decorative": False}))),  # type: ignore[arg-type]
    Table("t", (("", "Adult"), ("Ferry", "")), "both", None),
    Table("u", (("1", "2"),), "none", "Numbers"),
    Embed("e", "https://a.example", "https://a.example", "A film", "A", "media"),
    Link("l", "/x", "More"),
    Quote("q", "It <em>stands</em>."),
    Divider("d"),
    Code("c", "a < b"),
    Correction("k", "310 metres"),
)


@given(st.sampled_from(BLOCKS), st.text(alphabet="abcdé ", min_size=1).filter(str.strip))
def test_a_translation_replaces_every_text_of_a_block_and_nothing_else(block: Block, word: str) -> None:
    values = {name: word + text.value for name, text in block_texts(block).items()}
    changed = with_texts(block, values)
    assert {name: text.value for name, text in block_texts(changed).items()} == values
    back = {name: text.value for name, text in block_texts(block).items()}
    assert with_texts(changed, back) == block


@given(st.sampled_from(BLOCKS))
def test_a_block_is_stored_and_loaded_as_it_is(block: Block) -> None:
    assert load_block(json.loads(json.dumps(block_json(block)))) == block


def test_code_is_found_and_never_translated() -> None:
    code = Code("c", "a < b")
    assert block_texts(code) == {} and plain_texts(code) == ["a < b"]


def test_what_readers_see_of_a_block_can_be_searched() -> None:
    found = [text for block in BLOCKS for text in plain_texts(block)]
    assert {"A bridge", "An arch", "Adult", "Ferry", "Numbers", "A film", "More", "It stands.", "310 metres"} <= set(
        found
    )
