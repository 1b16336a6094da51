"""Do the files around the code say what is true? What a Docker engine would do is done by hand."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from PIL import Image

from bot.commands.platforms import find_platforms, read_settings
from bot.server.environment import setting_names
from bot.server.settings import Settings

ROOT = Path(__file__).parent.parent


def every_setting() -> list[str]:
    names = [*setting_names(Settings)]
    for platform in find_platforms():
        names += setting_names(platform.settings)
    return names


def test_the_compose_file_keeps_the_data_and_closes_the_door() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    easel = compose["services"]["easel"]
    assert easel["environment"]["EASEL_DATA"] == "/data"
    [volume] = easel["volumes"]
    name, _, place = volume.partition(":")
    assert place == "/data"
    assert name in compose["volumes"]
    assert all(port.startswith("127.0.0.1:") for port in easel["ports"])
    grace = int(easel["stop_grace_period"].removesuffix("s"))
    assert grace > Settings.model_fields["grace_s"].default


def test_the_compose_file_s_postgres_is_the_one_it_says_and_nobody_else_reaches_it() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    compose = yaml.safe_load(text)
    postgres = compose["services"]["postgres"]
    assert postgres["profiles"] == ["postgres", "scale"]
    assert "ports" not in postgres
    assert postgres["volumes"][0].partition(":")[0] in compose["volumes"]
    said = re.search(r"^#   EASEL_DATABASE_URL=(\S+)$", text, re.MULTILINE)
    assert said is not None
    url = read_settings(database_url=said[1]).database
    made = postgres["environment"]
    user, word, name = (made[f"POSTGRES_{part}"] for part in ("USER", "PASSWORD", "DB"))
    assert word == "${POSTGRES_PASSWORD:-}", "none is in the file"
    assert url == f"postgresql://{user}:${{POSTGRES_PASSWORD}}@postgres/{name}"
    limits = {name: service["mem_limit"] for name, service in compose["services"].items()}
    assert limits.items() >= {"easel": "512m", "postgres": "1g"}.items()
    assert compose["services"]["easel"]["environment"]["TMPDIR"] == "/data"  # the other is memory
    for service in compose["services"].values():
        assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}
    waits = compose["services"]["easel"]["depends_on"]["postgres"]
    assert waits == {"condition": "service_healthy", "required": False}


def test_the_scale_profile_is_two_replicas_that_share_a_database_and_a_bucket_behind_a_proxy() -> (
    None
):
    text = (ROOT / "docker-compose.yml").read_text()
    compose = yaml.safe_load(text)
    services = compose["services"]
    scaled = {name for name, one in services.items() if "scale" in one.get("profiles", ["scale"])}
    assert scaled == {"easel", "replica", "proxy", "s3", "s3-bucket", "postgres"}
    easel, replica = services["easel"], services["replica"]
    apart = {"profiles", "ports", "volumes"}
    assert {key: replica[key] for key in easel if key not in apart} == {
        key: value for key, value in easel.items() if key not in apart
    }
    assert not set(easel["volumes"]) & set(replica["volumes"]), "each has a data folder of its own"
    open_ports = {name: one["ports"] for name, one in services.items() if one.get("ports")}
    assert set(open_ports) == {"easel", "proxy"}
    assert all(port.startswith("127.0.0.1:") for ports in open_ports.values() for port in ports)
    upstreams = [
        f"{name}:{easel['environment']['EASEL_WEB_PORT']}" for name in ("easel", "replica")
    ]
    assert [part for part in services["proxy"]["command"] if part in upstreams] == upstreams
    head = text[text.index("--profile scale") : text.index("x-logs")]
    said = dict(re.findall(r"^#   (\w+)=(\S+)$", head, re.MULTILINE))
    assert services["s3"]["environment"]["MINIO_ROOT_USER"] == said["AWS_ACCESS_KEY_ID"]
    assert said["AWS_SECRET_ACCESS_KEY"] == "${S3_PASSWORD}"
    [made] = services["s3-bucket"]["command"]
    assert f"s3/{said['EASEL_BLOBS_URL'].removeprefix('s3://')}" in made
    assert said["AWS_ENDPOINT"] in made
    assert not re.search(r"PASSWORD: (?!\$\{)\w", text), "no password is in the file"
    for name in {
        name.partition(":")[0] for one in services.values() for name in one.get("volumes", ())
    }:
        assert name in compose["volumes"]


def test_every_setting_of_the_docker_files_exists() -> None:
    known = set(every_setting())
    for file in ("Dockerfile", "docker-compose.yml"):
        said = set(re.findall(r"\bEASEL_[A-Z_]+", (ROOT / file).read_text()))
        assert said <= known, file


def test_the_dockerfile_is_slim_and_not_root_and_looks_after_its_health() -> None:
    text = (ROOT / "Dockerfile").read_text()
    last = text[text.rindex("FROM ") :]
    assert "-slim" in last.splitlines()[0]
    assert last.index("USER easel") < last.index("ENTRYPOINT")
    assert "/healthz" in last
    check = next(line for line in last.splitlines() if line.strip().startswith('CMD ["python"'))
    command = json.loads(check.strip().removeprefix("CMD "))
    compile(command[2], "healthcheck", "exec")
    for copied in re.findall(r"^COPY (?!--from)(.+) \./?\S*$", text, re.MULTILINE):
        assert all((ROOT / name).exists() for name in copied.split()), copied


def test_the_locks_hold_hashes_and_no_address() -> None:
    for file in ("requirements.lock", "requirements-dev.lock", "requirements-litellm.lock"):
        text = (ROOT / file).read_text()
        pinned = re.findall(r"^[a-z0-9][\w.\[\],-]*==", text, re.MULTILINE)
        assert len(pinned) > 20
        assert text.count("--hash=sha256:") >= len(pinned)
        assert "://" not in text
        assert "--index-url" not in re.sub(r"--no-emit-index-url", "", text)


def test_the_lock_names_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    locked = (ROOT / "requirements.lock").read_text()
    for dependency in project["dependencies"]:
        name = re.split(r"[><=\[;~! ]", dependency)[0].lower().replace(".", "-").replace("_", "-")
        assert re.search(rf"^{name}(\[[a-z, ]+\])?==", locked, re.MULTILINE), name


@pytest.mark.timeout(180)
def test_the_wheel_holds_all_that_runs(tmp_path: Path) -> None:
    """What `pip install .` builds: also templates, the page's modules, migrations and the font."""
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"),
            *("--wheel-dir", str(tmp_path), str(ROOT)),
        ],
        check=True,
        capture_output=True,
    )
    [wheel] = tmp_path.glob("easel-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("bot", "adapters", "storage"):
        for file in (ROOT / folder).rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                assert file.relative_to(ROOT).as_posix() in names, file
    assert not [name for name in names if name.startswith("tests/")]


def test_every_dependency_has_its_line_in_the_architecture() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text().lower()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for dependency in project["project"]["dependencies"]:
        name = re.split(r"[><=\[;~! ]", dependency)[0].lower()
        assert f"`{name}`" in text, name


def test_every_setting_is_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text()
    for name in every_setting():
        assert name in text, name


def test_the_pictures_of_the_readme_are_there_and_load_quickly() -> None:
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (ROOT / "README.md").read_text())
    assert len(shown) >= 3
    for path in shown:
        with Image.open(ROOT / path) as picture:
            assert picture.width <= 1400, path
        assert (ROOT / path).stat().st_size <= 400_000, path


def test_nothing_names_a_registry_or_a_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files"],  # noqa: S607 - whichever git there is
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    wrong = re.compile(r"index-url +https?:|\"resolved\": *\"http|/work/|/farm/|/root/")
    for name in listed:
        file = ROOT / name
        if file == Path(__file__) or not file.is_file() or file.suffix in {".png", ".ttf", ".webp"}:
            continue
        found = wrong.search(file.read_text(errors="replace"))
        assert found is None, f"{name}: {found}"
