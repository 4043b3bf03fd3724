"""What hypothesis draws for every room's laws: sound documents with text as nasty as it comes."""

from dataclasses import replace

from gold_samples import Working, as_kept
from hypothesis import strategies as st

from curation.annotations.independence import COPY
from curation.documents.document import (
    AnnotatedDocument,
    Document,
    Entity,
    Layer,
    Meta,
    Relation,
)
from curation.gold.dataset import GoldDocument
from curation.schema import Schema

NASTY = (
    "Iran", "São Paulo", "U.S.", "$742 million", "“quoted”", "O’Neil", "x",
    "\U0001f600", "\U0001f468‍\U0001f469‍\U0001f467‍\U0001f466",
    "\U0001f1ee\U0001f1f7", "\U0001f44d\U0001f3fd", "e\u0301", "a\u0308\u0323\u0301",
    "שלום", "مرحبا", "\u202eRTL\u202c", "नमस्ते", "한국", "日本", "ﬁ", "İ", "ß",
    "\ufeff", "\u200b", "\u00ad", "\ufffd", "\x7f", "\x01", "\\n", '"', "<b>&amp;", "{{x}}",
)  # fmt: skip
GAPS = (" ", "  ", "\n", "\n\n", "\t", "\xa0", "\u2028", "\u2029", "\x85", "\u3000", "\x0b", "")

# No half characters and no NUL, which no document may hold; no \r, which ingest takes out.
letters = st.characters(exclude_categories=["Cs"], exclude_characters="\0\r")
words = st.sampled_from(NASTY) | st.text(letters, min_size=1, max_size=5)
gaps = st.sampled_from(GAPS)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Text that says something, perhaps with white space at its ends."""
    pieces = draw(st.lists(st.tuples(gaps, words), min_size=1, max_size=12))
    text = "".join(gap + word for gap, word in pieces) + draw(gaps)
    return f"{text}x" if text.isspace() else text


scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(letters, max_size=8)
    | words
)


def metas() -> st.SearchStrategy[Meta]:
    """What may be known of an article: the usual fields, others, none."""
    usual = st.fixed_dictionaries(
        {},
        optional={
            "title": words,
            "src": st.sampled_from(["Wikinews", "The | Times", "<script>"]),
            "url": st.just("https://example.org/a?b=c&d=é"),
            "published": st.sampled_from(["2013-09-04", "no date"]),
            "license": st.sampled_from(["CC-BY-2.5", "unknown"]),
            "attribution": words,
            "lang": st.sampled_from(["en", "no", "fa"]),
            "ingest": st.just("1"),
            "group": st.sampled_from(["g1", "g2"]),
            "captions": st.lists(words, max_size=2),
        },
    )
    keys = st.sampled_from(["title", "license", "standfirst", "n"]) | words
    other = st.dictionaries(keys, scalars | st.lists(words, max_size=2), max_size=3)
    return st.builds(lambda first, second: {**first, **second}, usual, other)


names = st.text(letters, min_size=1, max_size=6)
models = st.builds(
    Layer,
    st.just("model"),
    st.sampled_from(["en_core_web_sm", "rules"]),
    st.sampled_from(["3.8.0", "3.7.1", ""]),
    st.sampled_from(["cd93e9ca9126", ""]),
    st.sampled_from(["a1b2c3", ""]),
)
annotators = st.builds(
    Layer, st.just("annotator"), st.sampled_from(["person-1a2b", "person-3c4d", "machine-5e6f"])
)
layers = st.none() | models | annotators | st.just(Layer("gold"))


@st.composite
def spans(draw: st.DrawFn, text: str) -> list[tuple[int, int]]:
    """Spans of *text*: nested, crossing or side by side, without white space at their ends."""
    places = st.integers(0, len(text))
    found = []
    for first, second in draw(st.lists(st.tuples(places, places), max_size=6)):
        start, end = sorted((first, second))
        end -= len(text[start:end]) - len(text[start:end].rstrip())
        start += len(text[start:end]) - len(text[start:end].lstrip())
        if start < end:
            found.append((start, end))
    return found


@st.composite
def marked(draw: st.DrawFn, schema: Schema, article: Document, layer: Layer | None) -> Document:
    """*article* annotated soundly by *layer*; a model's entities may have scores."""
    one_type = st.sampled_from(sorted(schema.entities)).map(lambda label: [label])
    pairs = [sorted(pair) for pair in schema.same_words]
    labels = one_type | st.sampled_from(pairs) if pairs else one_type
    kept = sorted(
        (*span, label)
        for span in sorted(set(draw(spans(article.text))))
        for label in draw(labels)
    )
    scores = st.none() | st.floats(0, 1) if layer and layer.kind == "model" else st.none()
    entities = tuple(
        Entity(start, end, label, f"r{n}", draw(scores))
        for n, (start, end, label) in enumerate(reversed(kept))
    )
    possible = [
        Relation(head, tail, kind.name)
        for head in entities
        for tail in entities
        for kind in schema.relations.values()
        if head != tail and kind.joins(head.label, tail.label)
    ]
    chosen = (
        draw(st.lists(st.sampled_from(possible), max_size=5, unique=True)) if possible else []
    )
    relations = tuple({schema.canonical_relation(relation): None for relation in chosen})
    return Document(article.id, article.text, entities, relations, article.meta, layer)


