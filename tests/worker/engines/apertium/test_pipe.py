"""Processes that stay: what happens when they die, hang or are left behind."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from worker.engines.apertium import Apertium
from worker.engines.apertium.pipe import MOST_BYTES, ApertiumPipe, PipeBroken
from worker.engines.protocol import EngineError
from worker.engines.segment import plain

MODE = Path("/usr/share/apertium/modes/eng-spa.mode")

pytestmark = pytest.mark.skipif(not MODE.exists(), reason="apertium-eng-spa is not installed")


@pytest.fixture
def pipe() -> Iterator[ApertiumPipe]:
    pipe = ApertiumPipe(MODE)
    yield pipe
    pipe.close()


def ends(pids: list[int], within_s: float = 5) -> bool:
    """Say whether all processes end in time."""
    for pid in pids:
        try:
            process = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        ended = bool(select.select([process], [], [], within_s)[0])
        os.close(process)
        if not ended:
            return False
    return True


def test_answers_follow_questions(pipe: ApertiumPipe):
    questions = ["The house is new.", "The [[1]]library[[/]] is old.", "Nobody complained."]
    assert [pipe.ask(question, 10) for question in questions] == [
        "La casa es nueva.",
        "La [[1]]biblioteca[[/]] es vieja.",
        "Nadie renegó.",
    ]


@pytest.mark.parametrize("stage", [0, 5, -1])
def test_a_dead_stage_breaks_the_pipe_and_never_answers_with_another_text(pipe: ApertiumPipe, stage: int):
    pipe.ask("The house is new.", 10)
    os.kill(pipe.pids[stage], signal.SIGKILL)
    with pytest.raises(PipeBroken):
        for _ in range(3):  # what was on its way before the blow may still come
            assert pipe.ask("The library is old.", 10) == "La biblioteca es vieja."


def test_a_hung_stage_is_not_waited_for(pipe: ApertiumPipe):
    pipe.ask("The house is new.", 10)
    os.kill(pipe.pids[3], signal.SIGSTOP)
    with pytest.raises(PipeBroken, match="no answer in time"):
        pipe.ask("The library is old.", 0.1)


def test_closing_ends_every_stage_even_a_hung_one(pipe: ApertiumPipe):
    pids = pipe.pids
    os.kill(pids[3], signal.SIGSTOP)
    pipe.close()
    assert ends(pids, within_s=0)
    assert pipe.pids == []


def test_stages_end_with_the_process_that_started_them():
    script = (
        "import sys; from pathlib import Path; from worker.engines.apertium.pipe import ApertiumPipe\n"
        f"pipe = ApertiumPipe(Path({str(MODE)!r})); pipe.ask('Hello.', 10); print(*pipe.pids, flush=True)\n"
        "sys.stdin.read()"
    )
    owner = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with owner:
        assert owner.stdout
        pids = [int(pid) for pid in owner.stdout.readline().split()]
        owner.kill()
    assert len(pids) > 5
    assert ends(pids)


def test_a_forked_child_starts_its_own():
    script = f"""
import os
from pathlib import Path
from worker.engines.apertium import Apertium
from worker.engines.segment import plain
engine = Apertium(Path({str(MODE)!r}), "")
def text(): return engine.translate([plain("The house is new.")], "en", "es", "")[0].text
first, pids = text(), engine.pids
child = os.fork()
if not child:
    same = text() == first and not set(engine.pids) & set(pids)
    engine.close()
    os._exit(not same)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert text() == first and engine.pids == pids
engine.close()
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_what_would_block_or_cut_the_stream_is_refused(pipe: ApertiumPipe):
    for unit in ("a" * MOST_BYTES, "one\0two"):
        with pytest.raises(ValueError, match="expected at most"):
            pipe.ask(unit, 1)


def test_a_mode_that_is_none_is_broken(tmp_path: Path):
    with pytest.raises(PipeBroken):
        ApertiumPipe(tmp_path / "no.mode")
    (tmp_path / "bad.mode").write_text("no-such-program -x\n")
    with pytest.raises(PipeBroken):
        ApertiumPipe(tmp_path / "bad.mode").ask("a", 1)


def test_a_text_that_breaks_the_pipe_spoils_no_other(tmp_path: Path):
    stage = tmp_path / "stage"
    stage.write_text(
        f"#!{sys.executable}\n"
        "import sys\n"
        "text = b''\n"
        "while byte := sys.stdin.buffer.read(1):\n"
        "    text += byte\n"
        "    if byte == b'\\0':\n"
        "        if b'poison' in text: sys.exit(1)\n"
        "        sys.stdout.buffer.write(text.replace(b'good', b'bueno')); sys.stdout.buffer.flush(); text = b''\n"
    )
    stage.chmod(0o755)
    mode = tmp_path / "eng-spa.mode"
    mode.write_text(f"'{stage}' $1\n")
    engine = Apertium(mode, "")
    texts = [plain("good one"), plain("poison"), plain("good two")]
    assert [each.text for each in engine.translate(texts, "en", "es", "")] == ["bueno one", "", "bueno two"]
    engine.close()


def test_an_engine_whose_pair_is_gone_says_so(tmp_path: Path):
    with pytest.raises(EngineError, match="pipe-broken") as caught:
        Apertium(tmp_path / "eng-spa.mode", "").translate([plain("The house.")], "en", "es", "")
    assert caught.value.action == "retry"
