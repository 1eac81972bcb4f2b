from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from inboxwatch.config.build import build_all
from inboxwatch.config.load import load_config
from inboxwatch.config.reference.__main__ import main
from inboxwatch.config.reference.words import own_keys
from inboxwatch.config.reference.write import documents
from inboxwatch.config.schema.walk import sections
from inboxwatch.errors import ConfigError

ROOT = Path(__file__).parents[2]
MEND = "run python -m inboxwatch.config.reference"


@pytest.mark.parametrize("name", list(documents()))
def test_generated_files_are_current(name: str) -> None:
    path = ROOT / name
    assert path.is_file(), MEND
    assert path.read_text("utf-8") == documents()[name], MEND


def test_the_example_loads_and_builds() -> None:
    config = load_config(ROOT / "config.example.yaml")
    built = build_all(config)
    assert list(built.policy.accounts) == ["support"]
    assert built.policy.replies_enabled is False


def test_the_example_with_every_key_live_is_a_configuration(tmp_path: Path) -> None:
    text = (ROOT / "config.example.yaml").read_text("utf-8")
    live = re.sub(r"^( *)#(?! \S)", r"\1", text, flags=re.MULTILINE)
    # One password is enough, bounces go to an account, and no certificates lie beside the file.
    alone = "password|password_env|password_file|password_keyring|ca_file"
    live = re.sub(rf"^ *(?:{alone}): .*\n", "", live, flags=re.MULTILINE)
    path = tmp_path / "config.yaml"
    path.write_text(live, "utf-8")
    try:
        config = load_config(path)
    except ConfigError as error:
        pytest.fail("\n".join(map(str, error.problems)))
    assert config.log.path == tmp_path / "inboxwatch.log"
    assert config.triage.points


def test_every_key_is_in_the_example_and_on_the_page() -> None:
    example, page = documents()["config.example.yaml"], documents()["docs/configuration.md"]
    for _, section in sections():
        for name in own_keys(section):
            assert re.search(rf"^[ #]*{name}:", example, re.MULTILINE), name
            assert f"| `{name}` |" in page, name


def test_every_yaml_block_on_the_page_is_valid(tmp_path: Path) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", documents()["docs/configuration.md"], re.DOTALL)
    base = yaml.safe_load(blocks[0])
    assert len(blocks) > 3
    for block in blocks:
        path = tmp_path / "config.yaml"
        given = yaml.safe_load(block)
        rest = {key: value for key, value in base.items() if key not in given}
        path.write_text((yaml.safe_dump(rest) if rest else "") + block, "utf-8")
        assert load_config(path)


def test_the_json_schema_closes_every_section() -> None:
    schema = json.loads(documents()["docs/config.schema.json"])
    assert schema["additionalProperties"] is False
    for name, part in schema["$defs"].items():
        assert part.get("additionalProperties", True) is not True, name


def test_the_command_checks_and_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["--check"]) == 1
    assert "config.example.yaml: not current" in capsys.readouterr().out
    assert not (tmp_path / "config.example.yaml").exists()
    assert main([]) == 0
    assert main(["--check"]) == 0


def test_the_package_alone_imports_nothing_heavy() -> None:
    program = "import sys, inboxwatch.config; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert not {"pydantic", "yaml", "holidays", "jinja2"} & set(done.stdout.split())
