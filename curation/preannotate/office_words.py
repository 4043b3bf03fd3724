"""The words of offices and ranks."""

from curation.preannotate.word_lists import word_set

# Offices whose holder acts in the news without being named: "the president said".
PUBLIC_OFFICES = word_set(
    """president premier minister chancellor governor mayor ambassador envoy secretary
    undersecretary speaker spokesman spokeswoman spokesperson king queen emperor emir
    pope monarch"""
)
# Offices only beside a person's name; common nouns elsewhere.
OFFICES_BESIDE_NAMES = word_set(
    """chairman chairwoman chairperson chair director ceo commissioner commander prosecutor
    consul senator congressman congresswoman representative mp mep judge justice chief
    negotiator administrator treasurer coordinator rapporteur executive leader prince princess
    bishop archbishop cardinal ayatollah imam rabbi patriarch archimandrite"""
)
RANKS = word_set(
    """general colonel major captain lieutenant sergeant corporal admiral brigadier marshal
    commodore gen. col. maj. capt. lt. sgt. adm. brig. cpl. sen. rep. gov. pres. amb."""
)
# Ranks without their full stop, which the model's tokenizer makes a token of its own.
SHORT_RANKS = frozenset(rank[:-1] for rank in RANKS if rank.endswith("."))
SPOKESPEOPLE = word_set("spokesman spokeswoman spokesperson")

# Offices only after one of these words.
NEEDED_BEFORE = {"leader": word_set("supreme opposition majority minority party")}

DEPARTMENTS = word_set(
    """defense defence foreign interior finance justice economy economic energy oil health
    education information trade labor labour transport transportation culture agriculture
    environment tourism petroleum intelligence security home treasury industry communications
    commerce housing"""
)
OFFICE_MODIFIERS = DEPARTMENTS | word_set(
    """prime vice deputy first second assistant chief press attorney lieutenant major brigadier
    rear air field supreme opposition majority minority party executive managing crown military
    army navy police secretary general governor permanent special lt. maj. brig. rear cabinet
    district national grand"""
)
# "Secretary of State for Defence", "Minister of Foreign Affairs", "Chief of Staff"
OFFICE_AFTER_OF = DEPARTMENTS | word_set("state staff war affairs")
# "Secretary General", "Governor General"
OFFICE_BEFORE_GENERAL = word_set("secretary attorney governor director consul solicitor")


def singular_office(word: str) -> str:
    """The word in lower case; of an office in the plural, the singular."""
    word = word.lower()
    if word.endswith("men"):
        return word[:-3] + "man"
    known = PUBLIC_OFFICES | OFFICES_BESIDE_NAMES | RANKS
    return word[:-1] if word.endswith("s") and word[:-1] in known else word
