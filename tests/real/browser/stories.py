"""The short article that annotators work on in these tests."""

from curation.documents.document import Document, Entity, Layer, Relation

MODEL = Layer("model", "m", "1", "w", "r")
TEXT = "Bob Smith met Ann Lee in Paris.\n\nAcme Corp. of Berlin paid $5 million on Monday.\nThe end."
META = {"title": "A meeting in Paris", "src": "Wikinews", "published": "2013-09-04"}


def entity(words, label, number="", score=None):
    """The first *words* of the story."""
    start = TEXT.index(words)
    return Entity(start, start + len(words), label, number, score)


BOB = entity("Bob Smith", "PERSON", "a", 0.93)
ANN = entity("Ann Lee", "PERSON", "b", 0.4)
PARIS = entity("Paris", "GPE", "c")
ACME = entity("Acme Corp.", "ORG", "d")
BERLIN = entity("Berlin", "GPE", "e")
MEETS = Relation(BOB, ANN, "meets_with")
BASED = Relation(ACME, BERLIN, "based_in")


def story(name="story"):
    """Two lines with five suggested names and two suggested arrows."""
    entities, relations = (BOB, ANN, PARIS, ACME, BERLIN), (MEETS, BASED)
    return Document(name, TEXT, entities, relations, META, MODEL)


def without(*gone):
    """The suggested names but these."""
    return tuple(one for one in story().entities if one not in gone)
