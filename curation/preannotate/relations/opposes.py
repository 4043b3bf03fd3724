"""opposes: one party fights, attacks, accuses or condemns another, a law or an event."""

from collections.abc import Iterator

from curation.documents.document import Relation
from curation.preannotate.grammar import stance
from curation.preannotate.grammar.clauses import (
    find_objects,
    find_subjects,
    is_passive,
    objects_of_prepositions,
)
from curation.preannotate.grammar.factual import is_factual, is_factual_noun
from curation.preannotate.grammar.parties import ACTOR_TYPES, find_all_parties
from curation.preannotate.parsed_article import ParsedArticle
from curation.preannotate.word_lists import listed_words, word_set

LABEL = "opposes"

# Whose forces one defeats; teams and candidates are defeated, too.
_DEFEATING = ("defeat", "rout", "beat", "crush")
_SEIZING = ("arrest", "detain", "capture", "extradite", "kill", "prosecute", "try", "question")

# What one does to somebody one is against.
_VERBS = listed_words("opposing_verbs")
_VERBS_WITH_PREPOSITION = {
    "fight": ("against", "with"),
    "protest": ("against",),
    "demonstrate": ("against",),
    "rally": ("against",),
    "vote": ("against",),
    "speak": ("against",),
    "lobby": ("against",),
    "rule": ("against",),
    "side": ("against",),
    "rebel": ("against",),
    "rise": ("against",),
    "wage": ("against",),
    "object": ("to",),
    "battle": ("against", "with"),
    "struggle": ("against",),
    "retaliate": ("against",),
    "clash": ("with",),
    "fire": ("at", "on", "into"),
    "shoot": ("at",),
    "campaign": ("against",),
    "complain": ("of", "about"),
    "lash": ("at",),
    "hit": ("at",),
    "crack": ("on",),
    "march": ("against",),
    "revolt": ("against",),
    "plot": ("against",),
    "conspire": ("against",),
    "move": ("against",),
    "act": ("against",),
    "turn": ("against",),
    "strike": ("at",),
    "blame": ("on",),
}
_DEEDS = listed_words("opposing_deeds")
# "their criticism of Israel", "the invasion of Iraq by the US"
# "demanded an apology from Norway", "issued a warrant for Ann Lee"
_STEPS = {
    "apology": ("demand", "from"),
    "warrant": ("issue", "for"),
    "ambassador": ("recall", "from"),
    "envoy": ("recall", "from"),
    "arms": ("take", "against"),
}
_DEEDS_OF = word_set("""invasion criticism condemnation bombing shelling occupation denunciation siege
    blockade arrest killing murder assassination overthrow bombardment conviction expulsion
    rejection""")
_MUTUAL = word_set("fighting clash battle war conflict fight skirmish firefight hostility")
_FOES = word_set("critic opponent enemy foe adversary")


def opposes(article: ParsedArticle) -> Iterator[Relation]:
    """ "Israel condemned Hamas", "Georgian troops launched an offensive against Tskhinvali"."""
    yield from stance.relate_by_verb(article, LABEL, _VERBS)
    yield from stance.relate_to_owned(article, LABEL, _DEFEATING)
    yield from stance.relate_by_preposition(article, LABEL, _VERBS_WITH_PREPOSITION)
    yield from stance.relate_by_noun(article, LABEL, _DEEDS, ("against", "on", "at", "to"))
    yield from stance.relate_by_noun(article, LABEL, _DEEDS_OF, ("of",))
    yield from stance.relate_by_holder(article, LABEL, _FOES)
    yield from _by_mutual_noun(article)
    yield from _by_step(article)
    yield from _by_wanting(article)


def _by_mutual_noun(article: ParsedArticle) -> Iterator[Relation]:
    """ "fighting between Georgian forces and separatists": from the first named to the second."""
    for noun in article.nouns(_MUTUAL, any_case=True):
        if not is_factual_noun(noun):
            continue
        sides = find_all_parties(
            article, list(objects_of_prepositions(noun, "between")), ACTOR_TYPES
        )
        if len(sides) == 2:
            yield Relation(sides[0].entity, sides[1].entity, LABEL)
        # "two French soldiers were killed in a battle with the Taliban"
        foes = list(objects_of_prepositions(noun, "with", "against"))
        verb = noun.head.head if noun.dep_ == "pobj" else noun.head
        if foes and noun.dep_ == "pobj" and verb.pos_ == "VERB" and is_passive(verb):
            yield from stance.relate_towards(article, LABEL, find_objects(verb), foes)


def _by_step(article: ParsedArticle) -> Iterator[Relation]:
    """ "Norway recalled its ambassador from Iran"."""
    for noun in article.nouns(_STEPS, any_case=True):
        verb = noun.head
        deed, preposition = _STEPS[noun.lemma_.lower()]
        if verb.lemma_ == deed and noun.dep_ == "dobj" and is_factual(verb):
            targets = [
                t for one in (noun, verb) for t in objects_of_prepositions(one, preposition)
            ]
            yield from stance.relate_towards(article, LABEL, find_subjects(verb), targets)


def _by_wanting(article: ParsedArticle) -> Iterator[Relation]:
    """ "Lugovoi is wanted by the British", "the British want to arrest Lugovoi"."""
    for verb in article.verbs(("want", *_SEIZING)):
        if verb.lemma_ == "want" and is_passive(verb):
            yield from stance.relate_towards(
                article, LABEL, find_subjects(verb), find_objects(verb)
            )
        elif verb.lemma_ != "want" and verb.dep_ == "xcomp" and verb.head.lemma_ == "want":
            yield from stance.relate_towards(
                article, LABEL, find_subjects(verb.head), find_objects(verb)
            )
