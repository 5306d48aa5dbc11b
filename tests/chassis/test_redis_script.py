import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError, ResponseError

from chassis.redis_script import RedisScript
from tests.servers.redis_server import RedisServer

ECHO = "if ARGV[1] == 'fail' then return redis.error_reply('FAILED as told') end\nreturn {KEYS[1], ARGV[1]}"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "echo.lua"
    path.write_text(ECHO)
    return path


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url, socket_timeout=5) as redis:
        yield redis


def test_threads_that_call_at_once_get_each_its_own_answer_over_one_connection(redis: Redis, source: Path) -> None:
    script, before, wrong = RedisScript(redis, source), len(redis.client_list()), []

    def call(name: str) -> None:
        for number in range(100):
            if script([name], [number]) != [name.encode(), str(number).encode()]:
                wrong.append((name, number))

    threads = [threading.Thread(target=call, args=(f"t{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(redis.client_list()) <= before + 1


def test_a_redis_that_hangs_fails_everybody_who_waits_and_nobody_later(tmp_path: Path, source: Path) -> None:
    server = RedisServer(tmp_path / "redis").start()
    assert server.process is not None
    try:
        with Redis.from_url(server.url, socket_timeout=1) as redis:
            script, failed = RedisScript(redis, source), []
            assert script(["a"], ["b"])
            server.process.send_signal(signal.SIGSTOP)

            def call() -> None:
                with pytest.raises(RedisError):
                    script(["a"], ["b"])
                failed.append(1)

            threads = [threading.Thread(target=call) for _ in range(6)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert len(failed) == 6
            server.process.send_signal(signal.SIGCONT)
            with Redis.from_url(server.url) as patient:
                patient.ping()
            assert script(["a"], ["b"]) == [b"a", b"b"]
    finally:
        server.kill()


def test_a_failure_is_told_to_whom_it_befell(redis: Redis, source: Path) -> None:
    script, told = RedisScript(redis, source), set()

    def call(word: str) -> None:
        for _ in range(50):
            try:
                told.add((word, bool(script(["a"], [word]))))
            except ResponseError:
                told.add((word, False))

    threads = [threading.Thread(target=call, args=(word,)) for word in ("fail", "b", "c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == {("fail", False), ("b", True), ("c", True)}


def test_what_is_not_admitted_is_not_asked_and_all_others_are(redis: Redis, tmp_path: Path) -> None:
    path = tmp_path / "count.lua"
    path.write_text("return redis.call('INCR', KEYS[1])")
    script, refused = RedisScript(redis, path), []
    redis.delete("asked")

    def refuse() -> None:
        raise PermissionError("not today")

    def call(number: int) -> None:
        for each in range(50):
            if (number + each) % 2:
                script(["asked"], [])
            else:
                with pytest.raises(PermissionError, match="not today"):
                    script(["asked"], [], refuse)
                refused.append(1)

    threads = [threading.Thread(target=call, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 100
    assert redis.get("asked") == b"100"


def test_answers_can_be_taken_later_and_in_another_order(redis: Redis, source: Path) -> None:
    script = RedisScript(redis, source)
    calls = [script.ask(["a"], [word]) for word in ("b", "fail", "c")]
    assert calls[2].answer() == [b"a", b"c"]
    assert calls[0].answer() == [b"a", b"b"]
    with pytest.raises(ResponseError, match="as told"):
        calls[1].answer()


def test_a_script_that_is_gone_leaves_its_connections_to_the_next_one(redis: Redis, source: Path) -> None:
    RedisScript(redis, source)(["a"], ["b"])
    before = len(redis.client_list())
    for _ in range(5):
        assert RedisScript(redis, source)(["a"], ["b"])
    assert len(redis.client_list()) == before


def test_a_script_that_fails_says_so_and_goes_on_with_the_next_call(redis: Redis, source: Path) -> None:
    script = RedisScript(redis, source)
    with pytest.raises(ResponseError, match="as told"):
        script(["a"], ["fail"])
    assert script(["a"], ["b"]) == [b"a", b"b"]


def test_a_redis_that_comes_back_is_asked_again_at_once(tmp_path: Path, source: Path) -> None:
    server = RedisServer(tmp_path / "redis").start()
    try:
        with Redis.from_url(server.url, socket_timeout=5) as redis:
            script = RedisScript(redis, source)
            assert script(["a"], ["b"])
            server.kill()
            with pytest.raises((RedisError, OSError)):
                script(["a"], ["b"])
            server.start()
            assert script(["a"], ["b"])
            server.kill()
            server.start()  # it was away only while nobody asked: no call is lost to the old connection
            assert script(["a"], ["b"]) == [b"a", b"b"]
    finally:
        server.kill()
