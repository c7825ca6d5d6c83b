"""Helm releases on an API server that answers, made by the helm program itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from providers.engine.values import Fault, Found, HalfDone, Task, Values
from providers.simulated import misfortune
from providers.simulated.kubernetes.helm import Failed, Helm, Unfetched
from providers.simulated.kubernetes.reaching import Place
from providers.simulated.kubernetes.release import Release
from providers.simulated.places import merged

# pulumi-kubernetes, provider/pkg/provider/helm_release.go: defaultTimeoutSeconds.
TIMEOUT_SECONDS = 300
NOT_APPLIED = "not-applied"
"""Status of a release whose chart could not be had."""
_FLAGS = {
    "atomic": "--atomic",
    "cleanupOnFail": "--cleanup-on-fail",
    "createNamespace": "--create-namespace",
    "dependencyUpdate": "--dependency-update",
    "devel": "--devel",
    "disableOpenapiValidation": "--disable-openapi-validation",
    "disableWebhooks": "--no-hooks",
    "forceUpdate": "--force",
    "skipCrds": "--skip-crds",
    "waitForJobs": "--wait-for-jobs",
}
_ONLY_UPGRADES = {"cleanupOnFail", "forceUpdate"}
_ONLY_INSTALLS = {"createNamespace"}


@dataclass(frozen=True)
class AppliedRelease(Release):
    """A chart's release; one whose chart cannot be had is only checked and kept, as without a server."""

    place: Place = field(kw_only=True)

    def create(self, task: Task, inputs: Values) -> tuple[str, Values]:
        chart = self._chart(task, inputs)
        if chart is None:
            return self._kept(task, inputs)
        struck = misfortune.before("create", task, self.kind, inputs, self.account)
        identity = f"{inputs['namespace']}/{inputs['name']}"
        try:
            self._helm().run(task, ["install", *self._flags(inputs, chart, _ONLY_UPGRADES)], values=_values(inputs))
        except Failed as failed:
            raise self._not_whole(task, inputs, failed, "was created, but failed to initialize completely") from None
        misfortune.after(struck, task)
        return identity, self._outputs(task, inputs)

    def read(self, task: Task, identity: str, inputs: Values, outputs: Values) -> Found | None:
        namespace, _, name = identity.rpartition("/")
        about = {"namespace": namespace, "name": name, **outputs, **inputs}
        if self._listed(task, about) is None:
            return super().read(task, identity, inputs, outputs) if self._is_kept(about, identity) else None
        misfortune.before("read", task, self.kind, inputs, self.account)
        live = self._outputs(task, about)
        values = self._helm().json(task, ["get", "values", name, "--namespace", namespace])
        found = {**inputs, "values": values or {}} if inputs.get("values") or values else inputs
        return Found(identity, found or self._inputs_of({}, live), live)

    def update(self, task: Task, identity: str, inputs: Values, outputs: Values) -> Values:
        chart = self._chart(task, inputs)
        if chart is None:
            return self._kept_on(task, identity, inputs, outputs)
        struck = misfortune.before("update", task, self.kind, inputs, self.account)
        words = ["upgrade", "--install", *self._flags(inputs, chart, _ONLY_INSTALLS)]
        words += ["--history-max", str(inputs["maxHistory"])] if inputs.get("maxHistory") else []
        words += ["--reuse-values"] if inputs.get("reuseValues") else ["--reset-values"]
        try:
            self._helm().run(task, words, values=_values(inputs))
        except Failed as failed:
            if inputs.get("atomic"):
                raise Fault(
                    f'Helm release "{identity}" was not updated, and went back to what it was: {failed}'
                ) from None
            raise self._not_whole(task, inputs, failed, "failed to initialize completely") from None
        misfortune.after(struck, task)
        self._forget(inputs, identity)
        return self._outputs(task, inputs)

    def delete(self, task: Task, identity: str, outputs: Values) -> None:
        namespace, _, name = identity.rpartition("/")
        if self._is_kept(outputs, identity):
            super().delete(task, identity, outputs)
        struck = misfortune.before("delete", task, self.kind, outputs, self.account)
        waiting = [] if outputs.get("skipAwait") else ["--wait", "--timeout", f"{_timeout(outputs)}s"]
        words = ["uninstall", name, "--namespace", namespace, "--ignore-not-found", *waiting]
        try:
            self._helm().run(task, words)
        except Failed as failed:
            raise Fault(f'Helm release "{identity}" was not uninstalled: {failed}') from None
        misfortune.after(struck, task)

    def _helm(self) -> Helm:
        if self.place.helm is None:
            raise Fault("no helm on PATH, and releases are installed by it", "deployer tools install helm")
        return Helm(self.place.helm, self.place.api.access)

    def _chart(self, task: Task, inputs: Values) -> str | None:
        """Path of the chart; None, and said, where it cannot be had."""
        try:
            return self._helm().fetched(task, inputs)
        except Unfetched as why:
            task.warn(
                f"the chart {inputs['chart']} {inputs.get('version') or ''} cannot be had here, so this release is "
                f"checked and recorded, and NOT applied to the API server: {why}"
            )
            return None
        except Failed as failed:
            raise Fault(str(failed)) from None

    def _flags(self, inputs: Values, chart: str, without: set[str]) -> list[str]:
        words = [inputs["name"], chart, "--namespace", inputs["namespace"], "--timeout", f"{_timeout(inputs)}s"]
        words += [flag for name, flag in _FLAGS.items() if inputs.get(name) and name not in without]
        words += ["--description", inputs["description"]] if inputs.get("description") else []
        return words if inputs.get("skipAwait") or inputs.get("atomic") else [*words, "--wait"]

    def _not_whole(self, task: Task, inputs: Values, failed: Failed, what: str) -> Fault:
        """One that is there all the same goes into the state; else there is nothing to record."""
        identity = f"{inputs['namespace']}/{inputs['name']}"
        listed = self._listed(task, inputs)
        # Anybody's release of that name is listed, too: only one that failed is what this run made.
        if listed is None or listed["status"] == "deployed":
            return Fault(str(failed))
        words = f'Helm release "{identity}" {what}. Use Helm CLI to investigate: {failed}'
        return HalfDone(words, identity=identity, outputs=self._outputs(task, inputs))

    def _listed(self, task: Task, inputs: Mapping[str, Any]) -> Values | None:
        words = ["list", "--all", "--namespace", inputs["namespace"], "--filter", f"^{inputs['name']}$"]
        found: list[Values] = self._helm().json(_uncancelled(task), words)
        return found[0] if found else None

    def _outputs(self, task: Task, inputs: Values) -> Values:
        """As the release is now."""
        listed = self._listed(task, inputs)
        if listed is None:
            raise Fault(f"release {inputs['namespace']}/{inputs['name']} is gone though it was just made")
        chart, _, version = str(listed["chart"]).rpartition("-")
        words = ["get", "manifest", inputs["name"], "--namespace", inputs["namespace"]]
        told = {
            "namespace": inputs["namespace"],
            "status": {
                "name": inputs["name"],
                "namespace": inputs["namespace"],
                "chart": chart,
                "version": version,
                "appVersion": listed.get("app_version") or "",
                "revision": int(listed["revision"]),
                "status": listed["status"],
            },
            "resourceNames": _resource_names(self._helm().run(_uncancelled(task), words), inputs["namespace"]),
        }
        return self._shown(merged(inputs, told))

    def _kept(self, task: Task, inputs: Values) -> tuple[str, Values]:
        identity, outputs = super().create(task, inputs)
        return identity, merged(outputs, {"status": {"status": NOT_APPLIED}})

    def _kept_on(self, task: Task, identity: str, inputs: Values, outputs: Values) -> Values:
        if not self._is_kept(inputs, identity):
            raise Fault(f'Helm release "{identity}" is installed and its new chart cannot be had here', "see above")
        kept: Values = merged(super().update(task, identity, inputs, outputs), {"status": {"status": NOT_APPLIED}})
        return kept

    def _is_kept(self, properties: Mapping[str, Any], identity: str) -> bool:
        place = self.account.place(self.kind, properties)
        return self.account.world.get(place, self.kind.token, identity) is not None

    def _forget(self, inputs: Values, identity: str) -> None:
        """It is on the server now, and in the world no more."""
        world = self.account.world
        with world.lock():
            record = world.get(self.account.place(self.kind, inputs), self.kind.token, identity)
            if record is not None:
                world.remove(record)

    def _refuse_missing(self, inputs: Values, account: str) -> None:
        """Namespaces are on the server here, not in the world."""


def _values(inputs: Values) -> Any:
    return inputs.get("values") or {}


def _timeout(inputs: Mapping[str, Any]) -> int:
    return int(inputs.get("timeout") or TIMEOUT_SECONDS)


def _uncancelled(task: Task) -> Task:
    """To look at what an interrupted run left, which takes a moment."""
    return Task(task.urn, secrets=task.secrets, tell=task.tell)


def _resource_names(manifest: str, namespace: str) -> dict[str, list[str]]:
    """What a release is made of, by kind: {"Deployment.apps/apps/v1": ["prod/hub"]}."""
    names: dict[str, list[str]] = {}
    for kind, name in _named(manifest, namespace):
        names.setdefault(kind, []).append(name)
    return {kind: sorted(found) for kind, found in sorted(names.items())}


def _named(manifest: str, namespace: str) -> Iterator[tuple[str, str]]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for one in yaml.load_all(manifest, loader):
        if one:
            group, _, _ = one["apiVersion"].rpartition("/")
            kind = f"{one['kind']}.{group}/{one['apiVersion']}" if group else f"{one['kind']}/{one['apiVersion']}"
            inside = one["metadata"].get("namespace") or namespace
            yield kind, f"{inside}/{one['metadata']['name']}"
