from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import pytest
import structlog

from bot.commands.platforms import read_settings
from bot.ports.settings import BadSettings
from bot.server import logs

if TYPE_CHECKING:
    from pathlib import Path


def test_nothing_set_is_the_page_on_this_machine_and_the_built_in_model() -> None:
    settings = read_settings()
    assert settings.model_url is None
    assert (settings.has_page, settings.web_host, settings.web_port) == (True, "127.0.0.1", 8080)
    assert (settings.model, settings.model_profile) == ("gpt-4o-image", "spec")
    assert (settings.model_concurrency, settings.grace_s) == (8, 30)
    assert settings.is_loopback


def test_the_environment_counts_and_so_does_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("EASEL_MODEL=from-file\nEASEL_WEB_PORT=9999\nOTHER=1\n")
    monkeypatch.setenv("EASEL_MODEL_URL", "https://gateway.example/v1/")
    monkeypatch.setenv("EASEL_WEB_PORT", "0")
    monkeypatch.setenv("EASEL_WEB", "off")
    monkeypatch.setenv("EASEL_MODEL_KEY", "")
    settings = read_settings()
    assert settings.model == "from-file"
    assert settings.model_url == "https://gateway.example/v1"
    assert (settings.web_port, settings.has_page) == (0, False)
    assert settings.model_key is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EASEL_MODEL_URL", "gateway"),
        ("EASEL_MODEL_URL", "http://gateway.example:99999/v1"),
        ("EASEL_WEB_PORT", "eighty"),
        ("EASEL_WEB_PORT", "70000"),
        ("EASEL_MODEL_STREAM", "perhaps"),
        ("EASEL_MODEL_CONCURRENCY", "0"),
        ("EASEL_OPERATOR", "me"),
        ("EASEL_WEB", "maybe"),
        ("EASEL_GRACE_S", "-1"),
        ("EASEL_LIMIT_PERSON", "-1"),
        ("EASEL_LIMIT_MONTH", "a lot"),
        ("EASEL_LIMIT_CHANNEL", "inf"),
        ("EASEL_LIMIT_WORKSPACE", "nan"),
        *(
            ("EASEL_WEB_TOKEN", weak)
            for weak in (
                *(
                    "a",
                    "right",
                    "password",
                    "Password123!",
                    "changeme",
                    "change-me",
                    "secret-token",
                ),
                *("aaaaaaaaaaaaaaaaaaaaaaaa", "12345678", "abababababababab", "abcabc123123"),
            )
        ),
        ("EASEL_OPERATOR_TOKEN", "admin"),
    ],
)
def test_a_setting_that_cannot_be_is_told_by_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings, match=f"^{name}: "):
        read_settings()


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("EASEL_LIMIT_MONT", "Did you mean EASEL_LIMIT_MONTH?"),
        ("EASEL_WEBHOST", "Did you mean EASEL_WEB_HOST?"),
        ("EASEL_MODEL_KEYS", "Did you mean EASEL_MODEL_KEY?"),
        ("easel_retention_day", "Did you mean EASEL_RETENTION_DAYS?"),
        ("EASEL_PORT", "Did you mean"),
        ("EASEL_XYZZY", "README.md lists"),
    ],
)
@pytest.mark.parametrize("in_file", [False, True])
def test_a_setting_that_is_misspelt_is_an_error_that_names_the_right_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, meant: str, *, in_file: bool
) -> None:
    if in_file:
        (tmp_path / ".env").write_text(f"export {name}=50\n")
    else:
        monkeypatch.setenv(name, "50")
    with pytest.raises(BadSettings, match=f"^{name.upper()}: there is no such setting") as caught:
        read_settings()
    assert meant in str(caught.value)


@pytest.mark.parametrize(
    ("roles", "says"),
    [("web, painter", "painter is none of web, slack, discord, worker"), ("web", "with SQLite")],
)
def test_roles_that_cannot_be_are_told(roles: str, says: str) -> None:
    with pytest.raises(BadSettings, match=f"^EASEL_ROLES: {says}"):
        read_settings(roles=roles)


def test_a_process_has_the_roles_that_it_is_given_and_all_where_none_is() -> None:
    shared = {"database_url": "postgresql://easel@db/easel"}
    some, every = read_settings(roles="Web,worker", **shared), read_settings(roles=" ", **shared)
    assert [one.has_role("slack") for one in (some, every)] == [False, True]
    assert [one.has_role("worker") for one in (some, every)] == [True, True]


