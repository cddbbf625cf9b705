"""The manifests under deploy/: the ports, probes and limits that they name are those of the service."""

import re
from typing import Any

import httpx
import pytest
import yaml

from distscore.settings import WrongSetting, check_names
from tests.docs.pages import ROOT, text_of

DOCKERFILE = text_of(ROOT / "Dockerfile")
PROBES = ("startupProbe", "readinessProbe", "livenessProbe")

# Fields of spec.predictor in the CustomResourceDefinition of serving.kserve.io/v1beta1 that the manifest makes use of.
PREDICTOR = {
    *["minReplicas", "maxReplicas", "scaleMetric", "scaleTarget", "containers", "securityContext"],
    *["automountServiceAccountToken", "enableServiceLinks", "terminationGracePeriodSeconds"],
}
METRICS_OF_SCALING = {"cpu", "memory", "concurrency", "rps"}


def documents(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(text_of(ROOT / "deploy" / name)))


def container_of(name: str) -> dict[str, Any]:
    first = documents(name)[0]
    pod = first["spec"]["predictor"] if first["kind"] == "InferenceService" else first["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    found: dict[str, Any] = container
    return found


def test_kserve_takes_the_inference_service() -> None:
    """Version, fields of a custom predictor, the name of its container and its protocol are those that KServe reads."""
    (manifest,) = documents("kserve.yaml")
    assert (manifest["apiVersion"], manifest["kind"]) == ("serving.kserve.io/v1beta1", "InferenceService")
    assert re.fullmatch("[a-z]([-a-z0-9]*[a-z0-9])?", manifest["metadata"]["name"])
    assert manifest["metadata"]["annotations"]["serving.kserve.io/deploymentMode"] in ("RawDeployment", "Standard")
    assert manifest["spec"].keys() == {"predictor"}
    predictor = manifest["spec"]["predictor"]
    assert predictor.keys() <= PREDICTOR
    assert predictor["scaleMetric"] in METRICS_OF_SCALING
    assert 1 <= predictor["minReplicas"] <= predictor["maxReplicas"]
    container = container_of("kserve.yaml")
    assert container["name"] == "kserve-container"
    assert container["env"] == [{"name": "PROTOCOL", "value": "v2"}]


@pytest.mark.parametrize("name", ["kubernetes.yaml", "kserve.yaml"])
def test_probes_are_answered(name: str, url: str) -> None:
    """Each probe asks a path that is answered, on the port that the image listens at."""
    container = container_of(name)
    (port,) = container["ports"]
    assert f"EXPOSE {port['containerPort']}\n" in DOCKERFILE
    for probe in PROBES:
        asked = container[probe]["httpGet"]
        assert asked["port"] in (port["name"], port["containerPort"])
        assert httpx.get(url + asked["path"]).status_code == 200


def test_manifests_agree() -> None:
    """Both manifests give a container the same memory and rights, and the pod the same time to end."""
    deployment, inference = container_of("kubernetes.yaml"), container_of("kserve.yaml")
    for member in ("image", "resources", "securityContext"):
        assert deployment[member] == inference[member]
    pod, predictor = documents("kubernetes.yaml")[0]["spec"]["template"]["spec"], documents("kserve.yaml")[0]["spec"]
    for member in PREDICTOR & pod.keys() - {"containers"}:
        assert pod[member] == predictor["predictor"][member]


def test_service_links_are_off() -> None:
    """KServe's own Service would set variables that the service takes for settings that there are not."""
    assert documents("kserve.yaml")[0]["spec"]["predictor"]["enableServiceLinks"] is False
    with pytest.raises(WrongSetting):
        check_names({"DISTSCORE_PREDICTOR_SERVICE_HOST": "10.0.0.1"})
