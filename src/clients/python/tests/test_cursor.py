import random

from realtime_actors.machine.cursor import CursorTracker
from realtime_actors.protocol.frames import OffsetRange


def test_an_offset_is_accounted_for_once():
    cursor = CursorTracker()

    assert [cursor.add(offset) for offset in (1, 2, 2, 4, 4, 3, 3)] == [True, True, False, True, False, True, False]
    assert cursor.prefix == 4 and cursor.ahead == []


def test_what_is_ahead_is_kept_in_ranges_that_do_not_touch():
    cursor = CursorTracker()

    for first, last in ((5, 6), (9, 9), (7, 7), (20, 30), (3, 3)):
        cursor.add_range(OffsetRange(first, last))

    assert cursor.prefix == 0
    assert cursor.ahead == [(3, 3), (5, 7), (9, 9), (20, 30)]
    assert cursor.missing_within(OffsetRange(1, 25)) == [(1, 2), (4, 4), (8, 8), (10, 19)]


def test_a_restart_forgets_what_was_ahead():
    cursor = CursorTracker()
    cursor.add(5)

    cursor.restart(2)

    assert 5 not in cursor and 2 in cursor and 3 not in cursor


def test_it_agrees_with_a_set_whatever_comes():
    chance = random.Random(4711)
    for _ in range(200):
        cursor, known = CursorTracker(), set()
        for _ in range(60):
            first = chance.randint(1, 60)
            last = first + chance.randint(-1, 8)
            if chance.random() < 0.5:
                assert cursor.add(first) == (first not in known)
                known.add(first)
            else:
                cursor.add_range(OffsetRange(first, last))
                known.update(range(first, last + 1))
            prefix = next(offset for offset in range(1, 100) if offset not in known) - 1
            assert cursor.prefix == prefix
            assert {offset for first, last in cursor.ahead for offset in range(first, last + 1)} == {offset for offset in known if offset > prefix}
            assert all((offset in cursor) == (offset in known) for offset in range(1, 80))
            missing = [offset for first, last in cursor.missing_within(OffsetRange(1, 70)) for offset in range(first, last + 1)]
            assert missing == [offset for offset in range(1, 71) if offset not in known]
