"""Pictures as pages get them: right side up, without what the camera wrote about its owner, never enlarged."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from chassis import sql
from chassis.errors import NotFound
from publisher.editing.receiving import receive
from publisher.store import media
from publisher.store.media import Media
from tests.worker.conftest import Make
from worker.renditions import WIDTHS, make, make_and_keep, widths_for

SHA = "ab" * 32
TYPES = {"jpg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp"}


def stored(directory: Path, image: Image.Image, extension: str, **saved: object) -> Media:
    file = directory / SHA / f"original.{extension}"
    file.parent.mkdir()
    image.save(file, **saved)
    return Media(SHA, TYPES[extension], *image.size, file.stat().st_size)


def photograph(width: int, height: int) -> Image.Image:
    picture = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    picture.paste((220, 30, 30), (0, 0, width // 2, height // 2))  # a red corner tells which way is up
    return picture


@pytest.mark.parametrize(
    ("source", "expected"),
    [(100, (100,)), (480, (480,)), (700, (480, 700)), (960, (480, 960)), (1600, WIDTHS), (4000, WIDTHS)],
)
def test_no_width_is_larger_than_the_source(source: int, expected: tuple[int, ...]) -> None:
    assert widths_for(source) == expected


def test_each_width_comes_in_three_formats_that_open(tmp_path: Path) -> None:
    made = list(make(tmp_path, stored(tmp_path, photograph(1200, 800), "jpg")))
    assert {(each.name, each.width, each.height) for each in made} == {
        (f"{width}.{form}", width, height)
        for width, height in ((480, 320), (960, 640), (1200, 800))
        for form in ("avif", "webp", "jpg")
    }
    for each in made:
        file = tmp_path / each.path
        assert file.stat().st_size == each.size_bytes
        with Image.open(file) as opened:
            assert (opened.size, opened.get_format_mimetype()) == ((each.width, each.height), each.content_type)
    assert len(list((tmp_path / SHA).iterdir())) == len(made) + 1, "nothing half-written is left"


def test_a_turned_photograph_stands_upright_and_tells_nothing_of_its_camera(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held on its side
    exif[0x010F] = "Maker of the camera"
    for each in make(tmp_path, stored(tmp_path, photograph(600, 400), "jpg", exif=exif, comment=b"a secret source")):
        data = (tmp_path / each.path).read_bytes()
        assert b"Maker of the camera" not in data
        assert b"a secret source" not in data
        with Image.open(tmp_path / each.path) as opened:
            assert opened.height > opened.width
            red, green, _ = opened.convert("RGB").getpixel((opened.width - 5, 5))
            assert red > 150 > 100 > green, "the red corner is now at the top right"
            assert not opened.getexif()


def test_a_picture_with_a_profile_is_put_into_srgb_and_loses_it(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for each in make(tmp_path, stored(tmp_path, photograph(500, 300), "jpg", icc_profile=profile)):
        with Image.open(tmp_path / each.path) as opened:
            assert not {"icc_profile", "comment"} & set(opened.info)


def test_a_broken_profile_does_not_stop_the_picture(tmp_path: Path) -> None:
    assert len(list(make(tmp_path, stored(tmp_path, photograph(500, 300), "jpg", icc_profile=b"rubbish")))) == 6


@pytest.mark.parametrize(("mode", "extension"), [*((m, "png") for m in ("RGBA", "P", "L", "LA", "1")), ("CMYK", "jpg")])
def test_every_kind_of_picture_is_taken(tmp_path: Path, mode: str, extension: str) -> None:
    grey = Image.new("L", (500, 300), 128).convert(mode)
    assert len(list(make(tmp_path, stored(tmp_path, grey, extension)))) == 6


def test_transparency_stays_where_the_format_has_it_and_is_white_in_jpeg(tmp_path: Path) -> None:
    for each in make(tmp_path, stored(tmp_path, Image.new("RGBA", (100, 100), (0, 0, 0, 0)), "png")):
        with Image.open(tmp_path / each.path) as opened:
            pixel = opened.convert("RGBA").getpixel((50, 50))
        assert pixel == ((255, 255, 255, 255) if each.name.endswith("jpg") else (0, 0, 0, 0))


def test_made_renditions_are_noted_and_used_by_pages(make_workshop: Make, sqlite_url: str) -> None:
    house = make_workshop(sqlite_url).house
    file = io.BytesIO()
    photograph(1000, 600).save(file, "JPEG")
    received = receive(house.engine, house.media_dir, file.getvalue())
    make_and_keep(house, received.sha256)
    make_and_keep(house, received.sha256)
    with sql.read(house.engine) as connection:
        noted = media.renditions(connection, {received.sha256})[received.sha256]
    assert len(noted) == 9
    assert all((house.media_dir / each.path).is_file() for each in noted)


def test_an_unknown_picture_is_an_error(make_workshop: Make, sqlite_url: str) -> None:
    with pytest.raises(NotFound):
        make_and_keep(make_workshop(sqlite_url).house, SHA)
