"""The listings of the chapter on real-time synchronization run as printed, on our RealTimeSync and on the one that the chapter prints."""

from __future__ import annotations

from pathlib import Path

import pytest
from asynchronous import Seen, asynchronous
from program import Program, listing

from realtime_actors import RealTimeClient

APPLICATION = """
import sys
import my_app.setup_sync
import my_app.actions
print("started")
for line in sys.stdin:
    my_app.actions.update_grant(*map(int, line.split()))
"""


def written(folder: Path, implementation: str) -> Path:
    """The printed modules under the names that are printed with them."""
    modules = {"my_app/setup_sync.py": listing("setup_sync"), "my_app/actions.py": listing("actions")}
    if implementation == "printed":
        modules["hms_rt/sync.py"] = listing("internal_sync")
        modules["hms_rt/__init__.py"] = ""
    for name, text in modules.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("implementation", ["ours", "printed"])
@asynchronous
async def test_they_run_as_printed(server, tmp_path, implementation):
    berlin, broadcast = Seen(), Seen()
    with Program(APPLICATION, server.endpoint, written(tmp_path, implementation)) as washington:
        async with RealTimeClient(server.endpoint) as client:
            await client.subscribe("funding.grant_updated", berlin)
            await client.subscribe("sync.broadcast", broadcast)
            assert washington.says() == "started"

            washington.told("7 1200")
            await berlin.count_is(1)
            await client.publish("api_changes", "api_changes", {"case": 1})
            await client.publish("ai_proposals", "ai_proposals", "approve")
            await broadcast.count_is(2)

    assert [(event.type, event.data) for event in berlin.events] == [("funding.grant_updated", {"id": 7, "amount": 1200})]
    assert sorted((event.data for event in broadcast.events), key=str) == [
        {"topic": "ai_proposals", "data": "approve"}, {"topic": "api_changes", "data": {"case": 1}}]


def test_the_printed_implementation_is_the_one_that_runs(tmp_path):
    # No server is needed to construct one: what it is made of tells them apart.
    script = "import hms_rt.sync as s; print(s.__file__); print(sorted(name for name in vars(s.RealTimeSync) if not name.startswith('__')))"
    with Program(script, "ws://127.0.0.1:9", written(tmp_path, "printed")) as program:
        assert program.says().startswith(str(tmp_path))
        assert program.says() == "['_on_change', 'emit_change', 'start']"
