"""The words of offices and ranks."""

from curation.preannotate.word_lists import word_set

# Offices whose holder acts in the news without being named: "the president said".
PUBLIC_OFFICES = word_set(
    """president premier minister chancellor governor mayor ambassador envoy secretary
    undersecretary speaker spokesman spokeswoman spokesperson king queen emperor emir
    pope monarch sultan ruler head chairman chairwoman chairperson judge prosecutor mp mps mep senator
    congressman congresswoman commissioner commander chief leader general colonel sheriff
    archbishop ceo pm coroner ombudsman magistrate professor"""
)
# Offices only beside a person's name; common nouns elsewhere.
OFFICES_BESIDE_NAMES = word_set(
    """chair director consul representative justice negotiator administrator treasurer
    coordinator rapporteur executive prince princess bishop cardinal ayatollah imam rabbi
    patriarch archimandrite advisor adviser councillor councilman alderman
    inspector superintendent lord duke duchess sheikh rector dean provost reverend pastor
    assemblyman assemblywoman solicitor lawmaker constable baroness baron editor manager coach
    detective curator whip trooper private airman seaman specialist chaplain viscount earl
    officer scientist economist engineer counsel investigator governor-general attorney vice-chancellor ministerpresident taoiseach"""
)
RANKS = word_set(
    """general colonel major captain lieutenant sergeant corporal admiral brigadier marshal
    commodore gen. col. maj. capt. lt. sgt. adm. brig. cpl. sen. rep. gov. pres. amb. cmdr.
    prof. rev. det. insp. supt. cllr. vice-president vice-chairman vice-admiral"""
)
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
    military commission committee board council union faction wing human rights nuclear
    shadow operating financial medical technology commanding information principal lead staff lance squadron flight petty master officer non-executive prosecutor attorney director consul solicitor surgeon"""
)
# Common nouns for a body before its office, in small letters: "a ministry spokesman".
BODY_NOUNS = word_set(
    """ministry government company party team university hospital airline embassy church agency
    department palace campaign group city town village county election elections airport school
    club commission committee council parliament court union organization organisation
    administration office bureau service force coast guard fire"""
)
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
