"""Numbers of a translation are those of the original, in the form of its language."""

import pytest

from pipeline.content.validate.parity import check_translation
from pipeline.content.yaml_source import Source, read_yaml
from pipeline.model.schema import LanguageVersion

BRIEF = "title: A\nsections: [{heading: B, blocks: [{text: C}]}]\nlead: |"


def differences(original: str, translation: str, language: str = "fr") -> list[str]:
    def load(file: str, text: str) -> tuple[LanguageVersion, Source]:
        source, _ = read_yaml(file, f"{BRIEF}\n  {text}".encode())
        assert source is not None
        return LanguageVersion.model_validate(source.value), source

    theirs = load("en.yaml", original)
    translated = load(f"{language}.yaml", translation)
    return [p.message for p in check_translation(*translated, *theirs)]


@pytest.mark.parametrize(
    ("original", "translation"),
    [
        ("1,250 of 3,400,000", "1 250 sur 3\u202f400\u00a0000"),
        ("1,250", "1.250"),
        ("61.2 per cent", "61,2 %"),
        ("61.2 per cent, 1,250", "٦١٫٢٪ و١٬٢٥٠"),
        ("1.2 billion", "1200 millones"),
        ("1.2 billion", "1,2 milliard"),
        ("1.2 billion", "1200 M"),
        ("2 billion", "2 Md"),
        ("2 mld, 14.2 mln", "2 milliards, 14,2 millions"),
        ("120 million", "1.2亿"),
        ("20,000", "2万"),
        ("3.5 million", "3,5 млн"),
        ("1.5 million", "1.5 مليون شخص"),
        ("2 million people", "مليوني شخص"),
        ("20,000 people", "vingt mille personnes"),
        ("10 of them", "dix"),
        ("2013 and 2016", "2016, trois ans après"),
        ("1994–96", "1994-1996"),
        ("250 people", "二百五十人"),
        ("26 October 2017", "26.10.2017"),
        (
            "see [@a-2016] and https://www.ilo.org/1",
            "voir [@a-2016], https://www.ilo.org/2",
        ),
        ("a note[^1]", "une note[^note]"),
    ],
)
def test_the_same_number_in_another_language(original: str, translation: str) -> None:
    assert differences(original, translation) == []


@pytest.mark.parametrize(
    ("original", "translation", "message"),
    [
        ("41", "14", '"14" is not in en.yaml:4, which has "41"'),
        ("61.2", "62,1", '"62,1" is not in en.yaml:4, which has "61.2"'),
        ("61.2", "٦٢٫١", '"62٫1" is not in en.yaml:4, which has "61.2"'),
        ("1,250", "1 520", '"1 520" is not in en.yaml:4, which has "1,250"'),
        (
            "2 billion",
            "2 millions",
            '"2 millions" is not in en.yaml:4, which has "2 billion"',
        ),
        ("120 million", "12亿", '"12亿" is not in en.yaml:4, which has "120 million"'),
        ("2016", "2017", '"2017" is not in en.yaml:4, which has "2016"'),
        ("4 of 10", "5 sur 10", '"5" is not in en.yaml:4, which has "4"'),
        ("61.2 per cent", "la plupart", '"61.2" of en.yaml:4 is missing in this text'),
        ("most", "61,2 %", '"61,2" is not in en.yaml:3'),
        ("two [@a; @b]", "deux [@a]", '"[@b]" of en.yaml:3 is missing in this text'),
    ],
)
def test_another_number_is_reported(original: str, translation: str, message: str) -> None:
    assert differences(original, translation) == [message]


@pytest.mark.parametrize(
    ("language", "original", "translation"),
    [
        ("pl", "14.2 million and 9.6 million", "14,2 mln i 9,6 miliona"),
        ("pl", "3,200 people, 1.2 billion", "3,2 tys. osób, o 1,2 miliardach"),
        ("hi", "14.2 million", "142 लाख"),
        ("ja", "14.2 million", "1420万"),
        ("tr", "14.2 million, 1.2 billion", "14,2 milyonluk, 1,2 Mr"),
        ("sw", "14.2 million", "milioni 14.2"),  # the word is before the number
        ("xx", "14.2 million", "14,2 mln"),  # no language: the series has the error
        ("hi", "14.2 million, 3.2 billion", "14.2 मिलियन, 3200 मिलियन"),  # not in CLDR
    ],
)
def test_the_number_words_of_any_language(
    language: str, original: str, translation: str
) -> None:
    assert differences(original, translation, language) == []


@pytest.mark.parametrize(
    ("original", "translation"),
    [("14.2 million", "14,2 mld"), ("14.2 million", "15 mln"), ("41 of 61.2", "41 z 62,1")],
)
def test_another_number_in_any_language(original: str, translation: str) -> None:
    assert len(differences(original, translation, "pl")) == 1
