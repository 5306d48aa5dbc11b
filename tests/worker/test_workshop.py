"""Engines come from the settings, in their order; one that is not set up is passed over."""

from pathlib import Path
from typing import Any

import pytest

from worker.engines.apertium import installed
from worker.settings import Settings
from worker.workshop import Workshop


def names(**settings: Any) -> list[str]:
    return [engine.name for engine in Workshop(Settings(**settings)).engines if engine.name != "Apertium"]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, ["pseudo-locale"]),
        ({"azure_key": "k"}, ["Microsoft Translator", "pseudo-locale"]),
        (
            {"azure_key": "k", "libretranslate_url": "http://translate.test"},
            ["Microsoft Translator", "LibreTranslate", "pseudo-locale"],
        ),
        ({"azure_key": "k", "translation_engines": ("pseudo", "azure")}, ["pseudo-locale", "Microsoft Translator"]),
        ({"azure_key": "k", "translation_engines": ("apertium",)}, []),
    ],
)
def test_engines_stand_in_the_order_of_the_settings(settings: dict[str, Any], expected: list[str]) -> None:
    assert names(**settings) == expected


def test_each_installed_pair_of_apertium_is_an_engine() -> None:
    made = [engine for engine in Workshop(Settings()).engines if engine.name == "Apertium"]
    assert len(made) == len(installed())


def test_only_a_node_leaves_signs_of_life(tmp_path: Path) -> None:
    Workshop(Settings(worker_dir=tmp_path)).moved_on()
    assert list(tmp_path.iterdir()) == []
    Workshop(Settings(worker_dir=tmp_path), "press").moved_on()
    assert [path.name for path in tmp_path.iterdir()] == ["press.alive"]
