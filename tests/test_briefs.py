"""The briefs that the project ships, as PDFs: what a reader finds on the page."""

import re
import shutil
import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import yaml

from pipeline.build import BuildResult
from pipeline.build import build_documents as build
from pipeline.commands.check import read_content
from pipeline.model.dates import InformationDate
from pipeline.model.markdown import plain_text
from pipeline.model.pdf_identity import PdfIdentity
from pipeline.model.schema import Edition, LanguageVersion
from pipeline.model.walk import texts_in
from pipeline.project import Project, open_project
from pipeline.targets import BuildOptions, Document
from tests.conftest import BuildSamples

ROOT = Path(__file__).resolve().parents[1]
TODAY = date(2026, 1, 1)
LANGUAGES = ("en", "fr", "es", "ar", "zh", "ru")
# The briefs made from the source document, in every language.
FROM_SOURCE = ("global-advocacy", "wpsdg")
TEXTS = [t for t in sorted((ROOT / "content").glob("*/*/*.yaml")) if t.stem in LANGUAGES]
FILES = [
    f"{slug}/{slug}_{day}_{t.stem}.pdf" for t in TEXTS for slug, day in [t.parts[-3:-1]]
]


@pytest.fixture(scope="session")
def project(build_samples: BuildSamples) -> Project:
    return build_samples("screen").project


@pytest.fixture(scope="session")
def outcome(build_samples: BuildSamples) -> BuildResult:
    return build_samples("screen").outcome


@pytest.fixture(params=FILES, ids=[Path(f).stem for f in FILES])
def document(request: pytest.FixtureRequest, outcome: BuildResult) -> Document:
    return next(d for d in outcome.targets if d.name == request.param)


@pytest.fixture
def pdf(project: Project, document: Document) -> Path:
    return project.build / document.name


@cache
def pages(pdf: Path) -> tuple[str, ...]:
    """The text of each page, as a reader would copy it."""
    document = pypdfium2.PdfDocument(pdf)
    return tuple(page.get_textpage().get_text_bounded() for page in document)


def squeeze(text: str) -> str:
    """Leave out what line breaking and hyphenation add."""
    return re.sub(r"[\s\x02\u00a0\u202f\u2010\ufffe-]+", "", text)


def letters(text: str) -> str:
    """Leave letters and digits only, and those as they are typed."""
    return re.sub(r"\W+", "", unicodedata.normalize("NFKC", text))


def says(page: str, words: str, document: Document) -> bool:
    """Whether a page says these words; of Arabic, each of them and each number.

    PDFium orders a line of both directions by a guess, and puts marks and points elsewhere.
    """
    if document.language == "ar":
        printed = letters(page)
        pieces = re.findall(r"[^\W\d]+|\d+", unicodedata.normalize("NFKC", words))
        return all(letters(piece) in printed for piece in pieces)
    return _is_printed(squeeze(words), squeeze(page))


@pytest.fixture(scope="session")
def editions(project: Project) -> dict[tuple[str, InformationDate], Edition]:
    """All editions, by slug and information date."""
    content = read_content(project, BuildOptions(), None)
    return {(e.slug, e.information_date): e for e in content.editions}


@pytest.fixture
def version(
    editions: dict[tuple[str, InformationDate], Edition], document: Document
) -> LanguageVersion:
    edition = editions[document.slug, document.information_date]
    return edition.versions[document.language]


def test_all_documents_are_built_without_problems(outcome: BuildResult) -> None:
    assert sorted(d.name for d in outcome.targets) == sorted(FILES)
    states = {d.state for d in outcome.targets}
    assert states == {"built", "published"}  # two samples are published
    assert outcome.problems == ()


def test_a_brief_has_two_or_four_pages(document: Document) -> None:
    assert document.pages in (2, 4)


def test_the_briefs_made_from_the_source_exist_in_every_language() -> None:
    for slug in FROM_SOURCE:
        folder = ROOT / "content" / slug / "2017"
        assert [code for code in LANGUAGES if not (folder / f"{code}.yaml").exists()] == []


