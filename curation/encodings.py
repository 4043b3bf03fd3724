"""
In which encoding a text that isn't UTF-8 may be written.

An encoding is named only where the text that it gives is the only plausible one, so that the command
beside the name never changes a letter: of two that fit, neither is named. Where the text isn't that
of a *file* (standard input, say), *file* is empty, and there is no command.
"""

import codecs
import re
import shlex
from itertools import pairwise
from pathlib import PurePath
from string import ascii_lowercase

# Marks that say in which order the bytes stand; that of UTF-32 begins as that of UTF-16 does.
_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_UNMARKED = {
    "utf_16_le": "UTF-16LE",
    "utf_16_be": "UTF-16BE",
    "utf_32_le": "UTF-32LE",
    "utf_32_be": "UTF-32BE",
}
# How UTF-16 begins without a mark, where its letters are plain ones.
_PLAIN_UTF16 = re.compile(rb"(?:[\t-~]\0){4}|(?:\0[\t-~]){4}")
_SAMPLE_BYTES = 20_000

BINARY = "binary data, not text"
# What no text holds.
_BINARY = re.compile(rb"[\0-\x08\x0e-\x1a\x1c-\x1f]")
_CONTROLS = re.compile(_BINARY.pattern.decode())

# A character of several bytes, as UTF-8 writes it.
_UTF8_CHARACTER = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)

# The share of UTF-8 in a file from which no command may be given, lest it spoil what is UTF-8; and
# the share from which that is said, which pairs of bytes in Shift-JIS or EUC don't reach by chance.
_MAYBE_UTF8 = 0.2
_SURELY_UTF8 = 0.5

# Python's names of the encodings that may be named, each with iconv's.
_NAMED = {
    "cp1252": "WINDOWS-1252",
    "cp1250": "WINDOWS-1250",
    "cp1251": "WINDOWS-1251",
    "cp1253": "WINDOWS-1253",
    "cp1254": "WINDOWS-1254",
    "cp1255": "WINDOWS-1255",
    "cp1256": "WINDOWS-1256",
    "cp1257": "WINDOWS-1257",
    "koi8_r": "KOI8-R",
    "iso8859_2": "ISO-8859-2",
    "iso8859_5": "ISO-8859-5",
    "iso8859_7": "ISO-8859-7",
}
# The others are only rivals: where one of them fits, no encoding is named.
_RIVALS = (
    "cp1258", "cp437", "cp850", "cp852", "cp857", "cp866", "iso8859_4", "iso8859_6", "iso8859_13",
    "iso8859_15", "iso8859_16", "koi8_u", "mac_cyrillic", "mac_roman", "mac_turkish", "tis_620",
)  # fmt: skip

# The letters of languages that are written in these encodings, in lower case: of those in Latin
# script, the letters beyond ASCII.
_LATIN_ALPHABETS = (
    "àâäáãåæçèéêëìíîïñòóôöõøœùúûüÿß",  # western Europe; a text in English borrows from all of it
    "áðéíóúýþæö",  # Icelandic
    "çğıi̇öşüâîû",  # Turkish
    "ąćęłńóśźż",  # Polish
    "áčďéěíňóřšťúůýžöü",  # Czech, with what it borrows from German
    "áäčďéíĺľňóôŕšťúýž",  # Slovak
    "áéíóöőúüű",  # Hungarian
    "ăâîșțşţ",  # Romanian
    "čćđšž",  # Croatian and Slovene
    "āčēģīķļņšūž",  # Latvian
    "ąčęėįšųūž",  # Lithuanian
    "äõöšüž",  # Estonian
)
_OTHER_ALPHABETS = (
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",  # Russian and Bulgarian
    "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",  # Ukrainian
    "абвгдеёжзіийклмнопрстуўфхцчшыьэюя",  # Belarusian
    "абвгдђежзијклљмнњопрстћуфхцчџш",  # Serbian
    "абвгдѓежзѕијклљмнњопрстќуфхцчџш",  # Macedonian
    "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ",  # Greek
    "אבגדהוזחטיךכלםמןנסעףפץצקרשת",  # Hebrew
    "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي",  # Arabic
)
_ALPHABETS = tuple(
    frozenset(ascii_lowercase + letters) for letters in _LATIN_ALPHABETS
) + tuple(map(frozenset, _OTHER_ALPHABETS))
_TYPOGRAPHY = frozenset("“”‘’„‚–—…«»‹›€£°§·•¿¡№\xa0\xad")
_ENGLISH_MARKS = frozenset("“”‘’–—")
_MARK_IN_WORD = re.compile(
    r"[^\W\d_][“”‘„‚–…«»‹›€£¿¡][^\W\d_]|[^\W\d_]€|[^\W\d_]{2}’(?!s\b|t\b|d\b|m\b|re\b|ll\b|ve\b)[^\W\d_]"
)
_WORD = re.compile(r"[^\W\d_]+")


