"""Starts and stops a control plane: etcd, kube-apiserver and its kin, KWOK, and what a cloud's controllers would do.

Loopback only, a port from the OS, a new token and new certificates at each start: kube-apiserver makes its own pair for
an empty folder, and the same key signs service accounts' tokens. etcd listens on sockets in the folder alone.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from deployer.errors import DeployerError
from deployer.simulation.home import Home
from deployer.simulation.processes import Processes, lives
from providers.simulated.kubernetes.api import Api, Refused, Unreachable
from providers.simulated.kubernetes.kubeconfig import Access, read_access

READY_SECONDS = 60.0
LOOK_AGAIN_SECONDS = 0.05
PORTS_TRIED = 3
SERVICE_CIDR = "10.96.0.0/16"
# etcd wants host:port after the scheme; as a path, relative to the folder, that is a file of this name.
ETCD = "unix://etcd.sock:0"
_KEY, _CERTIFICATE = "pki/apiserver.key", "pki/apiserver.crt"

Tools = Mapping[str, Path]


def api_of(home: Home) -> Api | None:
    """The API server of a control plane that was started and not stopped; None for any other."""
    if not home.kubeconfig.is_file():
        return None
    access = read_access({"kubeconfig": str(home.kubeconfig)})
    return Api(access) if access else None


def running(home: Home) -> bool:
    """All of its programs live, and the API server answers."""
    api = api_of(home)
    return api is not None and len(Processes(home).running()) == len(_PROGRAMS) and api.answers()


def start(home: Home, tools: Tools, tell: Callable[[str], None], service_cidr: str = SERVICE_CIDR) -> Api:
    """Start it, with what was applied to it before; under `home.locked()`.

    Whatever an earlier start left running is ended first. Raises DeployerError; nothing is left running then, nor when
    it is interrupted.
    """
    stop(home)
    home.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    home.folder.chmod(0o700)
    try:
        tell("starting etcd and kube-apiserver")
        api = _serving(home, tools, service_cidr)
        _others(home, tools, tell)
        _wait(home, lambda: _ready_for_pods(api), "kube-controller-manager")
        _keep(home, tools["helm"])
    except BaseException:
        stop(home)
        raise
    return api


def stop(home: Home) -> None:
    """End whatever of it runs; what was applied stays."""
    home.kubeconfig.unlink(missing_ok=True)
    Processes(home).stop()


def remains(home: Home) -> list[str]:
    """Names of its programs that live."""
    return list(Processes(home).running())


def refuse_dead(home: Home) -> None:
    """Raises DeployerError for one that was started, not stopped, and does not answer."""
    if not running(home):
        raise DeployerError(
            f"{home.name}: the simulated control plane was started and does not answer",
            left="nothing was changed",
            remedy=f"deployer simulate up {home.name} starts it again; deployer simulate down {home.name} goes without",
        )


def wipe(home: Home) -> None:
    """Forget it altogether; it must be stopped."""
    shutil.rmtree(home.folder, ignore_errors=True)


def _serving(home: Home, tools: Tools, service_cidr: str) -> Api:
    for _ in range(PORTS_TRIED):
        api = _serving_at(home, tools, _free_port(), service_cidr)
        if api is not None:
            return api
        stop(home)
    raise _failed(home, "kube-apiserver", "found no free port")


def _serving_at(home: Home, tools: Tools, port: int, service_cidr: str) -> Api | None:
    """The API server once it is ready; None when somebody took the port in the meantime."""
    token = secrets.token_urlsafe(32)
    shutil.rmtree(home.folder / "pki", ignore_errors=True)
    for left in home.folder.glob("*.sock:0"):
        left.unlink()
    tokens = home.folder / "tokens.csv"
    tokens.touch(mode=0o600)
    tokens.write_text(f"{token},operator,operator,system:masters\n")
    processes = Processes(home)
    processes.start("etcd", _etcd(tools), _environment())
    server = processes.start("kube-apiserver", _api_server(tools, port, service_cidr), _environment())
    certificate, address = home.folder / _CERTIFICATE, f"https://127.0.0.1:{port}"
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if not lives(server):
            if "address already in use" in _last_lines(home, "kube-apiserver"):
                return None
            raise _failed(home, "kube-apiserver", "ended")
        if certificate.is_file() and certificate.stat().st_size:
            trusted = certificate.read_text(encoding="ascii")
            access = Access(context=home.name, server=address, ca_pem=trusted, token=token)
            if Api(access).answers():
                home.write_kubeconfig(access)
                return Api(access)
        time.sleep(LOOK_AGAIN_SECONDS)
    raise _failed(home, "kube-apiserver", f"was not ready within {READY_SECONDS:.0f} s")


def _others(home: Home, tools: Tools, tell: Callable[[str], None]) -> None:
    tell("starting the controllers and KWOK")
    processes = Processes(home)
    for name, command in (
        ("kube-controller-manager", _controller_manager(tools)),
        ("kube-scheduler", _scheduler(tools)),
        ("kwok", _kwok(tools)),
        ("cloud-controllers", [sys.executable, "-P", "-m", "deployer.simulation.cloud_controllers", "kubeconfig"]),
    ):
        processes.start(name, command, _environment())


_PROGRAMS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok", "cloud-controllers")


def _etcd(tools: Tools) -> list[str]:
    return [
        *(str(tools["etcd"]), "--data-dir=etcd", "--log-level=warn", "--unsafe-no-fsync"),
        *(f"--listen-client-urls={ETCD}", f"--advertise-client-urls={ETCD}", "--listen-peer-urls=unix://peer.sock:0"),
    ]


def _api_server(tools: Tools, port: int, service_cidr: str) -> list[str]:
    return [
        *(str(tools["kube-apiserver"]), f"--etcd-servers={ETCD}", "--cert-dir=pki", "--token-auth-file=tokens.csv"),
        *("--bind-address=127.0.0.1", f"--secure-port={port}", "--anonymous-auth=false", "--profiling=false"),
        # Without these it looks for the machine's route to the internet, and fails where there is none.
        *("--advertise-address=127.0.0.1", "--endpoint-reconciler-type=none"),
        *(f"--service-account-key-file={_KEY}", f"--service-account-signing-key-file={_KEY}"),
        *("--service-account-issuer=https://kubernetes.default.svc", f"--service-cluster-ip-range={service_cidr}"),
        *("--authorization-mode=RBAC", "--allow-privileged=true"),
        # Pods that only seem to run answer nobody.
        "--disable-admission-plugins=MutatingAdmissionWebhook,ValidatingAdmissionWebhook",
    ]


def _controller_manager(tools: Tools) -> list[str]:
    return [
        *(str(tools["kube-controller-manager"]), "--kubeconfig=kubeconfig", "--leader-elect=false", "--secure-port=0"),
        *(f"--service-account-private-key-file={_KEY}", f"--root-ca-file={_CERTIFICATE}"),
        *("--kube-api-qps=500", "--kube-api-burst=500"),
    ]


def _scheduler(tools: Tools) -> list[str]:
    return [
        *(str(tools["kube-scheduler"]), "--kubeconfig=kubeconfig", "--leader-elect=false", "--secure-port=0"),
        *("--kube-api-qps=500", "--kube-api-burst=500"),
    ]


def _kwok(tools: Tools) -> list[str]:
    return [
        *(str(tools["kwok"]), "--kubeconfig=kubeconfig", "--manage-all-nodes=true", "--node-lease-duration-seconds=40"),
        *("--cidr=10.244.0.0/16", "--node-ip=10.128.0.1", "--server-address=127.0.0.1:0"),
    ]


def _environment() -> dict[str, str]:
    """A home of somebody's own settings is no business of these programs."""
    return {name: value for name, value in os.environ.items() if name not in ("KUBECONFIG", "PYTHONPATH")}


