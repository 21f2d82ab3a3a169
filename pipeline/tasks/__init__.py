"""Plans and tasks: which targets are stale, and how one of them is built.

Modules of one kind of target: documents and plan_documents; packs; job_sheet;
redlines; site, site_plans, edition_page_jobs, catalogue_jobs and page_parts. preview builds
no target. All other modules are shared.
"""
