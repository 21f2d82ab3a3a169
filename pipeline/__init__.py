"""Briefs: accessible PDF policy briefs from YAML.

Start reading at `build.py`. Imports go down this list; pyproject.toml has the contract.

    briefs_pdf   the public names of the Python API
    api          load, build and render from another program
    cli          the command line: parse, call one function, print
    preview      a page in the browser that is updated after each save
    report       results -> text, JSON, annotations for GitHub, calendar files
    commands     the work of the other commands, one module for each
    build        plan, run and record a build
    tasks        build one document, pack, job sheet, redline or page of the site
    toolchain    the tools that a build works with
    targets      build options, and the files that they select
    workers      where jobs run: in this process, in others, on a Dask cluster
    state        records of earlier builds, cache, lock
    html         values -> HTML
    pdf          HTML -> tagged PDF
    prepress     booklets, press files, packs, print orders
    exchange     texts of a brief <-> files of translators
    word         language versions <-> Word files
    editions     the edition current on a day, its code, sessions
    content      YAML in, checked values out
    design       style sheets, fonts, strings, brand
    project      the files of a project, and the bundled ones
    problems     rules, problems, exit codes
    redline      two editions -> what changed
    model        the values that all packages above exchange
"""

__version__ = "0.1.0"
