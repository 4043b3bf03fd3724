"""Subjects, objects and other dependents in a parsed sentence."""

from collections.abc import Collection, Iterator

from curation.preannotate.parsed_article import Token


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
        # Of two subjects, the first is a dateline: "MOSCOW — Russia's minister met".
        return [_antecedent(own[-1], verb)]
    if verb.dep_ in ("conj", "xcomp"):
        return _shared_subjects(verb)
    if verb.dep_ == "pcomp" and verb.tag_ != "VBG" and verb.head.head.pos_ == "VERB":
        # A slip of the writer, frequent in captions: "shakes hands with meets with".
        return find_subjects(verb.head.head)
    if verb.dep_ == "advcl" and verb.tag_ == "VBG" and not _has_own_subject(verb):
        return _shared_subjects(verb)
    if verb.dep_ == "acl" and verb.tag_ == "VBG":
        return [verb.head]
    return []


def find_objects(verb: Token) -> list[Token]:
    """The heads of the phrases for whom the verb is done to."""
    if not is_passive(verb):
        patients = children_in_roles(verb, ("dobj", "dative"))
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
    return [_antecedent(t, verb) for t in verb.children if t.dep_ == "nsubjpass"]


def is_passive(verb: Token) -> bool:
    """Whether the verb is in the passive."""
    if any(child.dep_ in ("nsubjpass", "auxpass") for child in verb.children):
        return True
    return bool(verb.dep_ == "acl" and verb.tag_ == "VBN")


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
    above = verb.head
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
    relative = token.tag_ in ("WP", "WDT") or token.lower_ in ("which", "who", "that")
    return verb.head if relative and verb.dep_ == "relcl" else token
