"""`briefs doctor`."""

import click

from pipeline.cli import options as option
from pipeline.cli.arguments import day_of, unopened_project
from pipeline.problems import ExitCode


@click.command()
@option.json
@option.project
def doctor(as_json: bool) -> ExitCode:
    """Check this machine, and print the command that installs what is missing.

    Looks for libraries, fonts, programs, packages, write access and free space, and builds
    a brief in a temporary folder. Needs no project. The exit code is 7 if something is
    missing that every build needs. Some commands need optional programs and packages, too.

    \b
    Examples:
      briefs doctor
      briefs doctor --json
    """
    from pipeline.commands.doctor import FindingState, examine
    from pipeline.report.doctor import finding_text, findings_json

    findings = []
    for finding in examine(unopened_project(), day_of()):
        findings.append(finding)
        if not as_json:
            click.echo(finding_text(finding))
    is_missing = any(finding.state is FindingState.MISSING for finding in findings)
    code = ExitCode.ENVIRONMENT if is_missing else ExitCode.OK
    if as_json:
        click.echo(findings_json(findings, code))
    return code
