"""
In which encoding a text that isn't UTF-8 may be written.

An encoding is named only where the text that it gives is the only plausible one, so that the command
beside the name never changes a letter: of two that fit, neither is named.
"""

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import partial
from itertools import pairwise

_CONVERT = "convert it: iconv -f {} -t UTF-8"

# Marks that say in which order the bytes stand; that of UTF-32 begins as that of UTF-16 does.
_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_UNMARKED = ("UTF-32LE", "UTF-32BE", "UTF-16LE", "UTF-16BE")
_FEWEST_CHARACTERS = 4
_MOST_SCRIPTS = 2
# The scripts that Chinese and Japanese are written in.
_JAPANESE = {"CJK", "HIRAGANA", "KATAKANA"}

# How UTF-16 without a mark begins, where its letters are plain ones.
_HALF = re.compile(rb"(?:[\t-~]\0){4}|(?:\0[\t-~]){4}")

BINARY = "binary data, not text"
# What no text holds.
_BINARY = re.compile(rb"[\0-\x08\x0e-\x1a\x1c-\x1f]")

# A character of several bytes, as UTF-8 writes it.
_UTF8_CHARACTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")  # fmt: skip
# How a letter of Latin script, a mark such as a dash, or a picture begins in UTF-8.
_COMMON_BEGINNINGS = b"\xc2\xc3\xc4\xc5\xe2\xf0"

# The name that iconv has for an encoding, and Python's. The others are only rivals: where one of
# them fits, no encoding is named, since texts that they fit are rare.
_NAMED = {
    "WINDOWS-1252": "cp1252",
    "WINDOWS-1250": "cp1250",
    "WINDOWS-1251": "cp1251",
    "WINDOWS-1253": "cp1253",
    "WINDOWS-1254": "cp1254",
    "WINDOWS-1255": "cp1255",
    "WINDOWS-1256": "cp1256",
    "WINDOWS-1257": "cp1257",
    "ISO-8859-2": "iso8859_2",
    "ISO-8859-5": "iso8859_5",
    "ISO-8859-7": "iso8859_7",
    "ISO-8859-15": "iso8859_15",
    "KOI8-R": "koi8_r",
    "KOI8-U": "koi8_u",
    "TIS-620": "tis_620",
    "CP932": "cp932",
    "EUC-JP": "euc_jp",
    "GB18030": "gb18030",
    "BIG5": "big5",
    "EUC-KR": "euc_kr",
}
_RIVALS = (
    "mac_roman", "mac_cyrillic", "mac_turkish", "mac_greek", "cp437", "cp850", "cp852", "cp857",
    "cp866", "iso8859_4", "iso8859_6", "iso8859_10", "iso8859_13", "iso8859_16",
)  # fmt: skip