def test_every_text_of_the_brief_is_on_its_pages(
    project: Project, document: Document, pdf: Path
) -> None:
    printed = "".join(pages(pdf))
    for path, text in texts_in(LanguageVersion, _plain_values(project, document)):
        if path[-1] in ("source", "data"):  # not printed as typed
            continue
        for paragraph in _paragraphs(text):
            assert says(printed, paragraph, document), (path, paragraph)


def _is_printed(words: str, printed: str) -> bool:
    """Find a paragraph whole, or in two parts where it crosses to the next page."""
    parts = ((words[:i], words[i:]) for i in range(len(words) + 1))
    return any(first in printed and rest in printed for first, rest in parts)


def _plain_values(project: Project, document: Document) -> object:
    from pipeline.content.yaml_source import read_yaml

    path = project.root / document.source
    source, _ = read_yaml(document.source, path.read_bytes())
    assert source
    return source.value


def _paragraphs(text: str) -> Iterator[str]:
    """The words of a text in runs that stand together on the page: notes stand apart."""
    text = re.sub(r"^\[\^[^\]]+\]: *", "\n\n", text, flags=re.MULTILINE)
    ends = re.compile(r"\n\s*\n|\[\^[^\]]+\]|\[@[^\]]+\]|^- |^\d\. ", re.MULTILINE)
    for run in ends.split(text):
        words = plain_text(run.strip())
        if len(words) > 3:
            yield words


def test_the_information_date_is_on_every_page_in_the_name_and_in_the_metadata(
    document: Document, pdf: Path
) -> None:
    before = {
        "en": "Information dated",
        "fr": "Date des informations",
        "es": "Información con fecha de",
        "ar": "تاريخ المعلومات",
        "zh": "信息日期",
        "ru": "Дата информации",
    }[document.language]
    day = document.information_date
    # A date with a month has another form in each language: its year is compared only.
    words = before if day.month else f"{before} {day.year}"
    for page in pages(pdf):
        assert says(page, words, document)
        assert str(day.year) in page
    assert f"_{day}_" in pdf.name
    with pikepdf.open(pdf) as opened:
        identity = PdfIdentity.from_xmp(opened.Root.Metadata.read_bytes())
        assert identity
        assert identity.information_date == str(day)


def test_the_imprint_says_that_it_is_a_sample(document: Document, pdf: Path) -> None:
    sample = {
        "en": "It is not a publication of the International Labour Organization",
        "fr": "Il n’est pas une publication de l’Organisation internationale du Travail",
        "es": "No es una publicación de la Organización Internacional del Trabajo",
        "ar": "وهي ليست من منشورات منظمة العمل الدولية",
        "zh": "它不是国际劳工组织的出版物",
        "ru": "Он не является изданием Международной организации труда",
    }
    unofficial = {
        "fr": "Traduction non officielle.",
        "es": "Traducción no oficial.",
        "ar": "ترجمة غير رسمية.",
        "zh": "非正式译文。",
        "ru": "Неофициальный перевод.",
        "en": "",
    }
    last = pages(pdf)[-1]
    assert says(last, sample[document.language], document)
    assert says(last, unofficial[document.language], document)


def test_the_contact_is_printed_exactly_as_the_source_has_it(
    document: Document, pdf: Path
) -> None:
    first = pages(pdf)[0]
    for words in (
        _contact_name(document),
        "+41 22 7996111",
        "Perrin [at] ilo.org",
        "www.ilo.org",
    ):
        assert says(first, words, document)


def _contact_name(document: Document) -> str:
    file = ROOT / document.source
    facts = yaml.safe_load((file.parent / "edition.yaml").read_bytes())
    name = facts["contact"]["name"]
    return name if isinstance(name, str) else name[document.language]


def test_the_contact_is_that_of_the_source_document() -> None:
    for folder in sorted({path.parent for path in TEXTS}):
        text = (folder / "edition.yaml").read_text(encoding="utf-8")
        for words in (
            "Mr. Thoralf Stenvold",
            "en: Senior Specialist – Global Governance",
            "en: Multilateral Cooperation Department",
            "phone: +41 22 7996111",
            "email: Perrin [at] ilo.org",
            "web: www.ilo.org",
        ):
            assert words in text


