"""A Home Assistant of one's own gets a folder that keeps it off the network."""

import json
from pathlib import Path

import pytest

from simulated_home.hass_process import HassError, HassProcess, free_port, is_free, prepare_config


def test_the_folder_is_bound_to_this_machine(tmp_path: Path) -> None:
    prepare_config(tmp_path, 18123, {"loadstar": tmp_path / "source"}, name='The "home"')
    http = json.loads((tmp_path / ".storage" / "http").read_text())["data"]
    assert http["pending"] is None
    assert (http["stable"]["server_host"], http["stable"]["server_port"]) == (["127.0.0.1"], 18123)
    configuration = (tmp_path / "configuration.yaml").read_text()
    assert 'name: "The \\"home\\""' in configuration
    assert "\ndefault_config:" not in configuration
    assert (tmp_path / "custom_components" / "loadstar").readlink() == tmp_path / "source"


def test_preparing_again_keeps_what_home_assistant_wrote(tmp_path: Path) -> None:
    prepare_config(tmp_path, 18123, {"loadstar": tmp_path / "old"})
    onboarding = tmp_path / ".storage" / "onboarding"
    onboarding.write_text("kept")
    prepare_config(tmp_path, 18124, {"loadstar": tmp_path / "new"})
    assert onboarding.read_text() == "kept"
    assert (tmp_path / "custom_components" / "loadstar").readlink() == tmp_path / "new"
    assert (
        json.loads((tmp_path / ".storage" / "http").read_text())["data"]["stable"]["server_port"]
        == 18124
    )


@pytest.mark.usefixtures("socket_enabled")
def test_a_free_port_is_free() -> None:
    assert is_free(free_port())


async def test_what_was_never_started_cannot_be_waited_for(tmp_path: Path) -> None:
    process = HassProcess(tmp_path, 18123)
    assert process.pid is None
    assert await process.stop() is None
    process.kill()
    with pytest.raises(HassError):
        await process.wait()
