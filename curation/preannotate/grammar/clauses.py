"""Subjects, objects and other dependents in a parsed sentence."""

from collections.abc import Collection, Iterator

from curation.preannotate.parsed_article import Token

# "by bombing the town": whoever acts in the clause acts there, too.
_CIRCUMSTANCES = ("after", "before", "by", "while", "since", "upon", "following")


def find_subjects(verb: Token) -> list[Token]:
    """The heads of the phrases for who acts; in the passive, of those after "by"."""
    if is_passive(verb):
        return [
            child
            for agent in verb.children
            if agent.dep_ == "agent"
            for child in agent.children
            if child.dep_ == "pobj"
        ]
    own = [child for child in verb.children if child.dep_ in ("nsubj", "expl")]
    if own:
        return [_antecedent(subject, verb) for subject in _in_a_row(own)]
    if verb.dep_ in ("conj", "xcomp"):
        return _shared_subjects(verb)
    if verb.dep_ == "pcomp":
        return _subjects_of_circumstance(verb)
    if verb.dep_ == "advcl" and verb.tag_ in ("VBG", "VB") and not _has_own_subject(verb):
        return _shared_subjects(verb)
    if verb.dep_ == "acl" and verb.tag_ in ("VBG", "VBN"):
        return [verb.head]
    return []


def _in_a_row(subjects: list[Token]) -> list[Token]:
    """
    The last subject, and those before it that only commas part from it.

    Of two others, the first is a dateline: "MOSCOW — Russia's minister met".
    """
    row = [subjects[-1]]
    for subject in reversed(subjects[:-1]):
        between = subject.doc[subject.right_edge.i + 1 : row[0].left_edge.i]
        if not len(between) or any(token.text != "," for token in between):
            break
        row.insert(0, subject)
    return row


def _subjects_of_circumstance(verb: Token) -> list[Token]:
    """The subject of "After meeting Putin, Merkel said"."""
    governor = verb.head.head
    if verb.tag_ == "VBG" and verb.head.lower_ in _CIRCUMSTANCES:
        return find_subjects(governor) if governor.pos_ in ("VERB", "AUX") else []
    # A slip of the writer, frequent in captions: "shakes hands with meets with".
    is_slip = verb.tag_ != "VBG" and governor.pos_ == "VERB"
    return find_subjects(governor) if is_slip else []


def find_objects(verb: Token) -> list[Token]:
    """The heads of the phrases for whom the verb is done to."""
    if not is_passive(verb):
        patients = [
            _antecedent(t, verb) for t in children_in_roles(verb, ("dobj", "dative"))
        ] or _shared_objects(verb)
        if verb.lemma_ == "help" and not patients:
            # "helping Assad's army turn the conflict"
            patients = [
                t
                for c in children_in_roles(verb, ("ccomp",))
                for t in children_in_roles(c, ("nsubj",))
            ]
        return patients
    if verb.dep_ == "acl":
        return [verb.head]
    own = [_antecedent(t, verb) for t in verb.children if t.dep_ == "nsubjpass"]
    if own or verb.dep_ not in ("conj", "xcomp", "advcl"):
        return own
    return _shared_subjects(verb)


def is_passive(verb: Token) -> bool:
    """Whether the verb is in the passive."""
    if any(child.dep_ in ("nsubjpass", "auxpass") for child in verb.children):
        return True
    if verb.tag_ != "VBN" or children_in_roles(verb, ("dobj", "nsubj", "aux")):
        return False
    # "trained by Iran", "Backed by Iran, they …", "was arrested and convicted"
    return verb.dep_ in ("acl", "advcl") or (verb.dep_ == "conj" and is_passive(verb.head))


def _shared_objects(verb: Token) -> list[Token]:
    """The object of "trained and equipped Hezbollah", and that of "whom Israel killed"."""
    for other in children_in_roles(verb, ("conj",)):
        if other.i == verb.i + 2 and not children_in_roles(other, ("nsubj", "nsubjpass")):
            return children_in_roles(other, ("dobj",))
    subjects = children_in_roles(verb, ("nsubj",))
    is_reduced = verb.dep_ == "relcl" and subjects and not any(map(_is_relative, verb.children))
    return [verb.head] if is_reduced else []


def objects_of_prepositions(token: Token, *prepositions: str) -> Iterator[Token]:
    """The nouns that depend on the token by one of these prepositions."""
    for child in token.children:
        if child.dep_ in ("prep", "agent", "dative") and child.lower_ in prepositions:
            yield from (t for t in child.children if t.dep_ == "pobj")


def children_in_roles(token: Token, roles: Collection[str]) -> list[Token]:
    """The tokens that depend on the token in one of these roles."""
    return [child for child in token.children if child.dep_ in roles]


def _has_own_subject(verb: Token) -> bool:
    return any(child.dep_ in ("mark", "nsubj") for child in verb.children)


def _shared_subjects(verb: Token) -> list[Token]:
    """The subject of the governing verb, also in the passive ("is expected to meet")."""
    if verb.dep_ == "conj" and (name := _noun_before(verb)):
        return [] if name.dep_ == "conj" else [name]
    above = verb.head.head if verb.head.dep_ == "acomp" else verb.head  # "is due to meet"
    while verb.dep_ == "conj" and above.pos_ not in ("VERB", "AUX") and above.head != above:
        # A slip of the parse, which joined the verb to the object of the one before.
        above = above.head
    if verb.dep_ == "xcomp" and children_in_roles(above, ("dobj",)):
        return []
    if is_passive(above):
        return find_objects(above)
    return find_subjects(above)


def _noun_before(verb: Token) -> Token | None:
    """
    The noun just before the verb, which is its subject, though the parse gave it to another verb.
    """
    at = verb.i - 1
    while at > verb.sent.start and verb.doc[at].pos_ == "AUX":
        at -= 1
    before = verb.doc[at] if at >= verb.sent.start else None
    return before if before is not None and before.pos_ in ("NOUN", "PROPN", "PRON") else None


def _antecedent(token: Token, verb: Token) -> Token:
    """The noun that a relative pronoun stands for; any other token itself."""
    while verb.dep_ == "conj":
        verb = verb.head
    return verb.head if _is_relative(token) and verb.dep_ == "relcl" else token


def _is_relative(token: Token) -> bool:
    return token.tag_ in ("WP", "WDT") or token.lower_ in ("which", "who", "whom", "that")
