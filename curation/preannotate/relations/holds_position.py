"""holds_position: a person holds, or held, an office."""

from collections.abc import Iterator
from dataclasses import dataclass

from curation.documents.document import Relation
from curation.preannotate.grammar.beside import place_after
from curation.preannotate.grammar.clauses import (
    children_in_roles,
    find_objects,
    find_subjects,
    is_passive,
    objects_of_prepositions,
)
from curation.preannotate.grammar.factual import is_factual
from curation.preannotate.office_words import singular_office
from curation.preannotate.parsed_article import Mention, ParsedArticle, Token
from curation.preannotate.word_lists import word_set

LABEL = "holds_position"
_LEADING = frozenset(["the", "a", "an", "'s", "’s", "then", "former", "ex", "-", "acting"])
# Whom one makes, or unmakes, an officer, and who takes or leaves an office; nominees hold none.
_APPOINTING_VERBS = word_set("""name appoint elect reelect choose swear install confirm inaugurate crown dismiss
    fire sack oust remove replace succeed""")
_SERVING_VERBS = word_set("""serve resign retire step quit act work return continue start begin take replace
    succeed""")


@dataclass(frozen=True, slots=True)
class OfficeHolder:
    """A person with an office of that person."""

    person: Mention
    title: Mention


def holds_position(article: ParsedArticle) -> Iterator[Relation]:
    """ "Defense Minister Amir Hatami", "Medvedev, the President of Russia", "Abe is president"."""
    for holder in find_office_holders(article):
        yield Relation(holder.person.entity, holder.title.entity, LABEL)


def find_office_holders(article: ParsedArticle) -> Iterator[OfficeHolder]:
    """The people with their offices, each pair once."""
    seen = set()
    for title in article.of_type("TITLE"):
        people = (
            list(_people_after(article, title))
            or list(_people_by_parse(article, title))
            or list(_people_before(article, title))
        )
        for person in people:
            holder = OfficeHolder(person, title)
            if holder not in seen and article.in_one_sentence(person, title):
                seen.add(holder)
                yield holder


def find_elects(article: ParsedArticle) -> Iterator[OfficeHolder]:
    """The people who are to hold an office: "President-elect Barack Obama"."""
    for title in article.of_type("TITLE"):
        hyphen = article.token(title.end)
        elect = article.token(title.end + 1)
        if hyphen is None or elect is None or elect.lower_ not in ("elect", "designate"):
            continue
        person = article.at(article.token(title.end + 2), ("PERSON",))
        if person and person.start == title.end + 2:
            yield OfficeHolder(person, title)


def _people_after(article: ParsedArticle, title: Mention) -> Iterator[Mention]:
    """The person after the office, or after a second office; "Presidents Bush and Putin" gives both."""
    after = article.token(title.end)
    second = article.at(after, ("TITLE",))
    if second and second.start == title.end:
        if article.tokens[title.end - 1].lower_ == "leader":
            return  # the nearer title says more: "Saudi leader King Abdullah"
        yield from _people_after(article, second)
        return
    comma = after is not None and after.text == ","
    at = title.end + comma
    if after is not None and after.lower_ in ("of", "for", "at"):
        place = place_after(article, title.end + 1, ("GPE", "LOC", "ORG"))
        at = place.end if place else at  # "Minister of Defence of Iran Ann Lee"
        if place and _is_set_off(article, at):
            at += 1  # "the mayor of Tehran, Ann Lee, …"
    person = article.at(article.token(at), ("PERSON",))
    if person is None or person.start != at:
        return
    if comma and not _is_apposition(article, title, person):
        return
    yield person
    # Not by the parse, which takes "Ministers" for a name.
    office = article.tokens[title.end - 1].lower_
    if singular_office(office) != office:
        for other in article.root(person).conjuncts:
            if mention := article.at(other, ("PERSON",)):
                yield mention


def _is_set_off(article: ParsedArticle, at: int) -> bool:
    """Whether a person's name stands between two marks, the first of them a comma at token *at*."""
    comma = article.token(at)
    person = article.at(article.token(at + 1), ("PERSON",))
    if comma is None or comma.text != "," or person is None:
        return False
    mark = article.token(person.end)
    return mark is not None and mark.text in (",", ".", ")")


def _people_before(article: ParsedArticle, title: Mention) -> Iterator[Mention]:
    """ "…, according to Ann Lee, South Korea's ambassador to Norway, …": between commas, whatever the parse says."""
    at = title.start - 1
    sentence = article.tokens[title.start].sent
    while (
        at > sentence.start and title.start - at <= 7 and _may_lead(article, article.tokens[at])
    ):
        at -= 1
    if article.tokens[at].text != "," or not _ends_apposition(article, title, sentence.end):
        return
    if person := article.at(article.token(at - 1), ("PERSON",)):
        yield person


def _may_lead(article: ParsedArticle, token: Token) -> bool:
    mention = article.any_at(token)
    if mention is not None:
        return mention.label in ("NORP", "GPE", "ORG")
    return token.lower_ in _LEADING or token.pos_ == "ADJ"


def _ends_apposition(article: ParsedArticle, title: Mention, end: int) -> bool:
    """Whether a mark ends the phrase of the office before a verb or another person comes."""
    for token in article.doc[title.end : min(title.end + 8, end)]:
        if token.text in (",", ".", "—", "–", ";"):
            after = article.at(article.token(token.i + 1), ("PERSON", "TITLE"))
            return after is None
        if token.pos_ in ("VERB", "AUX") or article.at(token, ("PERSON",)):
            return False
    return False


def _is_apposition(article: ParsedArticle, title: Mention, person: Mention) -> bool:
    """Whether the comma makes one an apposition of the other, and no list of them."""
    name = article.root(person)
    office = article.root(title)
    return bool((name.head == office and name.dep_ == "appos") or (office.head == name))


def _people_by_parse(article: ParsedArticle, title: Mention) -> Iterator[Mention]:
    """The people to whom the parse gives the office, after the name or by a verb."""
    office = article.root(title)
    for token in _holders_of(office):
        if person := article.at(token, ("PERSON",)):
            yield person


def _holders_of(office: Token) -> Iterator[Token]:
    verb = office.head
    if office.dep_ == "appos":
        yield office.head
    if office.dep_ == "conj" and office.head.dep_ in ("appos", "attr"):
        yield from _holders_of(office.head)
    yield from children_in_roles(office, ("appos",))
    if office.dep_ == "attr" and verb.lemma_ in ("be", "become", "remain") and is_factual(verb):
        yield from find_subjects(verb)
    if office.dep_ in ("nsubj", "nsubjpass") and verb.lemma_ == "be" and is_factual(verb):
        yield from children_in_roles(verb, ("attr",))
    if office.dep_ == "oprd" and verb.lemma_ in _APPOINTING_VERBS and is_factual(verb):
        yield from find_objects(verb)  # "was elected president"
    above = verb.head
    if office.dep_ == "pobj" and verb.lower_ == "as" and is_factual(above):
        if above.lemma_ in _SERVING_VERBS and not is_passive(above):
            yield from find_subjects(above)
        elif above.lemma_ in _APPOINTING_VERBS:
            yield from find_objects(above)


def institutions_of_title(article: ParsedArticle, title: Mention) -> list[Token]:
    """The nouns for what the office belongs to: "President of Russia", "spokesman for NATO"."""
    root = article.root(title)
    return list(objects_of_prepositions(root, "of", "for", "at", "from", "with"))
