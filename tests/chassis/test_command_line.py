import click
import pytest

from chassis.command_line import run
from chassis.errors import NotFound
from chassis.settings import SettingError


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [(None, 0, ""), (NotFound("no article\n'x'"), 1, "no article 'x'\n"),
     (SettingError("A: expected b"), 2, "A: expected b\n"),
     (click.UsageError("expected a file"), 2, "expected a file\n"), (click.ClickException("failed"), 1, "failed\n")],
)  # fmt: skip
def test_an_error_is_one_line_and_an_exit_code(error, code, line, capsys, monkeypatch):
    @click.command()
    def command():
        if error:
            raise error

    monkeypatch.setattr("sys.argv", ["command"])
    with pytest.raises(SystemExit) as end:
        run(command)
    assert (end.value.code, capsys.readouterr().err) == (code, line)
