"""An article that is not in the repository: made for one run, with pictures drawn for it."""

from pathlib import Path

from PIL import Image, ImageDraw

SECTIONS = ("The first morning", "What the river brought", "A quieter evening")
SENTENCES = (
    "The ferry left the old quay at six, and nobody on board looked back.",
    'A <em>small</em> crowd had gathered near the <a href="https://example.org/lock">upper lock</a> before sunrise.',
    "The <strong>mayor</strong> said that 14 boats would be repaired before the winter.",
    "Children drew the new bridge on the pavement with blue chalk.",
    "The water rose by 3 metres in two nights, and then it fell again.",
    "In the market the women sold bread, apples and cheese under a wet roof.",
    "The engineer answered every question with a <em>drawing</em> on her hand.",
)


def write(directory: Path, slug: str, paragraphs: int = 21) -> Path:
    """Write the Markdown file and its pictures; return the file. The slug is in each paragraph: no memory knows it."""
    lines = [
        "---",
        f"id: {slug}",
        f"slug: {slug}",
        "title: The river gives the harbour back",
        "language: en",
        "byline: Ida Holm",
    ]
    lines += [
        "section: city",
        "source: The Riverside Courier",
        "description: Three weeks after the flood, the boats return.",
        "---",
        "",
    ]
    for number in range(paragraphs):
        if number % 7 == 0:
            name = f"picture-{number // 7}.png"
            _draw(directory / name, number)
            lines += [f"## {SECTIONS[number // 7]}", ""]
            alt = f"Boats on the river, view {number // 7 + 1}"
            lines += [f'![{alt}]({name} "Boats return to the harbour. /Ida Holm/Northlight")', ""]
        sentence = (
            SENTENCES[number % 7]
            .replace("<em>", "*")
            .replace("</em>", "*")
            .replace("<strong>", "**")
            .replace("</strong>", "**")
        )
        sentence = sentence.replace(
            '<a href="https://example.org/lock">upper lock</a>', "[upper lock](https://example.org/lock)"
        )
        lines += [f"{sentence} That was on day {number + 1} of the repair, says note {slug[-6:]}.", ""]
    path = directory / f"{slug}.md"
    path.write_text("\n".join(lines))
    return path


def _draw(path: Path, shade: int) -> None:
    image = Image.new("RGB", (1200, 750), (40 + shade * 5, 90, 140))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 480, 1200, 750), fill=(20, 50 + shade * 4, 90))
    draw.polygon([(300, 480), (420, 560), (780, 560), (900, 480)], fill=(180, 60, 40))
    image.save(path)
