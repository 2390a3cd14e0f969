"""Checks rendered Kubernetes manifests. Usage: kubernetes_manifests.py [--program ADOMCP --plugins FOLDER] FILE…

Each FILE is one overlay of infra/kubernetes as kustomize renders it. Holds it against what the host does (its health
paths, its port, how long it drains, which variables its configuration reads), against config/schema.json, against the
schemas of Kubernetes where kubernetes_validate is installed, and with --program against `adomcp check`. Prints one line
a fault; exit status 1 when there is any.
"""

import argparse
import functools
import json
import os
import posixpath
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
import yaml  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
OLDEST, NEWEST = "1.30.0", "1.37.0"
KINDS = {"ConfigMap", "Deployment", "HorizontalPodAutoscaler", "Ingress", "Namespace", "NetworkPolicy",
         "PodDisruptionBudget", "Service", "ServiceAccount"}
# Read by the host without being named in its configuration.
UNNAMED = {"AZURE_CLIENT_ID", "AZURE_DEVOPS_PROJECTS", "AZURE_FEDERATED_TOKEN_FILE", "LOG_LEVEL"}
WEBHOOK = "azure.workload.identity/"
PLUGIN_STOPS = 5  # seconds


@functools.cache
def source(name):
    return (ROOT / name).read_text(encoding="utf-8")


def found_in(name, pattern):
    return re.search(pattern, source(name), re.MULTILINE).group(1)


def walk(value, path=""):
    """Every (path, value) below."""
    yield path, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in items:
        yield from walk(item, f"{path}/{name}")


class Overlay:
    """What kustomize made of one overlay."""

    def __init__(self, text):
        self.documents = [document for document in yaml.safe_load_all(text) if document]
        self.deployment = self.one("Deployment")["spec"]
        self.pod = self.deployment["template"]["spec"]
        self.pod_labels = self.deployment["template"]["metadata"]["labels"]
        self.container = self.pod["containers"][0]
        self.config_map = next(m for m in self.all("ConfigMap") if "adomcp.yaml" in m["data"])
        self.config_text = self.config_map["data"]["adomcp.yaml"]
        self.config = yaml.safe_load(self.config_text)
        self.settings = {}
        for reference in self.container.get("envFrom", []):
            name = reference.get("configMapRef", {}).get("name")
            self.settings |= self.named("ConfigMap", name).get("data", {})
        self.settings |= {item["name"]: item.get("value", "") for item in self.container.get("env", [])}

    def all(self, kind):
        return [document for document in self.documents if document["kind"] == kind]

    def one(self, kind):
        return self.all(kind)[0]

    def named(self, kind, name):
        return next((m for m in self.all(kind) if m["metadata"]["name"] == name), {})

    def port(self, port):
        """The number of a container's port, given by name or number."""
        return next((p["containerPort"] for p in self.container["ports"] if port in (p["name"], p["containerPort"])), None)

    def mounted(self, path):
        """The volume mounted there; nothing when none is."""
        mount = next((m for m in self.container["volumeMounts"] if m["mountPath"] == path), {})
        return mount, next((v for v in self.pod["volumes"] if v["name"] == mount.get("name")), {})


def kinds(overlay):
    there = [document["kind"] for document in overlay.documents]
    if set(there) != KINDS:
        yield f"kinds that are missing or too many: {', '.join(sorted(set(there) ^ KINDS))}"
    for kind in KINDS - {"ConfigMap"}:
        if there.count(kind) > 1:
            yield f"there are {there.count(kind)} of {kind}"
    namespace = overlay.one("Namespace")["metadata"]["name"]
    for document in overlay.documents:
        if document["kind"] != "Namespace" and document["metadata"].get("namespace") != namespace:
            yield f"{document['kind']} is not in the namespace {namespace}"


def no_secret(overlay):
    for document in overlay.documents:
        for path, value in walk(document):
            if re.search(r"secret(s|name|ref|keyref)?$", path.rsplit("/", 1)[-1], re.IGNORECASE):
                yield f"{document['kind']} needs a Secret: {path}"
            if isinstance(value, str) and "/data/" in path and re.search(r"(?i)password|AccountKey=|BEGIN .*KEY", value):
                yield f"{document['kind']} seems to hold a secret: {path}"


