"""Who does what to whom in a parsed sentence."""

from collections.abc import Collection, Iterator

from curation.preannotate.parsed_article import Token


def subjects(verb: Token) -> list[Token]:
    """The heads of who acts; in the passive, of who is named with "by"."""
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
        # Of two, the first is no subject but a dateline: "MOSCOW — Russia's minister met".
        return [_meant(own[-1], verb)]
    if verb.dep_ in ("conj", "xcomp"):
        return _shared(verb)
    if verb.dep_ == "pcomp" and verb.tag_ != "VBG" and verb.head.head.pos_ == "VERB":
        # A slip of the writer's, which captions are full of: "shakes hands with meets with".
        return subjects(verb.head.head)
    if verb.dep_ == "advcl" and verb.tag_ == "VBG" and not _marked(verb):
        return _shared(verb)
    if verb.dep_ == "acl" and verb.tag_ == "VBG":
        return [verb.head]
    return []


def objects(verb: Token) -> list[Token]:
    """The heads of whom it is done to."""
    if not is_passive(verb):
        found = children(verb, ("dobj", "dative"))
        if verb.lemma_ == "help" and not found:
            # "helping Assad's army turn the conflict"
            found = [t for c in children(verb, ("ccomp",)) for t in children(c, ("nsubj",))]
        return found
    if verb.dep_ == "acl":
        return [verb.head]
    return [_meant(t, verb) for t in verb.children if t.dep_ == "nsubjpass"]


def is_passive(verb: Token) -> bool:
    """Whether its subject is the one that it is done to."""
    if any(child.dep_ in ("nsubjpass", "auxpass") for child in verb.children):
        return True
    return bool(verb.dep_ == "acl" and verb.tag_ == "VBN")


def below(token: Token, *prepositions: str) -> Iterator[Token]:
    """What hangs on the token by one of these prepositions."""
    for child in token.children:
        if child.dep_ in ("prep", "agent", "dative") and child.lower_ in prepositions:
            yield from (t for t in child.children if t.dep_ == "pobj")


def children(token: Token, roles: Collection[str]) -> list[Token]:
    """Those that hang on it in one of these roles."""
    return [child for child in token.children if child.dep_ in roles]


def _marked(verb: Token) -> bool:
    return any(child.dep_ in ("mark", "nsubj") for child in verb.children)


def _shared(verb: Token) -> list[Token]:
    """The subject of the verb above, in the passive too ("is expected to meet")."""
    if verb.dep_ == "conj" and (name := _just_before(verb)):
        return [] if name.dep_ == "conj" else [name]
    above = verb.head
    if verb.dep_ == "xcomp" and children(above, ("dobj",)):
        return []
    if is_passive(above):
        return objects(above)
    return subjects(above)


def _just_before(verb: Token) -> Token | None:
    """
    A noun just before it is its own subject, which the parse gave to another.

    Of a list the parse may have given it more than one name too many.
    """
    at = verb.i - 1
    while at > verb.sent.start and verb.doc[at].pos_ == "AUX":
        at -= 1
    before = verb.doc[at] if at >= verb.sent.start else None
    return before if before is not None and before.pos_ in ("NOUN", "PROPN", "PRON") else None


def _meant(token: Token, verb: Token) -> Token:
    """Whom a relative pronoun stands for."""
    relative = token.tag_ in ("WP", "WDT") or token.lower_ in ("which", "who", "that")
    return verb.head if relative and verb.dep_ == "relcl" else token