def test_a_secret_may_stand_in_a_file_that_its_setting_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in (("key", "sk-of-a-file\n"), ("url", "postgresql://easel:pw@db/easel\n")):
        (tmp_path / name).write_text(value)
    monkeypatch.setenv("EASEL_MODEL_KEY_FILE", str(tmp_path / "key"))
    (tmp_path / ".env").write_text(f"EASEL_DATABASE_URL_FILE={tmp_path / 'url'}\n")
    settings = read_settings()
    assert settings.model_key is not None
    assert settings.model_key.get_secret_value() == "sk-of-a-file"
    assert settings.database == "postgresql://easel:pw@db/easel"
    monkeypatch.setenv("EASEL_MODEL_KEY", "another")
    with pytest.raises(BadSettings, match=r"^EASEL_MODEL_KEY_FILE: EASEL_MODEL_KEY is set, too"):
        read_settings()
    monkeypatch.delenv("EASEL_MODEL_KEY")
    (tmp_path / "key").unlink()
    with pytest.raises(BadSettings, match=r"^EASEL_MODEL_KEY_FILE: .*/key cannot be read"):
        read_settings()


@pytest.mark.parametrize("name", ["EASEL_MODEL_KEYS_FILE", "EASEL_FILE"])
def test_a_file_of_no_setting_is_told(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "/run/secrets/one")
    with pytest.raises(BadSettings, match=f"^{name}: there is no such setting"):
        read_settings()


def test_what_a_cluster_names_after_its_service_is_no_setting(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("COMPOSE_PROFILES=postgres\nPOSTGRES_PASSWORD=x\n")
    for name, value in (
        ("EASEL_SERVICE_HOST", "10.0.0.7"),
        ("EASEL_SERVICE_PORT_HTTP", "8080"),
        ("EASEL_PORT", "tcp://10.0.0.7:8080"),
        ("EASEL_PORT_8080_TCP_ADDR", "10.0.0.7"),
    ):
        monkeypatch.setenv(name, value)
    assert read_settings().web_port == 8080


@pytest.mark.parametrize(
    "token", ["right-and-long-enough", "kX3_q9Zt-7Lw", "correct horse battery", "0f1e2d3c4b5a6978"]
)
def test_a_token_that_is_hard_to_guess_is_taken(
    monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("EASEL_WEB_TOKEN", token)
    given = read_settings().web_token
    assert given is not None
    assert given.get_secret_value() == token


def test_a_file_of_settings_that_is_no_text_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_bytes(b"\xff\xfeEASEL_WEB=off")
    with pytest.raises(BadSettings, match=r"^\.env cannot be read: "):
        read_settings()


def test_keys_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EASEL_MODEL_KEY", "sk-secret")
    assert "sk-secret" not in repr(read_settings())


@pytest.fixture
def _own_logs() -> object:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    yield None
    root.handlers[:], level = before[0], before[1]
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.usefixtures("_own_logs")
def test_a_log_line_is_json_and_holds_no_secret_and_no_image(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure()
    log = structlog.stdlib.get_logger("easel.test")
    payload = "data:image/png;base64," + "A" * 5000
    log.info("drawn", turn="t1", text=f"before {payload} after", key="Bearer sk-secret")
    logging.getLogger("other").warning("token xoxb-123-456 and %s", "B" * 500)
    try:
        int(payload)
    except ValueError:
        log.exception("failed")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert (lines[0]["event"], lines[0]["turn"]) == ("drawn", "t1")
    assert lines[0]["text"] == "before … after"
    whole = json.dumps(lines)
    for secret in ("AAAA", "BBBB", "sk-secret", "xoxb-123"):
        assert secret not in whole
    assert "ValueError" in lines[2]["exception"]


def test_a_key_out_of_a_file_is_trimmed_and_one_that_no_header_can_carry_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("EASEL_MODEL_KEY", " sk-1\n")
    key = read_settings().model_key
    assert key is not None
    assert key.get_secret_value() == "sk-1"
    for wrong in ("sk-“1”", "sk\n1", "sk\x001"[:2] + "\x7f"):
        monkeypatch.setenv("EASEL_MODEL_KEY", wrong)
        with pytest.raises(BadSettings, match="EASEL_MODEL_KEY: holds a character"):
            read_settings()


def test_an_address_is_told_without_the_name_and_password_in_it() -> None:
    settings = read_settings(model_url="https://ana:secret@gateway.example/v1")
    assert settings.shown_model_url == "https://gateway.example/v1"
    assert read_settings(model_url=None).shown_model_url is None


@pytest.mark.usefixtures("_own_logs")
def test_of_a_long_traceback_the_end_is_kept_and_libraries_say_no_words_at_debug(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure("DEBUG")

    def deep(left: int) -> None:
        if not left:
            raise LookupError("the very reason")
        deep(left - 1)

    try:
        deep(300)
    except LookupError:
        structlog.stdlib.get_logger("easel.test").exception("failed")
    logging.getLogger("sse_starlette.sse").debug("chunk: what Ana said")
    structlog.stdlib.get_logger("easel.test").debug("ours")
    said = capsys.readouterr().err
    assert "LookupError: the very reason" in said
    assert "Ana" not in said
    assert "ours" in said
