"""Functions of Google Cloud's provider that programs of clusters call."""

from __future__ import annotations

from providers.engine.values import Fault, Values
from providers.simulated import relations
from providers.simulated.account import Account
from providers.simulated.kinds import Reference
from providers.simulated.templates import Source, filled

_ZONES = ("a", "b", "c", "f")


def project(account: Account, arguments: Values) -> Values:
    name = arguments.get("projectId") or account.facts["project"]
    number = filled("{digits_of:project:12}", Source({"project": name}, {}, ""))
    return {"id": f"projects/{name}", "projectId": name, "name": name, "number": number, "labels": {}}


def client_config(account: Account, _: Values) -> Values:
    facts = {name: account.facts.get(name) or "" for name in ("project", "region", "zone")}
    return {
        "id": "projects/{project}/regions/{region}/zones/{zone}".format(**facts),
        **facts,
        "accessToken": "simulated",
    }


def client_open_id_user_info(account: Account, _: Values) -> Values:
    email = f"operator@{account.facts['project']}.iam.gserviceaccount.com"
    return {"id": email, "email": email}


def zones(account: Account, arguments: Values) -> Values:
    region = arguments.get("region") or account.facts.get("region")
    names = [f"{region}-{letter}" for letter in _ZONES]
    return {"id": f"projects/{account.facts['project']}/regions/{region}", "names": names, "region": region}


def engine_versions(account: Account, arguments: Values) -> Values:
    location = arguments.get("location") or account.facts.get("region")
    version = account.facts["currentVersion"]
    channels = dict.fromkeys(("RAPID", "REGULAR", "STABLE"), version)
    return {
        "id": location,
        "location": location,
        "defaultClusterVersion": version,
        "latestMasterVersion": version,
        "latestNodeVersion": version,
        "validMasterVersions": [version],
        "validNodeVersions": [version],
        "releaseChannelDefaultVersion": channels,
        "releaseChannelLatestVersion": channels,
    }


def cluster(account: Account, arguments: Values) -> Values:
    reference = Reference("name", ("gcp:container/cluster:Cluster",), by=("name",))
    record = relations.referred(reference, arguments["name"], str(account.facts["project"]), account.world)
    if record is None:
        raise Fault(f"googleapi: Error 404: Not found: clusters/{arguments['name']}., notFound")
    return {"id": record.identity, **record.properties}


FUNCTIONS = {
    "gcp:organizations/getProject:getProject": project,
    "gcp:organizations/getClientConfig:getClientConfig": client_config,
    "gcp:organizations/getClientOpenIdUserInfo:getClientOpenIdUserInfo": client_open_id_user_info,
    "gcp:compute/getZones:getZones": zones,
    "gcp:container/getEngineVersions:getEngineVersions": engine_versions,
    "gcp:container/getCluster:getCluster": cluster,
}
