import pytest

from publisher.body.embeds import origin_of, player_of


@pytest.mark.parametrize(
    ("url", "provider", "frame"),
    [
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "YouTube", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
        ("https://m.youtube.com/watch?app=x&v=dQw4w9WgXcQ&t=1", "YouTube",
         "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
        ("https://youtube.com/shorts/dQw4w9WgXcQ", "YouTube", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
        ("https://vimeo.com/123456", "Vimeo", "https://player.vimeo.com/video/123456?dnt=1"),
        ("https://www.youtube.com/watch?v=tooshort", "youtube.com", "https://www.youtube.com/watch?v=tooshort"),
        ("https://evil.example/?https://youtu.be/dQw4w9WgXcQ", "evil.example",
         "https://evil.example/?https://youtu.be/dQw4w9WgXcQ"),
    ],
)  # fmt: skip
def test_a_known_page_leads_to_its_player_and_any_other_to_itself(url: str, provider: str, frame: str) -> None:
    assert player_of(url) == (provider, frame)


def test_an_origin_has_no_path() -> None:
    assert origin_of("https://player.vimeo.com/video/1?dnt=1") == "https://player.vimeo.com"