def selectors(overlay):
    wanted = {
        "Deployment": overlay.deployment["selector"]["matchLabels"],
        "Service": overlay.one("Service")["spec"].get("selector"),
        "PodDisruptionBudget": overlay.one("PodDisruptionBudget")["spec"].get("selector", {}).get("matchLabels"),
        "NetworkPolicy": overlay.one("NetworkPolicy")["spec"]["podSelector"].get("matchLabels"),
    }
    for number, constraint in enumerate(overlay.pod.get("topologySpreadConstraints", [])):
        wanted[f"topologySpreadConstraints[{number}]"] = constraint.get("labelSelector", {}).get("matchLabels")
    for who, labels in wanted.items():
        if not labels or not labels.items() <= overlay.pod_labels.items():
            yield f"{who} does not select the pods"
    target = overlay.one("HorizontalPodAutoscaler")["spec"]["scaleTargetRef"]
    if (target["kind"], target["name"]) != ("Deployment", overlay.one("Deployment")["metadata"]["name"]):
        yield "HorizontalPodAutoscaler scales something else"
    if overlay.pod.get("serviceAccountName") != overlay.one("ServiceAccount")["metadata"]["name"]:
        yield "the pods are not the service account's"


def probes(overlay):
    served = set(re.findall(r'path == "([^"]+)"', found_in("host/http/paths.h", r"is_health_path\(.*\n(.*)")))
    for probe, path in (("startupProbe", "/healthz"), ("livenessProbe", "/healthz"), ("readinessProbe", "/readyz")):
        asked = overlay.container.get(probe, {}).get("httpGet", {})
        if asked.get("path") != path or path not in served:
            yield f"{probe} asks {asked.get('path')}, not {path}, of the paths that the host serves: {sorted(served)}"
        if not overlay.port(asked.get("port")):
            yield f"{probe} asks on a port that the container does not have"


def ports(overlay):
    listen = re.search(r":(\d+)\}?$", overlay.config["server"]["listen"]).group(1)
    container = "infra/container/Containerfile"
    said = {
        "the configuration": listen,
        "the container's port": str(overlay.container["ports"][0]["containerPort"]),
        "the image's EXPOSE": found_in(container, r"^EXPOSE (\d+)"),
        "the image's ADOMCP_LISTEN": found_in(container, r"^ENV ADOMCP_LISTEN=.*:(\d+)"),
        "the service": str(overlay.port(overlay.one("Service")["spec"]["ports"][0]["targetPort"])),
        "the network policy": str(overlay.port(overlay.one("NetworkPolicy")["spec"]["ingress"][0]["ports"][0]["port"])),
    }
    if len(set(said.values())) != 1:
        yield f"ports differ: {said}"
    if not re.match(r"\$\{ADOMCP_LISTEN:-(0\.0\.0\.0|\[::\]):", overlay.config["server"]["listen"]):
        yield "the host does not listen on all addresses of the pod"
    services = {port["name"] for port in overlay.one("Service")["spec"]["ports"]}
    for path in overlay.one("Ingress")["spec"]["rules"][0]["http"]["paths"]:
        if path["backend"]["service"]["port"].get("name") not in services:
            yield "the ingress names a port that the service does not have"


def network(overlay):
    policy = overlay.one("NetworkPolicy")["spec"]
    if sorted(policy.get("policyTypes", [])) != ["Egress", "Ingress"]:
        yield "the network policy does not rule both ways"
    for way, allowed in (("ingress", {("http", "TCP")}), ("egress", {(443, "TCP"), (53, "UDP"), (53, "TCP")})):
        there = [(p.get("port"), p.get("protocol", "TCP")) for rule in policy.get(way, []) for p in rule.get("ports", [{}])]
        if set(there) != allowed:
            yield f"the network policy's {way} is {there}, not {sorted(allowed, key=str)}"