# The letters beyond ASCII of languages in Latin script, and frequent words of theirs in ASCII, which
# every encoding leaves as they are. A text in English borrows from its western neighbours.
_LANGUAGES = tuple(
    (frozenset(letters), frozenset(words.split()))
    for letters, words in (
        (
            "àâäáãåæçèéêëìíîïñòóôöõøœùúûüÿß",
            "the of and to in is it as are be he his has was for with that on at by from said "
            "le la de et les des un une du en dans est il que au "
            "der die das und ist nicht ein eine mit von den dem zu im auf "
            "el los las y es con por para una se del no "
            "o os da do em um uma não ao com "
            "il di che non si per sono gli alla della "
            "het een van zijn niet op te voor "
            "och att det som av og ikke til har ja on ei se",
        ),
        ("áðéíóúýþæö", "og er sem um til en var ekki hann hefur frá"),  # Icelandic
        ("çğıİöşüâîû", "bir ve bu da de ile ne o olan kadar daha olarak"),  # Turkish
        ("ąćęłńóśźż", "w i na z do nie to jest o od przez po jak dla"),  # Polish
        ("áčďéěíňóřšťúůýž", "a v na se je s z do to by ale od po pro ve"),  # Czech
        ("áäčďéíĺľňóôŕšťúýž", "a v na sa je s z do to by ale od po pre vo ako"),  # Slovak
        ("áéíóöőúüű", "a az egy hogy nem is meg ez volt csak de"),  # Hungarian
        ("ăâîșțşţ", "de la cu pe un o nu din care sau este pentru"),  # Romanian
        ("čćđšž", "je i u na se da za su od s ne ali in ki z pa"),  # Croatian, Slovene
        ("āčēģīķļņšūž", "un ir no ar par uz kas bet gan"),  # Latvian
        ("ąčęėįšųūž", "ir su tai kad yra buvo iki bet per"),  # Lithuanian
        ("äõöšüž", "ja on ei oli et ta see kui ning ka"),  # Estonian
    )
)
_FEWEST_HITS = 2
_WORD = re.compile(r"[^\W\d_]+")
_FOUR_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]{4}")
_ODD_APOSTROPHE = re.compile(
    r"(?<=[^\W\d_]{2})(?<!\b[Qq]u)’(?=\w)(?!(?:s|t|d|m|re|ll|ve)\b)", re.IGNORECASE
)
# A letter beyond ASCII before a figure, or a sign that belongs onto a letter and has none.
_MISPLACED_LETTER = re.compile(
    r"[\xc0-\u024f]\d|(?:\s|\A)[\u0300-\u036f\u0591-\u05c7\u064b-\u0652]"
)
_ASCII = frozenset(map(chr, range(128)))
_LONGEST_SAMPLE = 10_000
_FEWEST_COHERENCE = 0.5
_CLEAR = 0.2
_MOST_LETTERS_BEYOND_ASCII = 0.4
_SHORTEST_WORD = 3
# Marks beside or inside words as people write them; a wrong encoding puts them elsewhere.
_MARK = re.compile(
    r"""(?<![^\s(\[«„“‘"'—–-])[“‘„‚¿¡](?=[\w"'«(“‘„¿¡])      # opening
    | (?<=[\w.,!?…)%"'’”])[”’“](?=[\s.,;:!?)\]"'»’”—–-]|\Z) # closing
    | (?<=\w)’(?=\w) | (?<!\S)’(?=\w)
    | (?<!\S)[–—•·](?!\S) | (?<=\w)—(?=\w) | (?<=\d)[–­](?=\d) | (?<![^\W\d_])[–](?=\d)
    | (?<=[\w\s.”"’])…(?!\w) | (?<!\w)…(?=\w)
    | (?<!\S)«\s?(?=\w) | (?<=[\w.,!?…\s])»(?!\w)
    | (?<![^\W\d_])[€£¥§©](?=\s?\d) | (?<=\d)\s?[€£¢°%‰](?![^\W\d_]{3}) | (?<=\w)[®™](?!\w)
    | (?<=\d)°(?=\s?[CF]\b) | (?<=\d)[½¼¾²³](?!\w) | (?<!\w)[½¼¾№] | (?<=[\W\d])\xa0 | \xa0(?=[\W\d]) | (?<=\w)\xa0(?=\w)
    """,
    re.VERBOSE,
)


def decode_utf8(raw: bytes) -> str:
    """The text of a whole file in UTF-8; ValueError with what the file is instead."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise ValueError(describe_encoding(raw)) from None
    if b"\0" in raw and (what := _describe_wide(raw)):
        raise ValueError(what)
    return text


def describe_encoding(raw: bytes) -> str:
    """
    What a file that isn't UTF-8 text, and holds the bytes *raw*, is instead; empty where it may be.

    A command to convert the file is given only where it gives back the text.
    """
    if what := _describe_wide(raw):
        return what
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        if _BINARY.search(raw):
            return BINARY
        byte = describe_byte(error)
        if _is_cut(raw, error):
            return f"UTF-8, cut off inside the last character: {byte}; get the whole file"
        if _is_utf8_elsewhere(raw):
            return f"not UTF-8: {byte}, in a file that is UTF-8 elsewhere"
        return " ".join(filter(None, (f"not UTF-8: {byte};", how_to_convert(raw)))).rstrip(";")
    return BINARY if _BINARY.search(raw[:16]) else ""


def describe_byte(error: UnicodeDecodeError) -> str:
    """The byte that isn't UTF-8, and where: ``byte 0xe9 at position 3``."""
    return f"byte 0x{error.object[error.start]:02x} at position {error.start}"


def name_by_beginning(beginning: bytes) -> str:
    """What a file with this *beginning* is that isn't UTF-8 text; empty where it may be."""
    for mark, name in _MARKS:
        if beginning.startswith(mark):
            return f"{name}, not UTF-8"
    if half := _HALF.match(beginning):
        return f"UTF-16{'LE' if half[0][1] == 0 else 'BE'}, as it seems, not UTF-8"
    return BINARY if _BINARY.search(beginning[:16]) else ""


