"""The words of offices and ranks."""

from curation.preannotate.word_lists import word_set

# Offices whose holder acts in the news without being named: "the president said".
PUBLIC_OFFICES = word_set(
    """president premier minister chancellor governor mayor ambassador envoy secretary
    undersecretary speaker spokesman spokeswoman spokesperson king queen emperor emir
    pope monarch sultan ruler chairman chairwoman chairperson judge prosecutor mp mps mep senator
    congressman congresswoman commissioner commander chief leader general colonel sheriff
    archbishop ceo pm coroner ombudsman magistrate"""
)
# Offices only beside a person's name; common nouns elsewhere.
OFFICES_BESIDE_NAMES = word_set(
    """chair director consul representative justice negotiator administrator treasurer
    coordinator rapporteur executive prince princess bishop cardinal ayatollah imam rabbi
    patriarch archimandrite advisor adviser professor elder councillor councilman alderman
    inspector superintendent lord duke duchess sheikh rector dean provost reverend pastor
    assemblyman assemblywoman solicitor lawmaker constable baroness baron"""
)
RANKS = word_set(
    """general colonel major captain lieutenant sergeant corporal admiral brigadier marshal
    commodore gen. col. maj. capt. lt. sgt. adm. brig. cpl. sen. rep. gov. pres. amb. cmdr.
    prof. rev. det. insp. supt. cllr. vice-president vice-chairman vice-admiral"""
)
# Ranks without their full stop, which the model's tokenizer makes a token of its own.
SHORT_RANKS = frozenset(rank[:-1] for rank in RANKS if rank.endswith("."))
OFFICES = PUBLIC_OFFICES | OFFICES_BESIDE_NAMES | RANKS
SPOKESPEOPLE = word_set("spokesman spokeswoman spokesperson")

# Offices only after one of these words.
NEEDED_BEFORE = {
    "leader": word_set(
        """supreme opposition majority minority party rebel spiritual religious tribal union
        coalition parliamentary military deputy congressional separatist guerrilla militia"""
    ),
    "elder": word_set("tribal village"),
}

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
    district national grand federal provincial regional state joint
    associate honorary foreign-policy policy tribal rebel religious spiritual parliamentary
    military commission committee board council union faction wing human rights nuclear prosecutor attorney director consul solicitor surgeon"""
)
# "Secretary of State for Defence", "Minister of Foreign Affairs", "Chief of Staff"
OFFICE_AFTER_OF = DEPARTMENTS | word_set("state staff war affairs")
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
