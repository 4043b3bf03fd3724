"""opposes: one party fights, attacks, accuses or condemns another, a law or an event."""

from collections.abc import Iterator

from curation.documents.document import Relation
from curation.preannotate.grammar import stance
from curation.preannotate.parsed_article import Reading
from curation.preannotate.word_lists import words

LABEL = "opposes"

VERBS = words("""oppose condemn criticize criticise accuse denounce blame attack invade bomb bombard
    shell sanction fight defeat slam boycott rebuke besiege overthrow oust kill
    resist blockade ambush assassinate raid confront reject""")
WITH = {
    "fight": ("against", "with"),
    "protest": ("against",),
    "object": ("to",),
    "battle": ("against", "with"),
    "retaliate": ("against",),
    "clash": ("with",),
    "fire": ("at", "on"),
    "campaign": ("against",),
}
DEEDS = words("""attack offensive war strike airstrike assault raid rocket missile bombardment sanction
    invasion blockade aggression operation campaign fight opposition embargo""")


def opposes(reading: Reading) -> Iterator[Relation]:
    """ "Israel condemned Hamas", "Georgian troops launched an offensive against Tskhinvali"."""
    yield from stance.by_verb(reading, LABEL, VERBS)
    yield from stance.by_preposition(reading, LABEL, WITH)
    yield from stance.by_noun(reading, LABEL, DEEDS, ("against", "on", "at", "to"))
    yield from stance.by_noun(reading, LABEL, frozenset(["invasion", "criticism"]), ("of",))
