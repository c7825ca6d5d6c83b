"""GPUs, as far as a machine without one can show: the server of a profile is started, and has none."""

from __future__ import annotations

import pytest

from deployer.rollout.health import Expectations, GpuExpectation, HubTarget, check_hub
from deployer.rollout.health.gpu import devices, driver_version
from deployer.rollout.health.palette import default_image, gpu_profile
from schemas.hub import Hub
from tests.unit.health.real_hub import RealHub

DRIVER = (
    "NVRM version: NVIDIA UNIX x86_64 Kernel Module  570.86.15  Thu Jan 23 21:14:08 UTC 2025\n"
    "GCC version:  gcc version 12.2.0 (Debian 12.2.0-14)"
)
OPEN = "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  550.54.15  Release Build  (root@example)  Tue Mar  5"


def test_device_files_of_gpus_and_of_nothing_else() -> None:
    listed = ["nvidia1", "nvidia0", "nvidiactl", "nvidia-uvm", "nvidia-caps", "null", "nvidia-modeset"]
    assert devices(listed) == ["nvidia0", "nvidia1"]


@pytest.mark.parametrize(
    ("told", "version"), [(DRIVER, "driver 570.86.15"), (OPEN, "driver 550.54.15"), ("something else", "")]
)
def test_what_the_driver_says_of_itself(told: str, version: str) -> None:
    assert driver_version(told) == version


def test_only_profiles_that_everyone_may_use() -> None:
    small = {"slug": "small", "title": "Small"}
    closed = {"slug": "closed", "title": "GPU", "gpu": 1, "groups": ["staff"]}
    free = {"slug": "free", "title": "GPUs", "gpu": 2}
    assert gpu_profile(Hub.model_validate({"profiles": [small, closed, free]})) == GpuExpectation(
        profile="free", count=2
    )
    assert gpu_profile(Hub.model_validate({"profiles": [small, closed]})) is None


def test_the_image_that_comes_without_choosing() -> None:
    images = [{"image": "base", "groups": ["staff"]}, {"image": "data-science"}, {"image": "other"}]
    profiles = [
        {"slug": "staff", "title": "Staff", "groups": ["staff"], "image": "base"},
        {"slug": "all", "title": "All", "options": {"images": images}},
    ]
    assert default_image(Hub.model_validate({"profiles": profiles})) == "data-science"
    assert default_image(Hub.model_validate({"image": "base"})) == "base"


@pytest.mark.hub
@pytest.mark.xdist_group("health")
def test_a_server_without_a_gpu(hub: RealHub) -> None:
    expects = Expectations(gpu=GpuExpectation(profile="gpu", count=1))
    target = HubTarget(url=hub.url, api_token=hub.api_token, expects=expects, logs=hub)
    result = check_hub(target, on_step=lambda step: None)
    assert result.fault is not None
    assert [step.name for step in result.steps[-4:]] == [
        "server stops",
        "GPU server starts",
        "kernel starts beside the GPU",
        "GPU is seen",
    ], result.fault
    assert result.fault.seen == ("profile gpu has 1 GPU(s), and its server sees none in /dev; driver of the node: none")
    assert result.left == ""
