"""The words of offices and ranks."""

from curation.preannotate.word_lists import listed_words, word_set

# Offices whose holder acts in the news without being named: "the president said".
PUBLIC_OFFICES = listed_words("public_offices")
# Offices only beside a person's name; common nouns elsewhere.
OFFICES_BESIDE_NAMES = listed_words("offices_beside_names")
RANKS = listed_words("ranks")
OFFICES = PUBLIC_OFFICES | OFFICES_BESIDE_NAMES | RANKS
# By birth or ordination; beside an office they are a second title.
HONOURS = word_set(
    "king queen prince princess emir sultan sheikh ayatollah imam pope archbishop bishop"
)
SPOKESPEOPLE = word_set("spokesman spokeswoman spokesperson")

# Offices only after one of these words.
NEEDED_BEFORE = {
    "head": word_set("deputy department acting"),
    "officer": word_set(
        "executive operating financial medical technology commanding information press chief"
    ),
    "scientist": word_set("chief"),
    "economist": word_set("chief"),
    "engineer": word_set("chief"),
    "counsel": word_set("general legal"),
    "investigator": word_set("principal chief lead"),
    "leader": word_set(
        """supreme opposition majority minority party rebel spiritual religious tribal union
        coalition parliamentary military deputy congressional separatist guerrilla militia
        squadron senate house"""
    ),
}

DEPARTMENTS = listed_words("departments")
OFFICE_MODIFIERS = DEPARTMENTS | listed_words("office_modifiers")
# Common nouns for a body before its office, in small letters: "a ministry spokesman".
BODY_NOUNS = listed_words("body_nouns")
# "Secretary of State for Defence", "Minister of Foreign Affairs", "Chief of Staff"
OFFICE_AFTER_OF = DEPARTMENTS | word_set("state staff war affairs")
# Offices whose field may stand before them, whatever it is: "foreign-policy advisor".
WITH_FIELD = word_set("adviser advisor director manager editor coach coordinator")
# Offices whose department may stand behind them, whatever it is: "Minister for Women and Equality".
WITH_DEPARTMENT = word_set("minister secretary undersecretary chancellor commissioner")
# "Secretary General", "Governor General"
OFFICE_BEFORE_GENERAL = word_set(
    "secretary attorney governor director consul solicitor prosecutor surgeon postmaster"
)


def singular_office(word: str) -> str:
    """The word in lower case; of an office in the plural, the singular."""
    word = word.lower()
    if word.endswith("men"):
        return word[:-3] + "man"
    return word[:-1] if word.endswith("s") and word[:-1] in OFFICES else word
