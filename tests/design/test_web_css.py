"""The style sheet of the website is made of the files that pages are made of."""

from pipeline.design.web_css import web_css
from pipeline.model.brand import Brand
from pipeline.project import open_project
from tests.conftest import WriteProject


def test_a_style_sheet_is_decoded_as_browsers_and_weasyprint_decode_it(
    write_project: WriteProject,
) -> None:
    project = open_project(write_project({}))
    brand = Brand.model_validate({"color": {"primary": "navy"}})
    files = {
        "styles/tokens.css": '@charset "latin1"; /* \xe9 */'.encode("latin-1"),
        "styles/type.css": b"\xff",
        "styles/web.css": "\ufeffp {}".encode(),
    }
    css = web_css(project, brand, "en", lambda name: files.get(name, b""), {})
    assert "/* \xe9 */\n\ufffd\n" in css
    assert "\np {}\n" in css
