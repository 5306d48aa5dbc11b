"""Pictures as pages get them: right side up, without what the camera wrote about its owner, never enlarged."""

from pathlib import Path

import pytest
from PIL import Image, ImageCms

from worker.renditions import WIDTHS, make, widths_for


def photograph(path: Path, width: int, height: int, **saved: object) -> Path:
    picture = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    picture.paste((220, 30, 30), (0, 0, width // 2, height // 2))  # a red corner tells which way is up
    picture.save(path, **saved)
    return path


@pytest.mark.parametrize(
    ("source", "expected"),
    [(100, (100,)), (480, (480,)), (700, (480, 700)), (960, (480, 960)), (1600, WIDTHS), (4000, WIDTHS)],
)
def test_no_width_is_larger_than_the_source(source: int, expected: tuple[int, ...]) -> None:
    assert widths_for(source) == expected


def test_each_width_comes_in_three_formats_that_open(tmp_path: Path) -> None:
    original = photograph(tmp_path / "in.jpg", 1200, 800)
    made = list(make(original, "abc", tmp_path / "media"))
    assert {(each.path, each.width, each.height) for each in made} == {
        (f"abc/{width}.{form}", width, height)
        for width, height in ((480, 320), (960, 640), (1200, 800))
        for form in ("avif", "webp", "jpeg")
    }
    for each in made:
        file = tmp_path / "media" / each.path
        assert file.stat().st_size == each.size_bytes
        with Image.open(file) as opened:
            assert (opened.size, opened.get_format_mimetype()) == ((each.width, each.height), each.content_type)
    assert [path.name for path in (tmp_path / "media" / "abc").iterdir() if path.name.startswith(".")] == []


def test_a_turned_photograph_stands_upright_and_tells_nothing_of_its_camera(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held on its side
    exif[0x010F] = "Maker of the camera"
    exif.get_ifd(0x8825)[1] = "N"
    original = photograph(tmp_path / "in.jpg", 600, 400, exif=exif)
    for each in make(original, "abc", tmp_path):
        with Image.open(tmp_path / each.path) as opened:
            assert opened.height > opened.width
            red, green, _ = opened.convert("RGB").getpixel((opened.width - 5, 5))
            assert red > 150 > 100 > green, "the red corner is now at the top right"
            assert not opened.getexif()
        assert b"Maker of the camera" not in (tmp_path / each.path).read_bytes()


def test_profile_and_comment_are_gone(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    original = photograph(tmp_path / "in.jpg", 500, 300, icc_profile=profile, comment=b"shot by a secret source")
    for each in make(original, "abc", tmp_path):
        with Image.open(tmp_path / each.path) as opened:
            assert not {"icc_profile", "comment"} & set(opened.info)
            assert opened.mode == "RGB"


@pytest.mark.parametrize("mode", ["RGBA", "P", "L", "LA", "CMYK", "1", "I;16"])
def test_every_kind_of_picture_is_taken(tmp_path: Path, mode: str) -> None:
    form = "tiff" if mode == "CMYK" else "png"
    Image.new("L", (500, 300), 128).convert(mode).save(tmp_path / f"in.{form}")
    made = list(make(tmp_path / f"in.{form}", "abc", tmp_path))
    assert len(made) == 6


def test_transparency_stays_where_the_format_has_it_and_is_white_in_jpeg(tmp_path: Path) -> None:
    Image.new("RGBA", (100, 100), (0, 0, 0, 0)).save(tmp_path / "in.png")
    for each in make(tmp_path / "in.png", "abc", tmp_path):
        with Image.open(tmp_path / each.path) as opened:
            pixel = opened.convert("RGBA").getpixel((50, 50))
        assert pixel == ((255, 255, 255, 255) if each.format == "jpeg" else (0, 0, 0, 0))


def test_the_first_frame_of_an_animation_is_its_picture(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (90, 60), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "in.gif", save_all=True, append_images=frames[1:])
    made = list(make(tmp_path / "in.gif", "abc", tmp_path))
    with Image.open(tmp_path / made[0].path) as opened:
        assert opened.convert("RGB").getpixel((5, 5))[0] > 200
