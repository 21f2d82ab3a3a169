"""Build the site of the series, or its editions as single HTML files: `briefs web`."""

from dataclasses import replace
from datetime import date
from functools import partial

from pipeline.build import BuildResult, build_documents, build_targets
from pipeline.problems import sort_and_dedupe
from pipeline.project import Project
from pipeline.targets import BuildOptions


def build_web(
    project: Project,
    options: BuildOptions,
    today: date,
    url: str = "",
    *,
    single_files: bool = False,
) -> BuildResult:
    """Build the stale files of the site at `url`; the default is the address in the series.

    The order is: the PDFs of the editions, the pages that link to them, the catalogue that
    lists the pages. With `single_files` each edition in a language is one HTML file; no PDF
    and no catalogue is built.
    """
    from pipeline.tasks.site import open_site
    from pipeline.tasks.site_plans import plan_catalogue, plan_pages, plan_single_files

    editions = open_site(project, options, today, url).editions_with_pdf
    results = []
    if editions and not single_files:
        results.append(build_documents(project, replace(options, editions=editions), today))
    for plan in [plan_single_files] if single_files else [plan_pages, plan_catalogue]:
        results.append(build_targets(project, options, partial(plan, today=today, url=url)))
    return BuildResult(
        tuple(target for result in results for target in result.targets),
        sort_and_dedupe(problem for result in results for problem in result.problems),
    )