def how_to_convert(raw: bytes) -> str:
    """The command that makes UTF-8 of a file in a single-byte or East Asian encoding; empty where none is sure."""
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        if not (_BINARY.search(raw) or _is_cut(raw, error) or _is_utf8_elsewhere(raw)):
            name = _name_encoding(raw)
            return _CONVERT.format(name) if name else ""
    return ""


def _is_cut(raw: bytes, error: UnicodeDecodeError) -> bool:
    """Whether the text is UTF-8 but for its last character, as *error* says, which isn't whole."""
    is_at_end = error.reason == "unexpected end of data"
    is_sure = bool(_UTF8_CHARACTER.search(raw)) or len(raw) > error.start + 1
    return is_at_end and (is_sure or raw[error.start] in _COMMON_BEGINNINGS)


def _is_utf8_elsewhere(raw: bytes) -> bool:
    """Whether so much is UTF-8 that it isn't so by chance, as a pair of letters in another encoding may be."""
    characters = len(_UTF8_CHARACTER.findall(raw))
    others = sum(byte >= 0x80 for byte in _UTF8_CHARACTER.sub(b"", raw))
    return 4 * characters >= others


def _describe_wide(raw: bytes) -> str:
    """UTF-16 or UTF-32 in words, by their mark or by what they give; empty where it is neither."""
    for mark, name in _MARKS:
        if raw.startswith(mark):
            if _decoded(raw, name) is not None:
                return f"{name}, not UTF-8; {_CONVERT.format(name)}"
            if name == "UTF-16" or len(raw) % 4:
                return f"{name}, not UTF-8, and not whole; get the whole file"
    fitting = [name for name in _UNMARKED if _is_plain_text(_decoded(raw, name))]
    if len(fitting) == 1:
        return f"{fitting[0]}, as it seems, not UTF-8; {_CONVERT.format(fitting[0])}"
    return ""


def _decoded(raw: bytes, encoding: str) -> str | None:
    """The text of which *raw* is the only spelling in this encoding; None where there is none."""
    try:
        text = raw.decode(encoding)
        is_only = encoding in ("UTF-16", "UTF-32") or text.encode(encoding) == raw
    except UnicodeError:
        return None
    return text if is_only else None


def _is_plain_text(text: str | None) -> bool:
    """Whether the characters are as texts have them: some in ASCII, letters of one or two scripts, none unassigned."""
    if text is None or len(text) < _FEWEST_CHARACTERS:
        return False
    scripts = {_script(character) for character in set(text) if character.isalpha()}
    return (
        len(scripts - _JAPANESE) <= _MOST_SCRIPTS
        and any(character.isascii() for character in text)
        and not any(
            unicodedata.category(character) in ("Cc", "Cn", "Co", "Cs")
            and character not in "\t\n\r\f"
            for character in set(text)
        )
    )


def _name_encoding(raw: bytes) -> str:
    """The one encoding in which *raw* is a text, as iconv calls it; empty where none or several texts fit."""
    begin, end = _sample(raw)
    names: dict[
        str, str
    ] = {}  # "ignore": without blanks, the sample may end inside a character
    rivals: set[str] = set()
    for name, codec in _NAMED.items():
        if _decoded(raw, codec) is not None:
            text = raw[begin:end].decode(codec, "ignore")
            names.setdefault(text, name)
    for codec in _RIVALS:
        if _decoded(raw, codec) is not None:
            rivals.add(raw[begin:end].decode(codec, "ignore"))
    texts = {text for text in {*names, *rivals} if _is_plausible(text)}
    for choose in (
        _with_marks_alone,
        _in_language_of_its_words,
        partial(_most_coherent, raw[begin:end]),
    ):
        if len(texts) > 1:
            texts = choose(texts)
    return names.get(next(iter(texts)), "") if len(texts) == 1 else ""


