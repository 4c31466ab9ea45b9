import pytest
from kill_rate import BROKEN, UNUSUAL, plugins
from sampling import TURNS, VARIABLE, is_sampled, rotation, turn_of


@pytest.mark.parametrize(("folder", "one_in"), [(BROKEN, 16), (UNUSUAL, 3)])
def test_ten_runs_judge_every_plugin(monkeypatch: pytest.MonkeyPatch, folder, one_in) -> None:
    names = [path.stem for path in plugins(folder)]
    judged: set[str] = set()
    for number in range(7, 7 + TURNS):
        monkeypatch.setenv(VARIABLE, str(number))
        sample = {name for name in names if is_sampled(name, one_in)}
        assert {name for name in names if turn_of(name, one_in) is None} < sample
        assert len(sample) < len(names)
        judged |= sample
    assert judged == set(names)


def test_without_the_variable_the_commits_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sampling._commits", lambda: "123\n")
    monkeypatch.setenv(VARIABLE, "48")
    assert rotation() == 8
    monkeypatch.delenv(VARIABLE)
    assert rotation() == 3


def test_without_git_the_rotation_is_0(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setenv("PATH", "")
    assert rotation() == 0
