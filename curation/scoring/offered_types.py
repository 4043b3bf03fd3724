"""Documents without the types that one of two sides was not offered: these say nothing of the other side."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from curation.documents.document import Document
from curation.scoring.given_documents import CountedPlaces


def without_types(document: Document, names: Collection[str]) -> Document:
    """The document without entities and relations of these types, and relations between such entities."""
    if not names:
        return document
    return replace(
        document,
        entities=tuple(one for one in document.entities if one.label not in names),
        relations=tuple(
            one
            for one in document.relations
            if not {one.label, one.head.label, one.tail.label} & {*names}
        ),
    )


def offered_alone(
    documents: Iterable[Document], not_offered: Mapping[str, Collection[str]]
) -> Iterable[Document]:
    """The documents, each without the types that it is said to lack."""
    if not not_offered:
        return documents
    return (without_types(one, not_offered.get(one.id, ())) for one in documents)


def lacking_documents(documents: Iterable[tuple[str, Collection[str]]]) -> CountedPlaces:
    """The documents that lack some types, each with these types."""
    return CountedPlaces.of(
        f"{document} ({', '.join(sorted(names))})" for document, names in documents if names
    )
