"""Plans and tasks: which targets are stale, and how one of them is built.

Of one kind are documents and plan_documents, packs, job_sheet, redlines, and site,
site_plans, edition_page_jobs and catalogue_jobs; preview builds no target. All others are
common.
"""
