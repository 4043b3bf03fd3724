"""The words that offices and ranks are made of."""

from curation.preannotate.word_lists import words

# Offices whose holder acts in the news without being named: "the president said".
PUBLIC = words(
    """president premier minister chancellor governor mayor ambassador envoy secretary
    undersecretary speaker spokesman spokeswoman spokesperson king queen emperor emir
    pope monarch"""
)
# These are told from common nouns only by the person that they stand beside.
BESIDE = words(
    """chairman chairwoman chairperson chair director ceo commissioner commander prosecutor
    consul senator congressman congresswoman representative mp mep judge justice chief
    negotiator administrator treasurer coordinator rapporteur executive leader prince princess
    bishop archbishop cardinal ayatollah imam rabbi patriarch archimandrite"""
)
RANKS = words(
    """general colonel major captain lieutenant sergeant corporal admiral brigadier marshal
    commodore gen. col. maj. capt. lt. sgt. adm. brig. cpl. sen. rep. gov. pres. amb."""
)
# The model's tokenizer cuts some of these off from their full stop.
SHORT = frozenset(rank[:-1] for rank in RANKS if rank.endswith("."))
SPEAKERS = words("spokesman spokeswoman spokesperson")

# Nothing but a role in the sentence unless one of these stands before it.
SORTED = {"leader": words("supreme opposition majority minority party")}

DEPARTMENTS = words(
    """defense defence foreign interior finance justice economy economic energy oil health
    education information trade labor labour transport transportation culture agriculture
    environment tourism petroleum intelligence security home treasury industry communications
    commerce housing"""
)
MODIFIERS = DEPARTMENTS | words(
    """prime vice deputy first second assistant chief press attorney lieutenant major brigadier
    rear air field supreme opposition majority minority party executive managing crown military
    army navy police secretary general governor permanent special lt. maj. brig. rear cabinet
    district national grand"""
)
# "Secretary of State for Defence", "Minister of Foreign Affairs", "Chief of Staff"
AFTER_OF = DEPARTMENTS | words("state staff war affairs")
# "Secretary General", "Governor General"
BEFORE_GENERAL = words("secretary attorney governor director consul solicitor")


def singular(word: str) -> str:
    """The word in lower case, its plural taken off where that gives an office."""
    word = word.lower()
    if word.endswith("men"):
        return word[:-3] + "man"
    known = PUBLIC | BESIDE | RANKS
    return word[:-1] if word.endswith("s") and word[:-1] in known else word