def confinement(overlay):
    inner, outer = overlay.container.get("securityContext", {}), overlay.pod.get("securityContext", {})
    user = found_in("infra/container/Containerfile", r"^USER (\d+):")
    wanted = {
        "runAsNonRoot": outer.get("runAsNonRoot") is True,
        "runAsUser, as the image has it": str(outer.get("runAsUser")) == user,
        "seccompProfile": outer.get("seccompProfile") == {"type": "RuntimeDefault"},
        "readOnlyRootFilesystem": inner.get("readOnlyRootFilesystem") is True,
        "allowPrivilegeEscalation": inner.get("allowPrivilegeEscalation") is False,
        "capabilities": inner.get("capabilities") == {"drop": ["ALL"]},
        "automountServiceAccountToken": overlay.pod.get("automountServiceAccountToken") is False,
        "enableServiceLinks": overlay.pod.get("enableServiceLinks") is False,
        "one container": len(overlay.pod["containers"]) == 1 and "initContainers" not in overlay.pod,
        "pod-security of the namespace": overlay.one("Namespace")["metadata"].get("labels", {}).get(
            "pod-security.kubernetes.io/enforce") == "restricted",
    }
    yield from (f"not as it must be: {name}" for name, good in wanted.items() if not good)
    resources = overlay.container.get("resources", {})
    if not {"cpu", "memory"} <= set(resources.get("requests", {})) or "memory" not in resources.get("limits", {}):
        yield "requests of both and a limit of memory are missing"


def files(overlay):
    _, copies = overlay.mounted("/tmp")
    if "sizeLimit" not in copies.get("emptyDir", {}):
        yield "there is no bounded emptyDir at /tmp, where the host copies plugins to"
    folder = found_in("infra/container/Containerfile", r"^WORKDIR (\S+)")
    arguments = overlay.container["args"]
    path = posixpath.join(folder, arguments[arguments.index("--config") + 1])
    mount, volume = overlay.mounted(path)
    if (mount.get("subPath"), volume.get("configMap", {}).get("name")) != (
            "adomcp.yaml", overlay.config_map["metadata"]["name"]):
        yield f"{path} is not the configuration"
    if posixpath.dirname(path) != posixpath.join(folder, "config"):
        yield "the configuration is not beside the image's plugins.d"


def ending(overlay):
    drain = int(found_in("host/app/app.cpp", r"kDrain = std::chrono::seconds\((\d+)\)"))
    sleep = overlay.container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
    if not sleep:
        yield "there is no sleep before the end, so connections would be refused"
    needed = sleep + 2 * drain + PLUGIN_STOPS
    if overlay.pod.get("terminationGracePeriodSeconds", 30) <= needed:
        yield f"terminationGracePeriodSeconds must be above {needed}, which the host may take"


def replicas(overlay):
    scaler, budget = overlay.one("HorizontalPodAutoscaler")["spec"], overlay.one("PodDisruptionBudget")["spec"]
    if "replicas" in overlay.deployment:
        yield "the Deployment's replicas would undo what the autoscaler decided"
    if not 2 <= scaler["minReplicas"] <= scaler["maxReplicas"]:
        yield "minReplicas must be at least 2"
    if budget.get("maxUnavailable") != 1:
        yield "the PodDisruptionBudget must let one pod go"
    state = overlay.config.get("state", {})
    if state.get("replicas") != "many" or "blob" not in (state.get("store") or {}):
        yield "several replicas need state.store.blob and state.replicas: many"
    if len(overlay.pod.get("topologySpreadConstraints", [])) < 2:
        yield "the pods are not spread over zones and machines"


def variables(overlay):
    text = "\n".join(line.split(" #")[0] for line in overlay.config_text.splitlines() if not line.lstrip().startswith("#"))
    named = set(re.findall(r"\$\{([A-Z0-9_]+)", text))
    needed = set(re.findall(r"\$\{([A-Z0-9_]+)\}", re.sub(r"\$\{[A-Z0-9_]+:-\$\{[^}]*\}\}", "", text)))
    for name in sorted(needed - set(overlay.settings)):
        yield f"the configuration reads {name}, which is not set"
    for name in sorted(set(overlay.settings) - named - UNNAMED):
        yield f"{name} is set, and the configuration does not read it"
    for name in sorted(needed & set(overlay.settings)):
        if not overlay.settings[name]:
            yield f"{name} is empty"


