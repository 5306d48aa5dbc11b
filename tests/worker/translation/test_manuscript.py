from publisher.body.block_texts import Text
from worker.engines.segment import Segment
from worker.translation.manuscript import Manuscript


def segments(texts: dict[str, Text]) -> list[Segment]:
    return list(Manuscript(texts, "en").segments())


def test_numbers_in_a_table_go_to_no_engine() -> None:
    cells = {"t/rows.0.0": Text("Fare", True), "t/rows.0.1": Text("<strong>12.50</strong>", True)}
    assert [segment.kind for segment in segments(cells)] == ["rows"]
    assert Manuscript(cells, "en").filled(lambda segment: segment)["t/rows.0.1"] == "<strong>12.50</strong>"


def test_a_caption_is_the_same_work_wherever_it_stands() -> None:
    alone, in_gallery = segments(
        {"a/caption": Text("A bridge.", False), "g/pictures.3.caption": Text("A bridge.", False)}
    )
    assert alone == in_gallery and alone.kind == "caption"