def _ready_for_pods(api: Api) -> bool:
    return api.get("/api/v1/namespaces/default/serviceaccounts/default") is not None


def _keep(home: Home, helm: Path) -> None:
    """Where the stand-in finds the program that installs charts."""
    home.helm.parent.mkdir(exist_ok=True)
    home.helm.unlink(missing_ok=True)
    home.helm.symlink_to(helm)


def _wait(home: Home, done: Callable[[], bool], program: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            if done():
                return
        except (Refused, Unreachable):
            pass  # still starting
        for name in _PROGRAMS:
            if name not in Processes(home).running():
                raise _failed(home, name, "ended")
        time.sleep(LOOK_AGAIN_SECONDS)
    raise _failed(home, program, f"was not ready within {READY_SECONDS:.0f} s")


def _failed(home: Home, program: str, what: str) -> DeployerError:
    last = _last_lines(home, program).strip().splitlines()
    return DeployerError(
        f"{home.name}: {program} {what}" + (f": {last[-1][:400]}" if last else ""),
        left="nothing of it is left running",
        remedy=f"look at {home.log(program)}, then run the same command again",
    )


def _last_lines(home: Home, program: str) -> str:
    try:
        return home.log(program).read_text(encoding="utf-8", errors="replace")[-4000:]
    except OSError:
        return ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
