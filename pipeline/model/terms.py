"""The terms of an organization in its languages (`content/terms.yaml`)."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Annotated

from pydantic import BeforeValidator

from pipeline.model.fields import LanguageCode, NonEmpty, Strict, Text, one_or_more
from pipeline.model.scripts import script_of

# The correct forms of a term in one language, the preferred form first. "*" stands for the
# rest of a word: "организаци*" matches each grammatical case.
Forms = Annotated[NonEmpty[Text], BeforeValidator(one_or_more)]


class Terms(Strict):
    """All terms, in the order of the file."""

    terms: NonEmpty[dict[LanguageCode, Forms]]

    def matching(self, language: str, text: str) -> Iterator[dict[LanguageCode, Forms]]:
        """Yield the terms in a text; of two that overlap, the longer one."""
        forms = [(form, term) for term in self.terms for form in term.get(language, ())]
        found_terms: list[dict[LanguageCode, Forms]] = []
        for form, term in sorted(forms, key=lambda form_and_term: -len(form_and_term[0])):
            remaining = form_pattern(form, language).sub("\0", text)
            found_terms += [term] if remaining != text and term not in found_terms else []
            text = remaining
        yield from (term for term in self.terms if term in found_terms)


@cache
def form_pattern(form: str, language: str) -> "re.Pattern[str]":
    """Compile a form, so that it matches whole words.

    Only a form in capitals is case-sensitive. In Arabic and Chinese a form may be a part of
    a word: Arabic joins some words to the next one, and Chinese has no spaces.
    """
    parts = map(re.escape, form.split("*"))
    pattern = r"\w*".join(parts).replace("\\ ", r"[\s\u00a0\u202f]+")
    pattern = re.sub("['’]", "['’]", pattern)
    if script_of(language).unicode not in ("ARABIC", "CJK"):
        pattern = rf"(?<!\w){pattern}(?!\w)"
    return re.compile(pattern, 0 if form.isupper() else re.IGNORECASE)
