import os

import pytest

from realtime_actors import FileSessionStore, SessionTicket


def test_a_ticket_is_there_for_its_owner_only(tmp_path):
    store = FileSessionStore(tmp_path / "session.json")
    assert store.load() is None

    store.save(SessionTicket("s-1", "k-1"))
    store.save(SessionTicket("s-1", "k-2"))

    assert store.load() == SessionTicket("s-1", "k-2")
    assert (tmp_path / "session.json").stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["session.json"]


def test_what_a_crash_left_behind_is_replaced_with_its_rights(tmp_path):
    left = tmp_path / "session.json.new"
    left.write_text("half")
    left.chmod(0o666)

    FileSessionStore(tmp_path / "session.json").save(SessionTicket("s-1", "k-1"))

    assert (tmp_path / "session.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"id":"s-1","key":""}', '{"id":"s-1","key":7}', '"hunter2"', '{"key":"hunter2"}'])
def test_a_file_that_is_none_of_ours_is_named_and_not_quoted(tmp_path, text):
    path = tmp_path / "session.json"
    path.write_text(text)

    with pytest.raises(ValueError) as refused:
        FileSessionStore(path).load()

    assert str(path) in str(refused.value) and "Delete it" in str(refused.value) and "hunter2" not in str(refused.value)


def test_a_key_is_not_printed():
    assert "hunter2" not in repr(SessionTicket("s-1", "hunter2")) + str(SessionTicket("s-1", "hunter2"))
