"""The expanded YAML that a preview answers and a run keeps, and the file that it comes from."""

from __future__ import annotations

import json
from typing import Any

from .model import Definition


def final_yaml(definition: Definition, branch: str, body: dict[str, Any]) -> str:
    """Stages, the parameters put in, and which stages the request skips."""
    lines = [f"# {definition.name} on {branch}", "parameters:"]
    parameters = body.get("templateParameters") or {}
    lines += [f"- name: {name}\n  value: {json.dumps(str(value))}" for name, value in sorted(parameters.items())]
    if not parameters:
        lines[-1] = "parameters: []"
    variables = body.get("variables") or {}
    if variables:
        lines.append("variables:")
    for name, value in sorted(variables.items()):
        text = "***" if value.get("isSecret") else str(value.get("value", ""))
        lines.append(f"- name: {name}\n  value: {json.dumps(text)}")
    lines.append("stages:")
    skipped = body.get("stagesToSkip") or []
    for name in definition.stages:
        lines.append(f"- stage: {name}")
        if name in skipped:
            lines.append("  condition: false")
        lines += ["  jobs:", f"  - job: {name}", "    pool:", "      vmImage: ubuntu-24.04", "    steps:"]
        lines += [f"    - task: Bash@3\n      displayName: Run {name.lower()}"]
    return "\n".join(lines) + "\n"


def file_yaml(definition: Definition) -> str:
    """The pipeline's file: it takes its stages from a template, and has a careless line."""
    return f"""# {definition.name}
trigger:
- main
parameters:
- name: configuration
  default: release
variables:
  apiKey: not-a-real-key-0123456789
stages:
- template: templates/stages.yml
  parameters:
    configuration: ${{{{ parameters.configuration }}}}
"""
