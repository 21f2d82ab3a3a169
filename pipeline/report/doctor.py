"""Turn the findings of `briefs doctor` into text and JSON."""

from collections.abc import Sequence

from pipeline.commands.doctor import Finding
from pipeline.report.escape import escape_controls
from pipeline.report.problems import envelope_json


def finding_text(finding: Finding) -> str:
    """Describe a finding in one line, and in a second one what to do."""
    lines = [f"{finding.state.value:<9} {finding.text}"]
    lines += [f"{'':<9} {finding.hint}"] if finding.hint else []
    return "\n".join(map(escape_controls, lines))


def findings_json(findings: Sequence[Finding], exit_code: int) -> str:
    """Write all findings as JSON."""
    listed = [{**vars(finding), "state": finding.state.value} for finding in findings]
    return envelope_json((), exit_code, {"findings": listed})
