"""Are tokens of workspaces unreadable without their key, and does a key rotate without losing one?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.ports.secret_store import LostKey
from bot.ports.settings import BadSettings
from bot.server.encryption import EncryptedSecrets, new_key
from storage.store import SqlStore
from tests.bot.test_commands import easel

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = pytest.mark.integration

OLD, NEW = new_key(), new_key()


@pytest.fixture
async def rows(tmp_path: Path) -> AsyncIterator[SqlStore]:
    (tmp_path / "data").mkdir()
    store = SqlStore(tmp_path / "data" / "easel.db")
    await store.open()
    yield store
    await store.close()


async def test_a_secret_is_found_again_and_stands_encrypted(rows: SqlStore) -> None:
    secrets = EncryptedSecrets(rows, OLD)
    await secrets.save("slack", "T1", "xoxb-1")
    await secrets.save("slack", "T1", "xoxb-2")
    await secrets.save("other", "T1", "xoxb-3")
    assert await secrets.find("slack", "T1") == "xoxb-2"
    assert await secrets.find("slack", "T2") is None
    assert await secrets.list_names("slack") == ["T1"]
    assert "xoxb" not in (await rows.find_secret("slack", "T1") or "xoxb")
    await secrets.delete("slack", "T1")
    assert await secrets.list_names("slack") == []


async def test_a_lost_key_is_a_sentence_that_says_what_to_do(rows: SqlStore) -> None:
    await EncryptedSecrets(rows, OLD).save("slack", "T1", "xoxb-1")
    with pytest.raises(
        LostKey, match=r"decrypts what is stored for slack T1\. Put the key .* back"
    ):
        await EncryptedSecrets(rows, NEW).find("slack", "T1")
    with pytest.raises(BadSettings, match="there is no key for the tokens of workspaces"):
        await EncryptedSecrets(rows, None).check()
    with pytest.raises(BadSettings, match="one of its keys is none"):
        EncryptedSecrets(rows, f"{OLD},nonsense")


async def test_a_key_rotates_while_the_old_one_still_reads(rows: SqlStore, tmp_path: Path) -> None:
    await EncryptedSecrets(rows, OLD).save("slack", "T1", "xoxb-1")
    before = await rows.find_secret("slack", "T1")
    data = tmp_path / "data"
    code, _, said = await easel("secrets", "rotate", data=data, secret_key=NEW)
    assert code == 2
    assert "Put the key that encrypted it back" in said
    assert await rows.find_secret("slack", "T1") == before
    code, out, _ = await easel("secrets", "rotate", data=data, secret_key=f"{NEW}, {OLD}")
    assert code == 0
    assert "encrypts every token (1)" in out
    assert await EncryptedSecrets(rows, NEW).find("slack", "T1") == "xoxb-1"


async def test_a_secret_that_changes_while_keys_rotate_stays_as_it_is(rows: SqlStore) -> None:
    await EncryptedSecrets(rows, OLD).save("slack", "T1", "xoxb-1")
    await rows.replace_secret("slack", "T1", "what it was before", "overwritten")
    assert await EncryptedSecrets(rows, OLD).find("slack", "T1") == "xoxb-1"


async def test_what_is_sealed_is_read_for_a_while_by_whoever_has_the_key(rows: SqlStore) -> None:
    sealed = EncryptedSecrets(rows, OLD).seal("slack")
    assert EncryptedSecrets(rows, f"{NEW},{OLD}").unseal(sealed, 600) == "slack"
    assert EncryptedSecrets(rows, OLD).unseal(sealed, -1) is None
    assert EncryptedSecrets(rows, NEW).unseal(sealed, 600) is None
    assert EncryptedSecrets(rows, OLD).unseal("nonsense", 600) is None
