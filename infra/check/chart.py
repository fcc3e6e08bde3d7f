"""Lints the Helm chart, renders it as it is and with everything turned on, and reads each manifest: `chart.py ROOT`."""

import os
import sys
from pathlib import Path

import helm_python

NAME = "trial"
# With these, every condition of the templates holds.
EVERYTHING = {
    "bucket": "bucket",
    "tokenSecret": "tokens",
    "lexiconsConfigMap": "lexicons",
    "env": {"FIRSTWORD_SERVE": "hibari,piper"},
    "imagePullSecrets": [{"name": "registry"}],
    "serviceAccount": {"annotations": {"eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/voice"}},
    "gpu": {"enabled": True},
    "service": {"annotations": {"service.beta.kubernetes.io/aws-load-balancer-scheme": "internal"}},
    "autoscaling": {"enabled": True, "targetPromisedTime": "0.6"},
    "serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
    "prometheusRule": {"enabled": True, "labels": {"release": "prometheus"}},
    "networkPolicy": {
        "from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}],
        "monitoringNamespace": "monitoring",
        "collectorPort": 4318,
    },
    "nodeSelector": {"gpu": "yes"},
    "tolerations": [{"key": "gpu", "operator": "Exists"}],
    "affinity": {"nodeAffinity": {}},
}
USUAL = {"Deployment", "NetworkPolicy", "PodDisruptionBudget", "Service", "ServiceAccount"}
OPTIONAL = {"HorizontalPodAutoscaler", "PrometheusRule", "ServiceMonitor"}


def check(holds, promise, seen=""):
    if not holds:
        sys.exit(f"the chart: not so: {promise}; got {seen}")


def render(chart, values):
    """The manifests by their kinds."""
    with helm_python.Chart.load(chart) as loaded:
        texts = loaded.render(values, name=NAME)
    manifests = [helm_python.values_from_yaml(text) for text in texts.values() if text.strip()]
    for manifest in manifests:
        check(manifest["metadata"]["name"] == f"{NAME}-firstword", "every manifest has the release's name", manifest)
    return {manifest["kind"]: manifest for manifest in manifests}


def main(root):
    # Helm notes each use of the symbolic link on the process's standard error, and has no setting for that.
    sys.stderr = os.fdopen(os.dup(2), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    chart = root / "infra" / "chart"
    for values in ({}, EVERYTHING):
        report = helm_python.lint(chart, values, strict=True)
        # 1 is advice, such as that on an icon.
        grave = [message for message in report["messages"] if message["severity"] > 1]
        check(not grave and not report["errors"], "Helm's linter finds nothing", grave or report["errors"])
    usual = render(chart, {})
    check(usual.keys() == USUAL, "it has its usual manifests", sorted(usual))
    all_of_it = render(chart, EVERYTHING)
    check(all_of_it.keys() == USUAL | OPTIONAL, "with everything turned on it has all of them", sorted(all_of_it))
    rules = helm_python.values_from_yaml((root / "infra" / "prometheus" / "firstword.rules.yml").read_text())
    check(all_of_it["PrometheusRule"]["spec"] == rules, "the PrometheusRule has the rules of Prometheus")
    ports = [rule["port"] for rule in all_of_it["NetworkPolicy"]["spec"]["egress"][0]["ports"]]
    check(4318 in ports, "a collector's port is open", ports)


main(Path(sys.argv[1]).resolve())
