"""Open arrays have the bytes of sized arrays."""

from pipeline.pdf.weasyprint_patches.importing import OpenArrays, import_weasyprint


def test_an_array_with_values_is_the_same_open_or_closed() -> None:
    import_weasyprint()
    from weasyprint.pdf import fonts
    from weasyprint.text.ffi import ffi

    assert isinstance(fonts.ffi, OpenArrays)
    values = [3, 5, 4_000_000_000]
    opened, closed = (
        fonts.ffi.new("hb_codepoint_t[3]", values),
        ffi.new("hb_codepoint_t[3]", values),
    )
    assert bytes(ffi.buffer(opened)) == bytes(ffi.buffer(closed))
    assert ffi.typeof(opened) is ffi.typeof("hb_codepoint_t[]")


def test_allocations_without_values_are_unchanged() -> None:
    import_weasyprint()
    from weasyprint.pdf import fonts
    from weasyprint.text.ffi import ffi

    assert ffi.sizeof(fonts.ffi.new("hb_tag_t[100]")) == 400
    assert fonts.ffi.NULL == ffi.NULL
