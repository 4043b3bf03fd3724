"""Whether a sentence states something as a fact; not as denied, wished for, supposed or asked."""

from curation.preannotate.grammar.clauses import children_in_roles
from curation.preannotate.parsed_article import Token
from curation.preannotate.word_lists import word_set

# What depends on one of these verbs isn't stated as a fact.
_UNREAL = word_set(
    """refuse decline deny reject fail want hope wish urge call ask demand threaten seek try need
    offer doubt fear warn suggest propose believe think consider expect avoid stop prevent cease
    end halt abandon cancel postpone suspend withdraw lose lack discuss debate negotiate press
    push beg plead appeal vow pledge promise attempt oppose ban prohibit forbid accuse allege
    suspect claim resume delay block bar dismiss lift challenge work aim advocate encourage
    require favor favour predict speculate violate rule question assume like prefer break
    collapse scrap restrict complicate undermine weaken cut"""
)
# An infinitive that depends on one of these did take place.
_DONE = word_set("begin continue start go keep help manage proceed agree come vote")
# So did, or will, an announced meeting.
_PLANNED = _DONE | word_set(
    """plan schedule set due be prepare arrange intend travel fly arrive visit return leave
    expect head"""
)
# Announced help counts, and so do threats.
_ANNOUNCED = word_set("threaten pledge promise vow offer plan prepare send deploy dispatch use")
# "a possible deal", "the lack of support"
_SUPPOSED = word_set(
    """possible potential proposed alleged suspected draft any hypothetical failed supposed
    purported likely"""
)
_ABSENT = word_set(
    """lack absence end call plea appeal demand proposal hope prospect chance possibility risk
    threat need failure refusal wish desire fear idea request collapse breach violation draft
    allegation accusation denial interest plan effort attempt bid offer push progress"""
)

# What happened "after" or "amid" something happened, whatever else is said.
_WHEN = word_set("after amid amidst during following since despite")
_CONDITIONS = word_set("if unless whether lest")
_NEGATIVE = word_set("no not never neither nor without n't n’t hardly barely")
_NOBODY = word_set("no neither nobody none")
_WILL = {"will", "shall", "'ll", "’ll"}
_CLAUSES = ("xcomp", "ccomp", "conj", "acl", "pcomp", "advcl", "parataxis")


def is_factual(verb: Token, *, planned: bool = False, announced: bool = False) -> bool:
    """
    Whether the sentence states the verb as a fact: not denied, refused, wished for, supposed or asked.

    With *planned*, an announcement counts as a fact; with *announced*, a promise and a threat do.
    """
    if _is_in_question(verb):
        return False
    known = (_PLANNED if planned else _DONE) | (_ANNOUNCED if announced else frozenset())
    has_own_subject = False
    while True:
        if _is_conditional(verb) or (
            not has_own_subject
            and (_is_denied(verb) or not _is_present_or_past(verb, planned or announced))
        ):
            return False
        governor = verb.head
        role = verb.dep_
        if role not in _CLAUSES:
            return True
        infinitive = any(child.tag_ == "TO" for child in verb.children)
        if infinitive and role != "conj" and governor.lemma_ not in known:
            return False
        if role in ("xcomp", "ccomp", "acl") and governor.lemma_ in _UNREAL - known:
            return False
        if role == "pcomp" and governor.head.pos_ == "VERB":
            if governor.head.lemma_ in _UNREAL - known:
                return False
            return is_factual(governor.head, planned=planned, announced=announced)
        if role in ("advcl", "pcomp", "acl"):
            return True
        # "Sweden is not a member but Norway is": a clause with a subject of its own isn't denied
        # with the clause before it.
        has_own_subject = role == "conj" and bool(
            children_in_roles(verb, ("nsubj", "nsubjpass"))
        )
        verb = governor


def is_factual_noun(noun: Token, *, planned: bool = False, announced: bool = False) -> bool:
    """
    Whether the sentence states what the noun names as a fact; not "no support", "called for a deal".

    *planned* and *announced* are as in is_factual.
    """
    if _is_in_question(noun) or any(
        c.dep_ == "neg" or c.lower_ in _NEGATIVE for c in noun.children
    ):
        return False
    if any(child.lemma_.lower() in _SUPPOSED for child in noun.children):
        return False
    above = noun
    is_circumstance = False
    while above.dep_ in ("pobj", "conj", "prep", "compound", "poss", "pcomp", "appos"):
        above = above.head
        is_circumstance = above.lower_ in _WHEN or (above.dep_ != "prep" and is_circumstance)
        if above.lower_ in _NEGATIVE or (above.pos_ == "NOUN" and above.lemma_ in _ABSENT):
            return False
    governor = above if above.pos_ == "VERB" else above.head
    if governor.pos_ not in ("VERB", "AUX"):
        return True
    subject = above.dep_ in ("nsubj", "advcl")
    unreal = _UNREAL - _ANNOUNCED if announced else _UNREAL
    if governor.lemma_ in unreal and not subject and not is_circumstance:
        return False
    return is_circumstance or is_factual(governor, planned=planned, announced=announced)


def _is_in_question(token: Token) -> bool:
    """Whether the last mark of the token's sentence, but for quotes and brackets, is a question mark."""
    sentence = token.sent
    doc = token.doc
    for at in range(sentence.end - 1, sentence.start - 1, -1):
        mark = doc[at]
        if mark.is_punct and mark.text not in "\"'”’)":
            return bool(mark.text == "?")
    return False


def _is_conditional(verb: Token) -> bool:
    return any(c.lower_ in _CONDITIONS for c in children_in_roles(verb, ("mark", "advmod")))


def _is_denied(verb: Token) -> bool:
    modifiers = children_in_roles(verb, ("neg", "advmod", "mark", "preconj", "aux"))
    if any(c.dep_ == "neg" or c.lower_ in _NEGATIVE for c in modifiers):
        return True
    return any(
        word.lower_ in _NOBODY
        for subject in children_in_roles(verb, ("nsubj", "nsubjpass"))
        for word in (subject, *subject.children)
    )


def _is_present_or_past(verb: Token, planned: bool) -> bool:
    modals = {c.lower_ for c in verb.children if c.tag_ == "MD"}
    if not modals or (planned and modals <= _WILL):
        return True
    # "a spokesman said that they would meet"
    is_reported = verb.dep_ == "ccomp" and verb.head.tag_ == "VBD"
    return planned and is_reported and modals <= {"would"}
