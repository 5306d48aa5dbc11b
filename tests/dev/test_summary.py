import shlex
from pathlib import Path

from dev import summary
from dev.environment import Ports
from dev.newsroom import Tokens


def test_engines_that_are_set_up_are_named_in_the_order_in_which_they_are_tried() -> None:
    told = summary.translation({"AZURE_TRANSLATOR_KEY": "k", "LIBRETRANSLATE_URL": "http://localhost:5000"})
    assert told.startswith("Azure Translator; LibreTranslate; ")
    assert "Azure" not in summary.translation({"AZURE_TRANSLATOR_KEY": ""})


def test_commands_are_told_to_read_the_environment_of_this_run(tmp_path: Path) -> None:
    settings = {"PUBLISHER_PUBLIC_URL": "http://localhost:8000", "CONSENT_PUBLIC_URL": "http://localhost:8001"}
    told = summary.text(settings, Ports(8000, 8001, 6379), Tokens("c", "d"), tmp_path / "its own", 3.2)
    [line] = [line for line in told.splitlines() if "Commands" in line]
    [dot, path] = shlex.split(line.removeprefix("  Commands     ").partition(";")[0])
    assert (dot, Path(path).absolute().resolve()) == (".", tmp_path / "its own" / "environment")