def decode_utf8(raw: bytes, file: str = "") -> str:
    """The text of a whole file in UTF-8; ValueError with what the file is instead."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise ValueError(describe_encoding(raw, file)) from None
    if b"\0" in raw and (what := _describe_wide(raw, file)):
        raise ValueError(what)
    return text


def describe_encoding(raw: bytes, file: str = "", *, in_place: bool = False) -> str:
    """
    What a file that isn't UTF-8 text, and holds the bytes *raw*, is instead; empty where it may be.

    A command to convert the file is given only where it gives back the text: into another file
    beside this one or, with *in_place*, into this one.
    """
    if what := _describe_wide(raw, file, in_place=in_place):
        return what
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        if _BINARY.search(raw):
            return BINARY
        byte = describe_byte(error)
        if _is_cut(raw, error):
            return f"UTF-8, cut off inside the last character: {byte}; get the whole file"
        if _utf8_share(raw) >= _SURELY_UTF8:
            return f"not UTF-8: {byte}, in a file that is UTF-8 elsewhere"
        advice = advise_on_line(raw, file, in_place=in_place)
        return f"not UTF-8: {byte}; {advice}" if advice else f"not UTF-8: {byte}"
    return BINARY if _BINARY.search(raw[:16]) else ""


def describe_byte(error: UnicodeDecodeError) -> str:
    """The byte that isn't UTF-8, and where: ``byte 0xe9 at position 3``."""
    return f"byte 0x{error.object[error.start]:02x} at position {error.start}"


def name_by_beginning(beginning: bytes) -> str:
    """What a file with this *beginning* is that isn't UTF-8 text; empty where it may be."""
    for mark, name in _MARKS:
        if beginning.startswith(mark):
            return f"{name}, not UTF-8"
    if plain := _PLAIN_UTF16.match(beginning):
        return f"UTF-16{'LE' if plain[0][1] == 0 else 'BE'}, as it seems, not UTF-8"
    return BINARY if _BINARY.search(beginning[:16]) else ""


def advise_on_line(raw: bytes, file: str = "", *, in_place: bool = False) -> str:
    """
    What to do where a line isn't UTF-8, of a file that holds the bytes *raw*; empty where nothing is sure.

    Either the command that makes UTF-8 of a file in a single-byte encoding, or that the file is cut off.
    """
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        if _BINARY.search(raw):
            return ""
        if _is_cut(raw, error):
            return "the file is cut off inside its last character; get the whole file"
        if _utf8_share(raw) < _MAYBE_UTF8:
            name = _only_encoding(raw)
            command = _conversion(name, file, in_place=in_place) if name else ""
            return command or (name and f"{name}, as it seems")
    return ""


def _is_cut(raw: bytes, error: UnicodeDecodeError) -> bool:
    """Whether *raw* has a whole character of several bytes, or two bytes of one, and ends inside another."""
    is_at_end = error.reason == "unexpected end of data"
    return is_at_end and (
        bool(_UTF8_CHARACTER.search(raw))
        or raw[error.start] >= 0xF0
        or len(raw) > error.start + 1
    )


