"""The examples of the README run as they stand, but for the address."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from program import PACKAGE, Program

EXAMPLES = re.findall(r"```python\n(.*?)```", (PACKAGE / "README.md").read_text(encoding="utf-8"), re.DOTALL)
PRINTED = [
    "on disk at 1\n1 grant.updated 1200\n",
    re.compile(r"connecting started\nconnected welcomed by \S+\nfunding.rules 1 \{'id': 1\}\n1 \[1\]\nclosed closed by the application\n"),
    re.compile(r"office\.7\.reading desk \{'celsius': 20\.\d\}\n"),
    "2 there: ['Ada', 'Grace']\n",
    "",
]


@pytest.mark.parametrize("at", range(len(EXAMPLES)))
def test_an_example_runs_as_it_stands(server, tmp_path: Path, at: int):
    example = EXAMPLES[at].replace("ws://127.0.0.1:8080/v1/ws", server.endpoint)

    with Program(f"import os; os.chdir({str(tmp_path)!r})\n{example}", server.endpoint) as program:
        code, errors, printed = program.ends_with()

    assert (code, errors) == (0, "")
    expected = PRINTED[at]
    assert printed == expected if isinstance(expected, str) else expected.fullmatch(printed)


def test_each_example_has_what_it_prints():
    assert len(EXAMPLES) == len(PRINTED)