def _sample(raw: bytes) -> tuple[int, int]:
    """Where a part of *raw* begins and ends that is enough to judge by: between blanks, around the first byte beyond ASCII."""
    first = next(n for n, byte in enumerate(raw) if byte >= 0x80)
    earliest = max(0, first - _LONGEST_SAMPLE)
    begin = max(earliest, raw.rfind(b" ", earliest, first) + 1)
    end = raw.find(b" ", first + _LONGEST_SAMPLE, first + 2 * _LONGEST_SAMPLE)
    return begin, end if end >= 0 else first + 2 * _LONGEST_SAMPLE


def _with_marks_alone(texts: set[str]) -> set[str]:
    """The text that has only quotes and dashes beyond ASCII, as English has them; all where there is none."""
    return {
        text
        for text in texts
        if {*text} - _ASCII <= {*"“”‘’–—"} and not _ODD_APOSTROPHE.search(text)
    } or texts


def _most_coherent(raw: bytes, texts: set[str]) -> set[str]:
    """The text that reads most like a language, by the frequency of its letters; all where none stands out."""
    from charset_normalizer import from_bytes

    found = [(match.coherence, str(match)) for match in from_bytes(raw)]
    ranked = sorted((one for one in found if one[1] in texts), reverse=True)
    if not ranked or ranked[0][0] < _FEWEST_COHERENCE:
        return texts
    (first, text), *others = ranked
    return texts if any(first - other < _CLEAR for other, _ in others) else {text}


def _in_language_of_its_words(texts: set[str]) -> set[str]:
    """Those of the *texts* whose letters are of the language that their words in ASCII are of; all where no language is clear."""
    words = Counter(word.lower() for word in _WORD.findall(min(texts)) if word.isascii())
    hits = [sum(words[word] for word in known) for _, known in _LANGUAGES]
    first, second = sorted(hits, reverse=True)[:2]
    if first < _FEWEST_HITS or first < 2 * second:
        return texts
    letters, _ = _LANGUAGES[hits.index(first)]
    return {text for text in texts if _letters(text) <= letters} or texts


def _letters(text: str) -> set[str]:
    """The letters beyond ASCII, in lower case."""
    found = {
        character for character in set(text) if not character.isascii() and character.isalpha()
    }
    return {
        character if len(character.lower()) > 1 else character.lower() for character in found
    }


def _is_plausible(text: str) -> bool:
    """Whether all that stands beyond ASCII is where people write it."""
    others = {character for character in set(text) if not character.isascii()}
    if any(unicodedata.category(character)[0] == "C" for character in others - {"\xad"}):
        return False
    scripts = {_script(one) for one in others if one.isalpha() or unicodedata.combining(one)}
    if _MISPLACED_LETTER.search(text):
        return False
    rest = set(_MARK.sub(" ", text)) & others
    if any(
        not (one.isalpha() or unicodedata.combining(one) or _is_east_asian_mark(one))
        for one in rest
    ):
        return False
    words = {word for word in _WORD.findall(text) if not word.isascii()}
    if any(a.islower() and b.isupper() for word in words for a, b in pairwise(word)):
        return False
    if not scripts or scripts == {"LATIN"}:
        return not scripts or _is_latin(text, words)
    return _is_of_other_script(scripts, words)


def _is_latin(text: str, words: Iterable[str]) -> bool:
    letters = _letters(text)
    number = sum(map(str.isalpha, text))
    others = sum(character.isalpha() and not character.isascii() for character in text)
    return (
        any(letters <= alphabet for alphabet, _ in _LANGUAGES)
        and others <= _MOST_LETTERS_BEYOND_ASCII * number
        and not any(_FOUR_BEYOND_ASCII.search(word) for word in words)
    )


def _is_of_other_script(scripts: set[str], words: Iterable[str]) -> bool:
    """Whether each word is in one script, and one word at least is longer than a chance would make it."""
    is_japanese = scripts <= _JAPANESE
    if len(scripts) > 1 and not is_japanese:
        return False
    return all(
        {_script(character) for character in word} <= (_JAPANESE if is_japanese else scripts)
        for word in words
    ) and any(len(word) >= _SHORTEST_WORD for word in words)


def _script(letter: str) -> str:
    """As its name says: ``LATIN``, ``CJK``."""
    return unicodedata.name(letter, "").partition(" ")[0].partition("-")[0]


def _is_east_asian_mark(character: str) -> bool:
    """Whether the character is a mark in Chinese, Japanese or Korean text."""
    return (
        unicodedata.east_asian_width(character) in ("W", "F")
        and unicodedata.category(character)[0] in "PZ"
    )
