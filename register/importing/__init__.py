"""Import of concerns: a file is read, its columns and words are recognised, a preview tells what would happen, then it is written."""

from __future__ import annotations

from register.importing.columns import FIELDS, Proposal, make_of, propose
from register.importing.plan import Plan, Remembered, proposed, remember, remembered, with_words, words
from register.importing.preview import Change, Preview, preview
from register.importing.reading import Source, UnreadableFile, read
from register.importing.writing import Choice, NothingToImport, commit

__all__ = [
    "FIELDS", "Change", "Choice", "NothingToImport", "Plan", "Preview", "Proposal", "Remembered", "Source", "UnreadableFile",
    "commit", "make_of", "preview", "propose", "proposed", "read", "remember", "remembered", "with_words", "words",
]  # fmt: skip
