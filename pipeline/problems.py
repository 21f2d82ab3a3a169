"""Rules, problems, exit codes, and the exceptions that carry problems.

Stages return problems as values; `report/` turns them into text, and `cli/` into an exit
code. Every rule is a member of `Rule`. Its id is public (`--json`, annotations, docs). A
rule that an author can break has a file in `tests/invalid/` or a test in test_rules.py.

A stage raises only if it has no result to return. The exceptions, and what catches them:

    BriefsError            carries problems       users of the API, the preview
      PipelineError        a part has no result   `attempt` (tasks/task.py) blocks the
                                                  target; outside of targets, `cli/` exits
      WorkersUnavailable   no worker is left      `_run_tasks` (build.py) ends the build
    JobFailed              a limit, or a crash    what waits for the job, or `attempt`
    UnknownName            of a brief, a session  users of the API; `cli/` makes it a
                           or another choice      usage error (commands/selection.py)
    RecursionError         nested too deeply      `attempt` as a limit, `problems_of` as
                                                  an error of the machine
    OSError and others     see system_errors.py   as PipelineError, by `problems_of`
    any other              a bug                  no function: traceback, exit code 1

A function that can go on without the part keeps its problems, as the readers in content/.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, IntEnum, unique


class Severity(Enum):
    """An error blocks its document; a warning only with `--strict`."""

    ERROR = "error"
    WARNING = "warning"


class ExitCode(IntEnum):
    """The exit code of a command: who must act. After an interrupt it is 130 (`cli/`)."""

    OK = 0
    BUG = 1  # developers of Briefs
    USAGE = 2  # the user of the command
    CONTENT = 3  # authors
    DESIGN = 4  # designers
    PUBLISHING = 5  # those who publish editions
    STALE = 6  # no error: build again
    ENVIRONMENT = 7  # the administrator of the machine


# With several problems a command exits with the first of these codes. The order is
# by how likely a problem is to hide other problems.
WORST_FIRST = (
    ExitCode.BUG,
    ExitCode.ENVIRONMENT,
    ExitCode.DESIGN,
    ExitCode.CONTENT,
    ExitCode.PUBLISHING,
    ExitCode.STALE,
)


class BriefsError(Exception):
    """A function has no result; `problems` give the reasons.

    They are the arguments of the exception, so that it can be pickled.
    """

    def __init__(self, *problems: "Problem") -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(f"{p.place}: {p.message}" for p in self.problems)


class PipelineError(BriefsError):
    """A stage has no result; its target is blocked, or the command ends."""


class WorkersUnavailable(BriefsError):
    """The executor is lost; a build stops and keeps finished targets."""


class JobFailed(Exception):
    """A job exceeded a limit, or its process died; the text gives the reason."""


# The packages of each extra. Briefs is not on PyPI, so an extra has no name to install.
_EXTRAS = {"csl": "citeproc-py==0.11.1", "cluster": "distributed cryptography"}
_BY_PROFILE = True  # the result depends on the output profile
_LAYOUT_ERROR = (Severity.ERROR, ExitCode.CONTENT, _BY_PROFILE)
_LAYOUT_WARNING = (Severity.WARNING, ExitCode.CONTENT, _BY_PROFILE)


@unique
class Rule(Enum):
    """A rule: its public id, its severity, the exit code when it is broken, and whether its
    result depends on the output profile. A member with only an id is an error of content
    (exit code 3).

    Add the check of a new rule where its input is read. Checks of content are functions of
    `content/validate/`. `load_language_file` (`content/language_file.py`) calls those of a
    text, `content/loader.py` those of `edition.yaml`, the series and the brand,
    `content/session_loader.py` those of a session, and `content/read_file.py` those of
    every YAML file. Most checks of pages are in `pdf/checks/`, called by `pdf/`. A
    limit is a constant beside its check.
    """

    # The file itself
    FILE_ENCODING = "file-encoding"
    FILE_SIZE = "file-size"
    TEXT_LENGTH = "text-length"
    FILE_UNREADABLE = "file-unreadable"
    CONTROL_CHARACTER = "control-character"
    PASTED_CHARACTER = "pasted-character", Severity.WARNING
    CURLY_QUOTES = "curly-quotes", Severity.WARNING
    # YAML
    YAML_SYNTAX = "yaml-syntax"
    YAML_COLON = "yaml-colon"
    YAML_COMMA = "yaml-comma"
    YAML_TAB = "yaml-tab"
    YAML_INDENTATION = "yaml-indentation"
    YAML_QUOTE = "yaml-quote"
    YAML_FIRST_CHARACTER = "yaml-first-character"
    YAML_PARAGRAPHS = "yaml-paragraphs", Severity.WARNING
    YAML_COMMENT = "yaml-comment"
    YAML_DOCUMENTS = "yaml-documents"
    YAML_TAG = "yaml-tag"
    YAML_DEPTH = "yaml-depth"
    YAML_ALIASES = "yaml-aliases"
    DUPLICATE_KEY = "duplicate-key"
    # The format
    EMPTY_FILE = "empty-file"
    EMPTY_VALUE = "empty-value"
    UNKNOWN_KEY = "unknown-key"
    MISSING_KEY = "missing-key"
    WRONG_TYPE = "wrong-type"
    INVALID_CHOICE = "invalid-choice"
    INVALID_VALUE = "invalid-value"
    INVALID_LENGTH = "invalid-length"
    AMBIGUOUS_BLOCK = "ambiguous-block"
    # Folders and files of an edition
    NO_CONTENT = "no-content"
    SLUG = "slug"
    INFORMATION_DATE = "information-date"
    MISSING_FILE = "missing-file"
    UNEXPECTED_FILE = "unexpected-file", Severity.WARNING
    UNKNOWN_LANGUAGE = "unknown-language"
    CHANGE_NOTE = "change-note"
    STARTER_TEXT = "starter-text"
    # The text, pictures and data of a brief
    DUPLICATE_ID = "duplicate-id"
    UNKNOWN_REFERENCE = "unknown-reference"
    UNBRACKETED_CITATION = "unbracketed-citation", Severity.WARNING
    UNUSED_REFERENCE = "unused-reference", Severity.WARNING
    REFERENCE_FIELDS = "reference-fields"
    BIBLIOGRAPHY = "bibliography"
    BIBLIOGRAPHY_VALUE = "bibliography-value", Severity.WARNING
    CITATION_STYLE = "citation-style"
    BROKEN_LINK = "broken-link"
    LINK_SCHEME = "link-scheme"
    LINK_TEXT = "link-text"
    RAW_HTML = "raw-html"
    UNSUPPORTED_MARKDOWN = "unsupported-markdown"
    FOOTNOTE = "footnote"
    MISSING_PICTURE = "missing-picture"
    PICTURE_TYPE = "picture-type"
    PICTURE_DAMAGED = "picture-damaged"
    PICTURE_SIZE = "picture-size"
    PICTURE_SVG = "picture-svg"
    PICTURE_COLOUR = "picture-colour", Severity.WARNING
    PICTURE_RESOLUTION = "picture-resolution", Severity.WARNING
    OUTSIDE_PROJECT = "outside-project"
    TABLE_SHAPE = "table-shape"
    CHART_DATA = "chart-data"
    HIDDEN_ROWS = "hidden-rows", Severity.WARNING
    CHART_TYPE = "chart-type"
    CHART_CLAIM = "chart-claim", Severity.WARNING
    FEW_NUMBERS = "few-numbers", Severity.WARNING
    SIDE_COLUMN_OVERFLOW = "side-column-overflow", *_LAYOUT_ERROR
    TRANSLATION_MISMATCH = "translation-mismatch"
    TRANSLATION_DIFFERENCE = "translation-difference", Severity.WARNING
    MISSING_TRANSLATION = "missing-translation", Severity.WARNING
    OUTDATED_TRANSLATION = "outdated-translation", Severity.WARNING, ExitCode.PUBLISHING
    RETURNED_FILE = "returned-file"
    RETURNED_PART = "returned-part", Severity.WARNING
    RETURNED_TEXT = "returned-text"
    RETURNED_LENGTH = "returned-length", Severity.WARNING
    TERM = "term", Severity.WARNING
    MISSING_GLYPH = "missing-glyph"
    PDF_UNREADABLE = "pdf-unreadable"
    UNKNOWN_CODE = "unknown-code"
    # Sessions and their handouts
    SESSION_NAME = "session-name"
    SESSION_DATES = "session-dates"
    SESSION_OVERLAP = "session-overlap", Severity.WARNING
    SAME_SESSION_NAME = "same-session-name", Severity.WARNING
    UNKNOWN_BRIEF = "unknown-brief"
    UNKNOWN_EDITION = "unknown-edition"
    DUPLICATE_HANDOUT = "duplicate-handout"
    MISSING_LANGUAGE = "missing-language"
    STALE_PDF = "stale-pdf", Severity.ERROR, ExitCode.STALE
    PAPER_SIZE = "paper-size"
    # The states of an edition, and its ledger
    EDITION_STATE = "edition-state", Severity.ERROR, ExitCode.PUBLISHING
    NOT_PUBLISHED = "not-published", Severity.WARNING, ExitCode.PUBLISHING
    PUBLISHED_TEXT = "published-text", Severity.ERROR, ExitCode.PUBLISHING
    PUBLISHED_SERIES = "published-series", Severity.WARNING, ExitCode.PUBLISHING
    FROZEN_FILE = "frozen-file", Severity.ERROR, ExitCode.PUBLISHING
    UNRECORDED_FILES = "unrecorded-files", Severity.ERROR, ExitCode.PUBLISHING
    LEDGER = "ledger", Severity.ERROR, ExitCode.PUBLISHING
    # The layout of the pages
    OVERFLOW = "overflow", *_LAYOUT_ERROR
    OVERLAP = "overlap", *_LAYOUT_ERROR
    UNWANTED_BREAK = "unwanted-break", *_LAYOUT_ERROR
    TITLE_LINES = "title-lines", *_LAYOUT_ERROR
    KEY_MESSAGES_OVERFLOW = "key-messages-overflow", *_LAYOUT_ERROR
    DISPLACED_FOOTNOTE = "displaced-footnote", *_LAYOUT_ERROR
    STRANDED_HEADING = "stranded-heading", *_LAYOUT_ERROR
    SHORT_LAST_PAGE = "short-last-page", *_LAYOUT_WARNING
    BLANK_PAGES = "blank-pages", *_LAYOUT_WARNING
    BLANK_BAND = "blank-band", *_LAYOUT_WARNING
    # Word files
    WORD_FILE = "word-file"
    WORD_PLACE = "word-place", Severity.WARNING
    WORD_CONFLICT = "word-conflict"
    # Limits of time, memory and pages
    RESOURCE_LIMIT = "resource-limit"
    # The design
    CONTRAST = "contrast", Severity.ERROR, ExitCode.DESIGN
    FONT_FAMILY = "font-family", Severity.ERROR, ExitCode.DESIGN
    LOGO = "logo", Severity.ERROR, ExitCode.DESIGN
    INEFFECTIVE_SETTING = "ineffective-setting", Severity.WARNING, ExitCode.DESIGN
    OUTDATED_COPY = "outdated-copy", Severity.WARNING, ExitCode.DESIGN
    TEMPLATE = "template", Severity.ERROR, ExitCode.DESIGN
    UI_STRINGS = "ui-strings", Severity.ERROR, ExitCode.DESIGN
    MISSING_STRINGS = "missing-strings", Severity.WARNING, ExitCode.DESIGN
    LEGIBILITY = "legibility", Severity.ERROR, ExitCode.DESIGN, _BY_PROFILE
    PDF_STRUCTURE = "pdf-structure", Severity.ERROR, ExitCode.DESIGN
    RENDERER = "renderer", Severity.ERROR, ExitCode.DESIGN
    # The press
    PRINTING_CONDITION = "printing-condition", Severity.ERROR, ExitCode.DESIGN
    PDFX = "pdfx", Severity.ERROR, ExitCode.DESIGN
    # The machine
    SYSTEM_ERROR = "system-error", Severity.ERROR, ExitCode.ENVIRONMENT
    SYSTEM_LIBRARY = "system-library", Severity.ERROR, ExitCode.ENVIRONMENT
    FONTS = "fonts", Severity.ERROR, ExitCode.ENVIRONMENT
    WRITE_FAILED = "write-failed", Severity.ERROR, ExitCode.ENVIRONMENT
    BUILD_LOCKED = "build-locked", Severity.ERROR, ExitCode.ENVIRONMENT
    WATCH_FAILED = "watch-failed", Severity.ERROR, ExitCode.ENVIRONMENT
    MISSING_PROGRAM = "missing-program", Severity.ERROR, ExitCode.ENVIRONMENT
    FAILED_PROGRAM = "failed-program", Severity.ERROR, ExitCode.ENVIRONMENT
    CLUSTER = "cluster", Severity.ERROR, ExitCode.ENVIRONMENT

    def __init__(
        self,
        id: str,
        severity: Severity = Severity.ERROR,
        exit_code: ExitCode = ExitCode.CONTENT,
        depends_on_profile: bool = False,
    ) -> None:
        self.id = id
        self.severity = severity
        self.exit_code = exit_code
        self.depends_on_profile = depends_on_profile


# Problems of one file that the text report lists; it counts the rest.
MAX_LISTED_PER_FILE = 100
# Folders of designers, and the brand of a series.
_DESIGN_PATHS = "styles/", "templates/", "content/_brand.yml"
# Longest message or hint, in characters: both may quote a text of an author.
_MAX_TEXT_LENGTH = 400


@dataclass(frozen=True, order=True)
class Place:
    """A place in a file of the project.

    `file` is relative to the project, with forward slashes. `line` and `column` start at
    1 and count characters; 0 means "the file as a whole". A workbook has a `cell` instead:
    worksheet "Data", B7.
    """

    file: str
    line: int = 0
    column: int = 0
    cell: str = ""

    def __str__(self) -> str:
        if self.cell:
            return f"{self.file}: {self.cell}"
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Problem:
    """A broken rule: where, what is wrong, and what to do.

    A message or hint longer than 400 characters is shortened in the middle.
    """

    rule: Rule
    place: Place
    message: str
    hint: str

    def __post_init__(self) -> None:
        half = _MAX_TEXT_LENGTH // 2
        for name, text in (("message", self.message), ("hint", self.hint)):
            if len(text) > _MAX_TEXT_LENGTH:
                object.__setattr__(self, name, f"{text[:half]} … {text[-half:]}")

    @property
    def severity(self) -> Severity:
        """The severity of the rule."""
        return self.rule.severity

    @property
    def exit_code(self) -> ExitCode:
        """The exit code of the rule; DESIGN for content rules in files of designers."""
        is_content = self.rule.exit_code is ExitCode.CONTENT
        is_design = self.place.file.startswith(_DESIGN_PATHS)
        return ExitCode.DESIGN if is_content and is_design else self.rule.exit_code


def install_command(extra: str) -> str:
    """Return the command that installs the packages of an extra of pyproject.toml."""
    packages = _EXTRAS[extra]
    pip = f"pip install {packages}, in the environment of Briefs"
    return f"pipx inject briefs-pdf {packages} (without pipx: {pip})"


def sort_and_dedupe(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sort problems by place and message, and drop duplicates."""
    return tuple(
        sorted(set(problems), key=lambda p: (p.place, p.message, p.rule.id, p.hint))
    )


def is_blocking(problem: Problem, *, strict: bool = False) -> bool:
    """Whether a problem blocks its document."""
    return strict or problem.severity is Severity.ERROR


def worst_exit_code(codes: Iterable[ExitCode]) -> ExitCode:
    """Choose the exit code of a command from the codes of its parts."""
    codes = set(codes)
    return next((code for code in WORST_FIRST if code in codes), ExitCode.OK)


def exit_code(problems: Iterable[Problem], *, strict: bool = False) -> ExitCode:
    """Return the exit code of a command with these problems."""
    return worst_exit_code(p.exit_code for p in problems if is_blocking(p, strict=strict))
