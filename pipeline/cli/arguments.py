"""Turn arguments into values, and refuse those that no project accepts."""

import os
import re
from contextlib import suppress
from datetime import date
from ipaddress import ip_address
from pathlib import Path

import click

from pipeline.commands.selection import require_known
from pipeline.model.dates import InformationDate
from pipeline.project import Project, open_project
from pipeline.report.escape import escape_controls

# The whole address: Dask accepts more forms than can be checked.
_SCHEDULER = re.compile(
    r"(?P<scheme>tls|tcp)://(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s/?#@:\[\]]+):(?P<port>[0-9]{1,5})"
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def current_project() -> Project:
    """Open the project of the running command."""
    return open_project(_project_folder())


def unopened_project() -> Project:
    """Return the project of the running command, which may have no content/."""
    return Project(_project_folder().resolve())


def _project_folder() -> Path:
    folder: Path = click.get_current_context().find_root().params["project"]
    return folder


def day_of(as_of: InformationDate | None = None) -> date:
    """Return the last day of a date ("2018" is 31 December 2018), or the local date."""
    return as_of.last_day if as_of else date.today()  # noqa: DTZ011 – the author's day


def count_processors() -> int:
    """Count the processors that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS or Windows
        return os.cpu_count() or 1


def validate_language_code(code: str) -> None:
    """Refuse a text that is not the code of a language in CLDR."""
    from babel import localedata  # takes 50 ms

    from pipeline.content.suggestions import language_of_country

    if not _LANGUAGE.fullmatch(code) or not localedata.exists(code.replace("-", "_")):
        meant = language_of_country(code)
        hint = f'did you mean "{meant}"?' if meant else "use one such as pt, pl, sw or ja"
        message = f'"{code}" is not a language code; {hint}'
        raise click.UsageError(escape_controls(message))


def cache_of(project: Project, folder: str | None) -> Path:
    """Choose the folder of the cache; refuse the project itself, and its sources."""
    if folder == "":
        raise click.UsageError("--cache needs the name of a folder")
    # Not resolve(), which raises for a link to itself; that is reported at the first use.
    cache = Path(os.path.realpath(folder or project.build / ".cache"))
    names = ("content", "templates", "styles")
    sources = (os.path.realpath(project.root / name) for name in names)
    if cache == project.root or any(map(cache.is_relative_to, sources)):
        message = (
            f'--cache "{folder}" is among the sources of the project; use another folder'
        )
        raise click.UsageError(escape_controls(message))
    return cache


def require_tls(option: str, address: str | None, insecure: bool) -> None:
    """Refuse an invalid address; one without TLS, too, unless it is local or `insecure`."""
    if address is None or address.startswith("local:"):
        return
    match = _SCHEDULER.fullmatch(address)
    if not match or not 0 < int(match["port"]) < 1 << 16:
        raise click.UsageError(f"{option} {address}: an address is tls://HOST:PORT")
    if not (match["scheme"] == "tls" or insecure or _is_loopback(match["host"])):
        raise click.UsageError(
            f"{option} {address}: without TLS, anyone who reaches the port can run any "
            "program; use tls://, or --insecure-cluster in a private network"
        )


def _is_loopback(host: str) -> bool:
    """Whether only this machine can reach a host."""
    with suppress(ValueError):  # a name
        return ip_address(host.strip("[]")).is_loopback
    return host == "localhost"


def series_languages(project: Project) -> tuple[str, ...]:
    """Return the languages of the series; none if its file has an error."""
    from pipeline.content.loader import load_series

    series, _ = load_series(project, ())
    return series.languages if series else ()


def validate_language(project: Project, language: str | None) -> None:
    """Refuse a language that the series does not have."""
    if language and (languages := series_languages(project)):
        require_known("language", (language,), languages, " in content/series.yaml")