@st.composite
def articles(draw: st.DrawFn, ids: st.SearchStrategy[str] = names) -> Document:
    """An article that nobody has annotated."""
    return Document(draw(ids), draw(texts()), meta=draw(metas()))


@st.composite
def documents(
    draw: st.DrawFn,
    schema: Schema,
    ids: st.SearchStrategy[str] = names,
    layers: st.SearchStrategy[Layer | None] = layers,
) -> Document:
    """A document that passes ``check(document, schema)``, symmetric relations canonical."""
    article = Document(draw(ids), draw(texts()), meta=draw(metas()))
    return draw(marked(schema, article, draw(layers)))


@st.composite
def annotations(
    draw: st.DrawFn, schema: Schema, ids: st.SearchStrategy[str] = names
) -> AnnotatedDocument:
    """Somebody's work on a document, from a model's suggestion or from nothing."""
    document = draw(documents(schema, ids, annotators))
    flags = draw(st.lists(st.sampled_from(sorted(schema.flags)), unique=True))
    suggestion = None
    if draw(st.booleans()):
        suggestion = draw(
            marked(schema, document.without_annotations(), draw(st.none() | models))
        )
    edited_by = draw(st.sampled_from(["", "person-9f8e"]))
    note = draw(st.just("") | names)
    first = None
    if draw(st.booleans()):
        first = draw(marked(schema, document.without_annotations(), document.layer))
    return AnnotatedDocument(
        document,
        suggestion,
        tuple(sorted(flags)),
        edited_by,
        note,
        first=first,
        first_sure=draw(st.booleans()),
        not_independent=draw(st.sampled_from(["", COPY])),
        arm_sure=draw(st.booleans()),
    )


def golds(
    schema: Schema, ids: st.SearchStrategy[str] = names
) -> st.SearchStrategy[GoldDocument]:
    """A gold document, however it came to be."""
    return st.builds(
        GoldDocument,
        documents(schema, ids),
        flags=st.lists(st.sampled_from(sorted(schema.flags)), unique=True).map(tuple),
        annotators=st.lists(st.sampled_from(["person-1a2b", "machine-5e6f"]), unique=True).map(
            tuple
        ),
        n_annotations=st.integers(0, 3),
        adjudicated=st.booleans(),
        arm=st.sampled_from(["assisted", "blind"]),
        preannotated_by=st.sampled_from(["", "en_core_web_sm@3.8.0+cd93.a1b2"]),
        group=st.sampled_from(["", "g1"]),
    )


@st.composite
def workings(draw: st.DrawFn, schema: Schema) -> Working:
    """gold/next as pulls and curators leave it, with something in it."""
    curated = draw(
        st.lists(golds(schema), min_size=1, max_size=6, unique_by=lambda one: one.id).map(
            lambda some: [
                replace(one, adjudicated=True, n_annotations=len(one.annotators))
                for one in some
            ]
        )
    )
    # Whatever annotators said, a verdict may say something else.
    theirs = [
        AnnotatedDocument(
            draw(marked(schema, one.document.without_annotations(), Layer("annotator", name)))
        )
        for one in curated
        for name in one.annotators
    ]
    there = {one.id for one in curated}
    layers = draw(
        st.lists(annotations(schema), max_size=4, unique_by=lambda one: one.document.id)
    )
    layers = [one for one in layers if one.document.id not in there]
    return as_kept(Working(tuple(curated), (*theirs, *layers)), schema)
