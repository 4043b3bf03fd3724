"""Whether a sentence says that something is so, or only that it is denied, wished for or supposed."""

from curation.preannotate.grammar.clauses import children
from curation.preannotate.parsed_article import Token
from curation.preannotate.word_lists import words

# What is said below one of these isn't said to be so.
UNREAL = words(
    """refuse decline deny reject fail want hope wish urge call ask demand threaten seek try need
    offer doubt fear warn suggest propose believe think consider expect avoid stop prevent cease
    end halt abandon cancel postpone suspend withdraw lose lack discuss debate negotiate press
    push beg plead appeal vow pledge promise attempt oppose ban prohibit forbid accuse allege
    suspect claim resume delay block bar dismiss lift challenge work aim advocate encourage
    require favor favour predict speculate violate rule question assume like prefer break
    collapse scrap restrict complicate undermine weaken cut"""
)
# An infinitive below one of these did take place.
DONE = words("begin continue start go keep help manage proceed agree come vote")
# So did a meeting, or will, as announced.
PLANNED = DONE | words(
    """plan schedule set due be prepare arrange intend travel fly arrive visit return leave
    expect head"""
)
# "a possible deal", "the lack of support"
SUPPOSED = words(
    """possible potential proposed alleged suspected draft any hypothetical failed supposed
    purported likely"""
)
ABSENT = words(
    """lack absence end call plea appeal demand proposal hope prospect chance possibility risk
    threat need failure refusal wish desire fear idea request collapse breach violation draft
    allegation accusation denial interest plan effort attempt bid offer push progress"""
)

_CONDITIONS = words("if unless whether lest")
_NEGATIVE = words("no not never neither nor without n't n’t hardly barely")
_NOBODY = words("no neither nobody none")
_WILL = {"will", "shall", "'ll", "’ll"}
_CLAUSES = ("xcomp", "ccomp", "conj", "acl", "pcomp", "advcl", "parataxis")


def happens(verb: Token, *, planned: bool = False) -> bool:
    """
    Whether the sentence says that it is so: not denied, refused, wished for, supposed or asked.

    With *planned*, what is announced is enough.
    """
    if _asks(verb):
        return False
    known = PLANNED if planned else DONE
    apart = False
    while True:
        if _conditional(verb) or (not apart and (_denied(verb) or not _timely(verb, planned))):
            return False
        governor, role = verb.head, verb.dep_
        if role not in _CLAUSES:
            return True
        infinitive = any(child.tag_ == "TO" for child in verb.children)
        if infinitive and role != "conj" and governor.lemma_ not in known:
            return False
        if role in ("xcomp", "ccomp", "acl") and governor.lemma_ in UNREAL - known:
            return False
        if role in ("advcl", "pcomp", "acl"):
            return True
        # "Sweden is not a member but Norway is": what has a subject of its own
        # isn't denied with what stands before it.
        apart = role == "conj" and bool(children(verb, ("nsubj", "nsubjpass")))
        verb = governor


def noun_happens(noun: Token, *, planned: bool = False) -> bool:
    """The same of a deed named by a noun: not "no support", not "called for a deal"."""
    if _asks(noun) or any(c.dep_ == "neg" or c.lower_ in _NEGATIVE for c in noun.children):
        return False
    if any(child.lemma_.lower() in SUPPOSED for child in noun.children):
        return False
    above = noun
    while above.dep_ in ("pobj", "conj", "prep", "compound", "poss", "pcomp", "appos"):
        above = above.head
        if above.lower_ in _NEGATIVE or (above.pos_ == "NOUN" and above.lemma_ in ABSENT):
            return False
    governor = above if above.pos_ == "VERB" else above.head
    if governor.pos_ not in ("VERB", "AUX"):
        return True
    subject = above.dep_ in ("nsubj", "advcl")
    if governor.lemma_ in UNREAL and not subject:
        return False
    return happens(governor, planned=planned)


def _asks(token: Token) -> bool:
    """Whether it stands in a question."""
    marks = [t.text for t in token.sent if t.is_punct and t.text not in "\"'”’)"]
    return bool(marks) and marks[-1] == "?"


def _conditional(verb: Token) -> bool:
    return any(c.lower_ in _CONDITIONS for c in children(verb, ("mark", "advmod")))


def _denied(verb: Token) -> bool:
    said = children(verb, ("neg", "advmod", "mark", "preconj", "aux"))
    if any(c.dep_ == "neg" or c.lower_ in _NEGATIVE for c in said):
        return True
    return any(
        word.lower_ in _NOBODY
        for subject in children(verb, ("nsubj", "nsubjpass"))
        for word in (subject, *subject.children)
    )


def _timely(verb: Token, planned: bool) -> bool:
    modals = {c.lower_ for c in verb.children if c.tag_ == "MD"}
    return not modals or (planned and modals <= _WILL)