def identity(overlay):
    if overlay.pod_labels.get(WEBHOOK + "use") == "true":
        annotations = overlay.one("ServiceAccount")["metadata"].get("annotations", {})
        if WEBHOOK + "client-id" not in annotations:
            yield "the service account has no annotation client-id"
        if annotations.get(WEBHOOK + "tenant-id") != overlay.settings.get("AZURE_TENANT_ID"):
            yield "the service account's tenant-id is not AZURE_TENANT_ID"
        return
    folder, name = posixpath.split(overlay.settings.get("AZURE_FEDERATED_TOKEN_FILE", ""))
    _, volume = overlay.mounted(folder)
    tokens = [source.get("serviceAccountToken", {}) for source in volume.get("projected", {}).get("sources", [])]
    if [(token.get("path"), token.get("audience")) for token in tokens] != [(name, "api://AzureADTokenExchange")]:
        yield "AZURE_FEDERATED_TOKEN_FILE is no token for Entra"
    if not overlay.settings.get("AZURE_CLIENT_ID"):
        yield "AZURE_CLIENT_ID is not set"


def address(overlay):
    ingress = overlay.one("Ingress")["spec"]
    host = re.sub(r"^https://([^/:]+).*", r"\1", overlay.settings.get("ADOMCP_PUBLIC_URL", ""))
    if [rule["host"] for rule in ingress["rules"]] != [host] or [tls["hosts"] for tls in ingress["tls"]] != [[host]]:
        yield f"the ingress is not for the host of ADOMCP_PUBLIC_URL, {host}"
    tag = overlay.container["image"].rpartition(":")[2]
    version = found_in("CMakeLists.txt", r"^project\(adomcp\s+VERSION\s+([0-9.]+)")
    if tag != version:
        yield f"the image's tag is {tag}, the version is {version}"


def configuration(overlay):
    try:
        import jsonschema
    except ImportError:
        print("    SKIPPED: the configuration against config/schema.json, jsonschema is not installed")
        return
    schema = json.loads(source("config/schema.json"))
    for error in jsonschema.validators.validator_for(schema)(schema).iter_errors(overlay.config):
        yield f"adomcp.yaml: {'/'.join(map(str, error.path))}: {error.message}"
    model = yaml.safe_load(source("config/azure.yaml"))
    for section, part in (("access", "rules"), ("access", "rate_limits"), ("toolsets", None), ("auth", "audiences")):
        ours, theirs = (of[section] if part is None else of[section][part] for of in (overlay.config, model))
        if ours != theirs:
            yield f"adomcp.yaml: {section} {part or ''} is not that of config/azure.yaml"


def schemas(overlay):
    try:
        import kubernetes_validate
    except ImportError:
        return
    for document in overlay.documents:
        for version in (OLDEST, NEWEST):
            try:
                kubernetes_validate.validate(document, version, strict=True)
            except kubernetes_validate.ValidationError as error:
                yield f"{document['kind']}: Kubernetes {version}: {error.message}"


def checked_by(program, plugins, overlay):
    """What the host itself says of the configuration, in the pod's environment."""
    sys.path.insert(0, str(ROOT / "infra/package"))
    import stage
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder).resolve() / "kubernetes.yaml"
        config.write_text(overlay.config_text, encoding="utf-8")
        stage.pinned_plugins(plugins, config.parent / "plugins.d")
        for file in (config.parent / "plugins.d").iterdir():
            file.write_text(re.sub(r"library: ", f"library: {plugins}/", file.read_text()))
        environment = {"PATH": os.environ["PATH"], "KUBERNETES_SERVICE_HOST": "10.0.0.1", **overlay.settings}
        done = subprocess.run([program, "check", "--config", config], env=environment, capture_output=True, text=True,
                              timeout=300, check=False)
    if done.returncode != 0:
        yield f"adomcp check: {(done.stderr or done.stdout).strip()}"


CHECKS = (kinds, no_secret, selectors, probes, ports, network, confinement, files, ending, replicas, variables,
          identity, address, configuration, schemas)


def faults_of(text):
    overlay = Overlay(text)
    return [fault for check in CHECKS for fault in check(overlay)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", type=Path)
    parser.add_argument("--plugins", type=Path)
    parser.add_argument("files", nargs="+", type=Path)
    given = parser.parse_args()
    bad = False
    for file in given.files:
        text = file.read_text(encoding="utf-8")
        faults = faults_of(text)
        if given.program and not faults:
            faults += checked_by(given.program.resolve(), given.plugins.resolve(), Overlay(text))
        bad = bad or bool(faults)
        print("\n".join(f"{file.stem}: {fault}" for fault in faults) or f"    {file.stem}: as the host needs it")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
