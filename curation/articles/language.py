"""Which language a text is in, as far as its commonest words and its letters show it."""

import unicodedata
from collections import Counter

from curation.documents.word_count import split_words

# The language of the model that curate preannotate runs unless --model names another.
BASELINE_LANGUAGE = "en"

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

_LOOKED_AT = 5_000  # characters
_FEWEST_WORDS = 20
_FEWEST_COMMON = 3
_LEAST_SHARE = 0.08  # of the words, those that are common in the language
_CLEARLY_MORE = 1.5  # times as many as common words of English


def guess_language(text: str) -> str:
    """
    The code of the language, or the name of the letters where they are no Latin ones; empty where unsure.

    Danish and Norwegian, say, aren't told apart.
    """
    beginning = text[:_LOOKED_AT]
    letters = Counter(
        unicodedata.name(c, "?").split()[0].title() for c in beginning if c.isalpha()
    )
    if sum(letters.values()) < 2 * _FEWEST_WORDS:
        return ""
    script, count = letters.most_common(1)[0]
    if script != "Latin":
        return f"{script} letters" if count > sum(letters.values()) / 2 else ""
    words = split_words(beginning)
    if len(words) < _FEWEST_WORDS:
        return ""
    counts = {code: sum(word in known for word in words) for code, known in _WORDS.items()}
    code = max(counts, key=lambda one: counts[one])
    english = max(counts[BASELINE_LANGUAGE], 1)
    distinct = len({*words} & _WORDS[code])
    is_clear = code == BASELINE_LANGUAGE or counts[code] >= _CLEARLY_MORE * english
    is_common = counts[code] >= _LEAST_SHARE * len(words) and distinct >= _FEWEST_COMMON
    return code if is_clear and is_common else ""


def is_in_language(said: str, language: str) -> bool:
    """Whether a language code as ``lang`` has it, such as ``en-GB``, is of this *language*."""
    return said.replace("_", "-").split("-")[0].lower() in (
        language,
        {"en": "eng"}.get(language),
    )