def test_the_facts_of_the_source_document_are_in_the_briefs(
    project: Project, outcome: BuildResult
) -> None:
    """What the source document says must be said, in our own words."""
    wpsdg = "".join(pages(project.build / "wpsdg/wpsdg_2017_en.pdf"))
    for fact in (
        r"Working\s+Party\s+on\s+the\s+Social\s+Dimension\s+of\s+Globalization",
        r"twice\s+a\s+year",
        r"background\s+papers",
        r"policy\s+orientations",
        r"for\s+adoption",
        r"integrated\s+approach",
        r"social\s+protection",
        r"workers.\s+rights",
        r"[Ss]ocial\s+dialogue",
        r"other\s+international\s+organizations",
        r"consensus",
        r"WTO",
    ):
        assert re.search(fact, wpsdg), fact
    advocacy = "".join(pages(project.build / "global-advocacy/global-advocacy_2017_en.pdf"))
    for fact in (
        "dialogue",
        "governments",
        "employers",
        "workers",
        "agencies",
        "women and men",
    ):
        assert re.search(fact.replace(" ", r"\s+"), advocacy), fact


def test_points_for_decision_are_all_questions_or_all_proposals(
    version: LanguageVersion,
) -> None:
    points = version.points_for_decision
    assert points
    assert len({point.do.rstrip().endswith(("?", "؟", "？")) for point in points}) == 1


def test_only_bundled_fonts_are_embedded_and_none_is_slanted_by_machine(pdf: Path) -> None:
    with pikepdf.open(pdf) as opened:
        descriptors = [
            thing
            for thing in opened.objects
            if isinstance(thing, pikepdf.Dictionary)
            and thing.get("/Type") == "/FontDescriptor"
        ]
        assert descriptors
        for font in descriptors:
            name = str(font.FontName).split("+")[-1]
            assert name.startswith("Brief-"), name
            assert "Oblique" not in name
            assert "/FontFile2" in font or "/FontFile3" in font


def test_no_page_ends_after_the_first_point_for_decision(
    version: LanguageVersion, document: Document, pdf: Path
) -> None:
    """Delegates vote on them; two readers preferred blank space above them."""
    first, second = (plain_text(point.do) for point in version.points_for_decision[:2])
    (page,) = (page for page in pages(pdf) if says(page, first, document))
    assert says(page, second, document)


def test_title_language_and_headings_are_in_the_pdf(
    version: LanguageVersion, document: Document, pdf: Path
) -> None:
    with pikepdf.open(pdf) as opened:
        title = str(opened.docinfo["/Title"])
        # A corrected brief also names its newest correction.
        assert title.partition(" (")[0] == plain_text(version.title)
        assert opened.Root.Lang == document.language
        with opened.open_outline() as outline:
            titles = [
                item.title for root in outline.root for item in (root, *root.children)
            ]
    for section in version.sections:
        assert plain_text(section.heading) in [t.replace("\u00a0", " ") for t in titles]


def test_a_second_build_from_nothing_gives_the_same_bytes(
    project: Project, outcome: BuildResult, tmp_path: Path
) -> None:
    other = tmp_path / "другая папка é"
    shutil.copytree(project.content, other / "content")
    again = open_project(other)
    # In two scripts, and with charts; `.ci/compare-sums` compares all.
    slugs, languages = ("informality", "wpsdg"), ("ar", "fr")
    options = BuildOptions(slugs, languages, all_editions=True)
    built = build(again, options, TODAY).targets
    assert {document.language for document in built} == set(languages)
    for name in [document.name for document in built]:
        assert (again.build / name).read_bytes() == (project.build / name).read_bytes(), (
            name
        )


def test_every_document_is_small_enough_to_mail(document: Document) -> None:
    assert document.bytes < 1_000_000