def _utf8_share(raw: bytes) -> float:
    """What share the characters of UTF-8 have in these and the bytes that are of none; some 0.3 by chance."""
    characters = len(_UTF8_CHARACTER.findall(raw))
    others = sum(byte >= 0x80 for byte in _UTF8_CHARACTER.sub(b"", raw))
    return characters / (characters + others)


def _conversion(encoding: str, file: str, *, in_place: bool = False) -> str:
    """The command that makes UTF-8 of *file*; empty where nobody could type the file's name."""
    if not file or not file.isprintable():
        return ""
    path = PurePath(file)
    converted = path.with_name(f"{path.stem}.utf8{path.suffix}")
    old = shlex.quote(file)
    new = shlex.quote(f"{file}.utf8" if in_place else str(converted))
    # By redirection, since a name may begin with "-".
    command = f"convert it: iconv -f {encoding} -t UTF-8 < {old} > {new}"
    return f"{command} && mv {new} {old}" if in_place else command


def _describe_wide(raw: bytes, file: str, *, in_place: bool = False) -> str:
    """UTF-16 or UTF-32 in words, with the command where all of *raw* is sound; empty where it is neither."""
    for mark, name in _MARKS:
        if raw.startswith(mark):
            if _is_sound(raw, name):
                command = _conversion(name, file, in_place=in_place)
                return f"{name}, not UTF-8; {command}" if command else f"{name}, not UTF-8"
            return f"{name}, not UTF-8, and not whole; get the whole file"
    name = _unmarked_encoding(raw)
    what = f"{name}, as it seems, not UTF-8" if name else ""
    command = _conversion(name, file, in_place=in_place) if name else ""
    return f"{what}; {command}" if command else what


def _unmarked_encoding(raw: bytes) -> str:
    """UTF-16 or UTF-32 without a mark, where a sound text has a blank or another plain character; else empty."""
    from charset_normalizer import from_bytes

    if b"\0" not in raw:
        return ""
    found = from_bytes(raw[:_SAMPLE_BYTES]).best()
    name = _UNMARKED.get(found.encoding, "") if found else ""
    return name if name and _is_sound(raw, name) else ""


def _is_sound(raw: bytes, encoding: str) -> bool:
    """Whether *raw* can be decoded, and has no character that no text has."""
    try:
        return not _CONTROLS.search(raw.decode(encoding))
    except UnicodeError:
        return False


def _only_encoding(raw: bytes) -> str:
    """iconv's name of the encoding in which *raw* is a plausible text; empty where none is, or several texts are."""
    # What is in ASCII says nothing, and in all these encodings blanks are where ASCII has them.
    raw = b" ".join(sorted({part for part in raw.split() if not part.isascii()}))
    western = raw.decode("cp1252", "replace")
    if _beyond_ascii(western) <= _ENGLISH_MARKS and not _MARK_IN_WORD.search(western):
        return _NAMED["cp1252"]  # most texts in English have nothing else beyond ASCII
    names: dict[str, str] = {}
    for codec in (*_NAMED, *_RIVALS):
        try:
            text = raw.decode(codec)
        except UnicodeDecodeError:
            continue
        if _is_plausible(text):
            names.setdefault(text, _NAMED.get(codec, ""))
    return next(iter(names.values())) if len(names) == 1 else ""


def _is_plausible(text: str) -> bool:
    """Whether all that stands beyond ASCII are letters of one language, cased as people case them, and common marks."""
    words = {word for word in _WORD.findall(text) if not word.isascii()}
    letters = {letter for word in words for letter in word.lower()}
    others = _beyond_ascii(text.lower()) - letters
    return (
        others <= _TYPOGRAPHY
        and not _MARK_IN_WORD.search(text)
        and not any(a.islower() and b.isupper() for word in words for a, b in pairwise(word))
        and any(letters <= alphabet for alphabet in _ALPHABETS)
    )


def _beyond_ascii(text: str) -> set[str]:
    return {one for one in text if not one.isascii()}
