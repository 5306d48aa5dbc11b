from dataclasses import dataclass

import pytest

from chassis.settings import ServiceSettings, SettingError, address, documented, integer, read, setting, words


@dataclass(frozen=True)
class Example(ServiceSettings):
    url: str = setting("EXAMPLE_URL", "http://127.0.0.1:1", "Where it is.", address)
    names: tuple[str, ...] = setting("EXAMPLE_NAMES", "a,b", "Names.", words)
    size: int = setting("EXAMPLE_SIZE", "3", "Size in bytes.", integer(1))


def test_absent_and_empty_variables_take_the_default():
    settings = read(Example, {"EXAMPLE_SIZE": ""})
    assert (settings.size, settings.names, settings.url) == (3, ("a", "b"), "http://127.0.0.1:1")


def test_the_three_roles_default_to_one_redis():
    settings = read(Example, {"REDIS_URL": "redis://one", "REDIS_CACHE_URL": "redis://two"})
    assert (settings.redis_durable_url, settings.redis_broker_url, settings.redis_cache_url) == (
        "redis://one",
        "redis://one",
        "redis://two",
    )


@pytest.mark.parametrize(
    ("name", "text"), [("EXAMPLE_SIZE", "x"), ("EXAMPLE_SIZE", "0"), ("EXAMPLE_URL", "ftp://x"), ("LOG_LEVEL", "loud")]
)
def test_a_wrong_text_names_its_variable(name, text):
    with pytest.raises(SettingError, match=f"^{name}: expected .*, got '{text}'$"):
        read(Example, {name: text})


def test_each_variable_is_documented_once():
    lines = documented(ServiceSettings, Example)
    assert [line.env for line in lines].count("REDIS_URL") == 1
    assert all(line.doc for line in lines)
