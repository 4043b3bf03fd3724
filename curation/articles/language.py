"""Which language a text is in, as far as its commonest words and its letters show it."""

import unicodedata
from collections import Counter

from curation.documents.word_count import split_words

# Words that are common in a language; some are common in others as well.
_COMMON_WORDS = {
    "cs": "že jsem jako jeho který také podle jsou bylo nebo před kteří však až",
    "da": "og ikke af fra som til blev også efter har hvor eller været mod",
    "de": "und der die das nicht mit dem den ist auch sich auf eine wird nach",
    "en": "the and of to was is that with by said from at which his were",
    "es": "el los las una por con del que para fue como más según pero su",
    "fi": "ja että oli mutta hän myös joka ovat mukaan kun sekä ollut vuoden",
    "fr": "le les des et une dans pour qui est du sur au pas avec ont",
    "hu": "hogy az egy és nem volt mint csak azt meg szerint amely lehet",
    "it": "il che di della gli per una non nel sono con del alla più anche",
    "nl": "het een van en dat niet zijn met voor door ook naar werd deze bij",
    "no": "og ikke av fra som til ble også etter har hvor eller vært mot",
    "pl": "nie się jest że na do jak przez tym oraz który są został po dla",
    "pt": "os não uma com para dos da em que por foi mais como ao segundo",
    "ro": "și este care pentru din au cu mai fost prin sunt lui această nu",
    "sv": "och inte av från som till blev också efter har att eller mot för",
    "tr": "ve bir bu için ile olarak daha çok olan gibi sonra kadar ancak",
}
_WORDS = {code: frozenset(words.split()) for code, words in _COMMON_WORDS.items()}

# What else a language is called where an article says its own.
_OTHER_NAMES = {
    "cs": "ces cze czech",
    "da": "dan danish",
    "de": "deu ger german",
    "en": "eng english",
    "es": "spa spanish",
    "fi": "fin finnish",
    "fr": "fra fre french",
    "hu": "hun hungarian",
    "it": "ita italian",
    "nl": "nld dut dutch",
    "no": "nb nn nor nob nno norwegian",
    "pl": "pol polish",
    "pt": "por portuguese",
    "ro": "ron rum romanian",
    "sv": "swe swedish",
    "tr": "tur turkish",
}
_CODES = {name: code for code, names in _OTHER_NAMES.items() for name in names.split()}
_EVERY_LANGUAGE = "xx"  # spaCy's code

_LOOKED_AT = 2_000  # characters
_FEWEST_WORDS = 20
_FEWEST_COMMON = 3
_LEAST_SHARE = 0.08  # of the words, those that are common in the language
_CLEARLY_MORE = 1.5  # times as many as common words of the language that is expected


def other_language(text: str, said: str, expected: str) -> str:
    """
    The language of a text, where that isn't the *expected* one; empty where it is, or where nobody can tell.

    What the article has *said* of itself counts, such as ``en-GB``; without, its letters and commonest words.
    """
    if expected in ("", _EVERY_LANGUAGE):
        return ""
    code = _code(expected)
    if said:
        return said if _code(said) != code else ""
    found = guess_language(text, code)
    return "" if found == code or (code not in _WORDS and found not in _WORDS) else found


def _code(name: str) -> str:
    name = name.replace("_", "-").split("-")[0].strip().lower()
    return _CODES.get(name, name)


def guess_language(text: str, expected: str) -> str:
    """
    The code of the language, or the name of the letters where they are no Latin ones; empty where unsure.

    Languages that are much alike, such as Danish and Norwegian, pass for the *expected* one.
    """
    beginning = text[:_LOOKED_AT]
    # Text in Latin letters is mostly ASCII, in whatever language.
    if 2 * len(beginning.encode("ascii", "ignore")) <= len(beginning):
        return _script([c for c in beginning if c.isalpha()])
    words = split_words(beginning)
    if len(words) < _FEWEST_WORDS:
        return ""
    times = Counter(words)
    counts = {code: sum(times[word] for word in known) for code, known in _WORDS.items()}
    code = max(counts, key=lambda one: (counts[one], one == expected))
    distinct = len(times.keys() & _WORDS[code])
    is_clear = code == expected or counts[code] >= _CLEARLY_MORE * max(
        counts.get(expected, 0), 1
    )
    is_common = counts[code] >= _LEAST_SHARE * len(words) and distinct >= _FEWEST_COMMON
    return code if is_clear and is_common else ""


def _script(letters: list[str]) -> str:
    """What Unicode calls most of the letters; empty where they are few, Latin, or of no one script."""
    if len(letters) < 2 * _FEWEST_WORDS:
        return ""
    names = Counter(unicodedata.name(c, "?").split()[0].title() for c in letters)
    script, count = names.most_common(1)[0]
    return f"{script} letters" if script != "Latin" and count > len(letters) / 2 else ""
