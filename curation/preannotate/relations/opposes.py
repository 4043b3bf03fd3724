"""opposes: one party fights, attacks, accuses or condemns another, a law or an event."""

from collections.abc import Iterator

from curation.documents.document import Relation
from curation.preannotate.grammar import stance
from curation.preannotate.parsed_article import ParsedArticle
from curation.preannotate.word_lists import word_set

LABEL = "opposes"

_VERBS = word_set("""oppose condemn criticize criticise accuse denounce blame attack invade bomb bombard
    shell sanction fight defeat slam boycott rebuke besiege overthrow oust kill
    resist blockade ambush assassinate raid confront reject""")
_VERBS_WITH_PREPOSITION = {
    "fight": ("against", "with"),
    "protest": ("against",),
    "object": ("to",),
    "battle": ("against", "with"),
    "retaliate": ("against",),
    "clash": ("with",),
    "fire": ("at", "on"),
    "campaign": ("against",),
}
_DEEDS = word_set("""attack offensive war strike airstrike assault raid rocket missile bombardment sanction
    invasion blockade aggression operation campaign fight opposition embargo""")


def opposes(article: ParsedArticle) -> Iterator[Relation]:
    """ "Israel condemned Hamas", "Georgian troops launched an offensive against Tskhinvali"."""
    yield from stance.relate_by_verb(article, LABEL, _VERBS)
    yield from stance.relate_by_preposition(article, LABEL, _VERBS_WITH_PREPOSITION)
    yield from stance.relate_by_noun(article, LABEL, _DEEDS, ("against", "on", "at", "to"))
    yield from stance.relate_by_noun(
        article, LABEL, frozenset(["invasion", "criticism"]), ("of",)
    )
