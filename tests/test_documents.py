"""Do the documents for engineers name files that exist?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("document", ["CONTRIBUTING.md", "ARCHITECTURE.md", "docs/adapters.md"])
def test_every_file_that_is_named_exists(document: str) -> None:
    text = (_ROOT / document).read_text()
    named = set(re.findall(r"`((?:bot|adapters|storage|tests|docs|scripts)/[\w./]*)`", text))
    assert named, "it names some"
    assert [name for name in sorted(named) if not (_ROOT / name).exists()] == []
