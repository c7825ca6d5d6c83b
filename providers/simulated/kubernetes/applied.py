"""Objects on an API server that answers: applied, read back, waited for, deleted, as the real provider does it.

What it does when is from pulumi-kubernetes, provider/pkg/await/await.go and provider/pkg/provider/provider.go.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from providers.engine.plugin import Resource
from providers.engine.values import Fault, Found, HalfDone, Task, Values, known
from providers.simulated import misfortune
from providers.simulated.conformity import INTERNAL
from providers.simulated.kubernetes import drift, release
from providers.simulated.kubernetes.annotations import propagation, set_to_true
from providers.simulated.kubernetes.api import Api, NoSuchKind, Refused, Unreachable
from providers.simulated.kubernetes.objects import Object
from providers.simulated.kubernetes.plugin import Offline
from providers.simulated.kubernetes.reaching import Place
from providers.simulated.kubernetes.waiting import NotReady, wait_until_gone, wait_until_ready

# Namespaces and definitions that the same run makes come a moment before or after what needs them.
ORDER_SECONDS = 4.0
LOOK_AGAIN_SECONDS = 0.4
SECRET = "kubernetes:core/v1:Secret"  # noqa: S105 - a type, not a secret
_CONFLICT_HELP = (
    "https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/"
    "managing-resources-with-server-side-apply/#handle-field-conflicts-on-existing-resources"
)


class Applied:
    """The mode for a server that answers."""

    def __init__(self, offline: Offline, place: Place, settings: Mapping[str, Any]) -> None:
        self._offline = offline
        self._place = place
        self._force = settings.get("enablePatchForce") in (True, "true")
        self._upsert = settings.get("upsertExistingObjects") in (True, "true")

    def resource(self, token: str) -> Resource:
        kept = self._offline.resource(token)
        if token == release.TOKEN:
            from providers.simulated.kubernetes.applied_release import AppliedRelease

            return AppliedRelease(release.KIND, kept.shape, kept.account, place=self._place)  # type: ignore[attr-defined]
        assert isinstance(kept, Object)
        if kept.shape.inputs:
            made = AppliedObject
        else:
            from providers.simulated.kubernetes.applied_extension import AppliedExtension

            made = AppliedExtension
        return made(
            kept.kind,
            kept.shape,
            kept.account,
            secret_outputs=frozenset({"data", "stringData"}) if token == SECRET else frozenset(),
            api=self._place.api,
            force=self._force,
            upsert=self._upsert or token.endswith("Patch"),
        )


@dataclass(frozen=True)
class AppliedObject(Object):
    """One kind of object."""

    api: Api = field(kw_only=True)
    force: bool = False
    """Whether fields that others manage are taken over."""
    upsert: bool = False
    """Whether objects that are there already may be created."""

    def foretell(self, task: Task, inputs: Values, outputs: Mapping[str, Any] | None) -> Values:
        """The server is asked whether it would take it."""
        if known(inputs):
            body = self._body(inputs)
            try:
                self.api.apply(body, manager=_manager(task), force=outputs is None or self._forced(body), trial=True)
            except NoSuchKind:
                pass  # its definition may come with the same run
            except (Refused, Unreachable) as refusal:
                if not _only_a_preview(refusal, outputs):
                    raise Fault(self._told("would not be accepted", body, refusal)) from None
        return super().foretell(task, inputs, outputs)

    def create(self, task: Task, inputs: Values) -> tuple[str, Values]:
        struck = misfortune.before("create", task, self.kind, inputs, self.account)
        body = self._body(inputs)
        made = self._in_order(task, lambda: self._made(task, body), "was not successfully created", body)
        identity = _identity(made)
        self._await(task, made, identity, "created")
        misfortune.after(struck, task)
        return identity, self._live(made)

    def read(self, task: Task, identity: str, inputs: Values, outputs: Values) -> Found | None:
        misfortune.before("read", task, self.kind, inputs, self.account)
        body = self._named(identity, inputs or outputs)
        try:
            live = self.api.get(self.api.path_of(body))
        except NoSuchKind:
            return None
        except (Refused, Unreachable) as refusal:
            raise Fault(self._told("cannot be read", body, refusal)) from None
        if live is None:
            return None
        found = drift.inputs_now(inputs, live, self._again(task, body)) if inputs else self._inputs_of({}, live)
        return Found(_identity(live), found, self._shown(_plain(live)))

    def update(self, task: Task, identity: str, inputs: Values, outputs: Values) -> Values:  # noqa: ARG002
        struck = misfortune.before("update", task, self.kind, inputs, self.account)
        body = self._body(inputs)
        forced = self._forced(body)
        made = self._in_order(
            task, lambda: self.api.apply(body, manager=_manager(task), force=forced), "was not updated", body
        )
        self._await(task, made, identity, "updated")
        misfortune.after(struck, task)
        return self._live(made)

    def delete(self, task: Task, identity: str, outputs: Values) -> None:
        struck = misfortune.before("delete", task, self.kind, outputs, self.account)
        body = self._named(identity, outputs)
        try:
            path = self.api.path_of(body)
            if self.kind.token.endswith("Patch"):  # what it set goes, not the object
                self.api.apply(body, manager=_manager(task))
            else:
                self.api.request("DELETE", path, body={"propagationPolicy": propagation(outputs)})
                wait_until_gone(self.api, task, path, outputs)
        except NoSuchKind:
            pass  # its definition went, and it with that
        except Unreachable as gone:
            raise Fault(self._told("was not deleted", body, gone)) from None
        except Refused as refusal:
            if refusal.code != 404:
                raise Fault(self._told("was not deleted", body, refusal)) from None
        misfortune.after(struck, task)

    def _made(self, task: Task, body: Values) -> Values:
        there = None if self.upsert else self.api.get(self.api.path_of(body))
        if there is not None and not _is_ours(there, task):
            raise Refused(409, "AlreadyExists", f'{self._words_for(body)} "{body["metadata"]["name"]}" already exists')
        return self.api.apply(body, manager=_manager(task), force=self._forced(body))

    def _in_order(self, task: Task, work: Callable[[], Values], failed: str, body: Values) -> Values:
        """The work's result; tried again while what it needs may still be on its way."""
        deadline = time.monotonic() + ORDER_SECONDS
        while True:
            try:
                return work()
            except (Refused, NoSuchKind, Unreachable) as refusal:
                late = isinstance(refusal, NoSuchKind) or (isinstance(refusal, Refused) and refusal.code == 404)
                if not late or time.monotonic() > deadline:
                    raise Fault(self._told(failed, body, refusal)) from None
            task.progress("waiting for what it needs")
            task.cancelled.wait(LOOK_AGAIN_SECONDS)
            task.stop_if_cancelled()

    def _await(self, task: Task, made: Values, identity: str, what: str) -> None:
        """Until it is ready; one that does not become so is in the state all the same."""
        try:
            wait_until_ready(self.api, task, made)
        except NotReady as unready:
            raise HalfDone(
                f"the Kubernetes API server reported that {identity!r} was {what} but failed to fully initialize or "
                f"become live: {unready}",
                identity=identity,
                outputs=self._live(made),
            ) from None

    def _again(self, task: Task, body: Values) -> Values | None:
        """What applying the same again would make; None where the server refuses that by now."""
        try:
            return self.api.apply(body, manager=_manager(task), force=True, trial=True)
        except (Refused, NoSuchKind, Unreachable):
            return None

    def _live(self, made: Values) -> Values:
        return self._shown(_plain(self.api.get(self.api.path_of(made)) or made))

    def _body(self, inputs: Mapping[str, Any]) -> Values:
        """The object, as it goes to the server."""
        body: Values = {name: item for name, item in inputs.items() if not name.startswith(INTERNAL)}
        body = _without_nothing(body)
        about = dict(body.get("metadata") or {})
        try:
            if not self.api.namespaced(body["apiVersion"], body["kind"]):
                about.pop("namespace", None)
        except (NoSuchKind, Unreachable, Refused):
            pass  # said when it is applied
        return {**body, "metadata": about}

    def _named(self, identity: str, properties: Mapping[str, Any]) -> Values:
        """The object as far as it takes to find it; of one that is imported, only the identity is known."""
        _, module, kind = self.kind.token.split(":")
        group = module.removeprefix("core/")
        namespace, _, name = identity.rpartition("/")
        body = self._body(properties)
        about = {**body["metadata"], "name": name} | ({"namespace": namespace} if namespace else {})
        return {
            **body,
            "apiVersion": body.get("apiVersion") or group,
            "kind": body.get("kind") or kind,
            "metadata": about,
        }

    def _forced(self, body: Values) -> bool:
        return self.force or set_to_true(body, "patchForce")

    def _words_for(self, body: Values) -> str:
        return self.api.path(body["apiVersion"], body["kind"]).rpartition("/")[2]

    def _told(self, what: str, body: Values, refusal: Exception) -> str:
        about = body["metadata"]
        identity = "/".join(part for part in (about.get("namespace"), about.get("name")) if part)
        text = f"resource {identity} {what} by the Kubernetes API server: {refusal}"
        if isinstance(refusal, NoSuchKind):
            text += "; verify that any required CRDs have been created"
        if isinstance(refusal, Refused) and refusal.reason == "Conflict":
            text += f"; server-side apply field conflict detected, see {_CONFLICT_HELP} for troubleshooting help"
        return text


def _manager(task: Task) -> str:
    """The same for the same resource of a program, so that a run that was killed finds its own."""
    return f"pulumi-kubernetes-{sha256(task.urn.encode()).hexdigest()[:8]}"


def _is_ours(live: Values, task: Task) -> bool:
    return any(entry.get("manager") == _manager(task) for entry in live["metadata"].get("managedFields") or ())


def _identity(live: Values) -> str:
    about = live["metadata"]
    return f"{about['namespace']}/{about['name']}" if about.get("namespace") else str(about["name"])


def _plain(live: Values) -> Values:
    """Without who set what, which is of no use in a state and large."""
    return {**live, "metadata": {name: item for name, item in live["metadata"].items() if name != "managedFields"}}


def _without_nothing(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_nothing(item) for name, item in value.items() if item is not None}
    return [_without_nothing(item) for item in value] if isinstance(value, list) else value


def _only_a_preview(refusal: Exception, outputs: Mapping[str, Any] | None) -> bool:
    """What the run itself would not meet: its namespace is made by then, and what it replaces is gone."""
    if not isinstance(refusal, Refused):
        return False
    return refusal.code == 404 or (outputs is None and "immutable" in str(refusal))
