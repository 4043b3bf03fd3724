"""
Digests of what the shipped articles come to: suggestions and scores, so that faster code stays equal.

A rule that changes on purpose changes them. ``python tests/kept_digests.py`` then writes the kept ones anew.
"""

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from samples import DEVELOPMENT_ARTICLES, ROOT, SCHEMA

from curation.articles import read_articles
from curation.documents.document import Document, Entity, Relation
from curation.files import Json
from curation.flows.agree import agree
from curation.flows.evaluate import EvaluationOptions, evaluate
from curation.gold.sealed.versions import read_version
from curation.preannotate.pipeline import Pipeline, load_pipeline
from curation.scoring.agreement_json import agreement_to_json
from curation.scoring.scores_json import scores_to_json
from curation.workspace import Workspace

KEPT = Path(__file__).with_name("kept_digests.json")
AGAIN = "if a rule was changed on purpose: python tests/kept_digests.py"
GOLD = "1.0.0"
# Nobody who develops rules reads these: of their suggestions a digest is kept, and nothing else.
UNSEEN_ARTICLES = (ROOT / "seeds" / "unseen.jsonl",)

Digests = dict[str, str]


def kept_digests() -> Digests:
    """The digests that are kept, by what they are of."""
    return json.loads(KEPT.read_text(encoding="utf-8"))


def suggestion_digests(developed_on: Iterable[Document], unseen: Iterable[Document]) -> Digests:
    """Of entities and of relations; not of ids, nor of the model and the rules that suggested them."""
    digests = {}
    for part, documents in {"developed on": developed_on, "unseen": unseen}.items():
        suggested = sorted(documents, key=lambda one: one.id)
        digests[f"entities, {part}"] = _digest(
            [[one.id, [_entity(entity) for entity in one.entities]] for one in suggested]
        )
        digests[f"relations, {part}"] = _digest(
            [[one.id, [_relation(relation) for relation in one.relations]] for one in suggested]
        )
    return digests


def suggest_unseen(pipeline: Pipeline) -> Iterator[Document]:
    """The suggestions for the unseen articles."""
    return (pipeline.suggest(article, SCHEMA) for article in read_articles(UNSEEN_ARTICLES))


def score_digests(folder: Path) -> Digests:
    """Of what eval and agree say of the shipped gold, for predictions made of it, which *folder* takes up."""
    workspace = Workspace(ROOT / "gold", folder / ".curate").read_only()
    golds = [one.document for one in read_version(workspace.gold, GOLD).gold_documents]
    predictions, others = folder / "predictions.jsonl", folder / "others.jsonl"
    _write(predictions, golds, every=11)
    _write(others, golds, every=5)
    options = EvaluationOptions(gold=GOLD, predictions=predictions, against=others, seed=7)
    scores = scores_to_json(evaluate(workspace, SCHEMA, options).scores)
    agreement = agreement_to_json(
        agree(workspace, SCHEMA, [predictions, others], gold=None, seed=7)
    )
    return {"scores": _digest(_lasting(scores)), "agreement": _digest(_lasting(agreement))}


def _write(path: Path, golds: Sequence[Document], *, every: int) -> None:
    lines = (_with_mistakes(gold, n, every).to_line() for n, gold in enumerate(golds))
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _with_mistakes(gold: Document, number: int, every: int) -> Document:
    """The document with each kind of mistake: of *every* few entities one missed, one cut, one of another type."""
    types = sorted(SCHEMA.entities)
    entities: dict[Entity, Entity] = {}
    for n, entity in enumerate(gold.entities):
        kind = (7 * n + number) % every
        if kind == 0:
            continue
        cut = kind == 1 and entity.end - entity.start > 1
        other = types[types.index(entity.label) - 1] if kind == 2 else entity.label
        entities[entity] = Entity(entity.start, entity.end - cut, other)
    relations = tuple(
        Relation(entities[one.head], entities[one.tail], one.label)
        for n, one in enumerate(gold.relations)
        if (n + number) % every and one.head in entities and one.tail in entities
    )
    return Document(gold.id, gold.text, tuple(entities.values()), relations)


def _lasting(result: Json) -> Json:
    """Without what a new version or another definition in the schema changes."""
    recipe = {
        key: value for key, value in result["recipe"].items() if key not in ("curate", "schema")
    }
    return _rounded(result | {"recipe": recipe})


def _rounded(value: Any) -> Any:
    """Numbers to nine digits, as the last bits depend on the processor."""
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(one) for one in value]
    return float(f"{value:.9g}") if isinstance(value, float) else value


def _entity(entity: Entity) -> list[Any]:
    return [entity.start, entity.end, entity.label]


def _relation(relation: Relation) -> list[Any]:
    return [_entity(relation.head), _entity(relation.tail), relation.label]


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def main() -> None:
    """Write the kept digests anew, and say which of them changed."""
    pipeline = load_pipeline()
    developed_on = (
        pipeline.suggest(article, SCHEMA) for article in read_articles(DEVELOPMENT_ARTICLES)
    )
    before = kept_digests()
    digests = suggestion_digests(developed_on, suggest_unseen(pipeline))
    with TemporaryDirectory() as folder:
        digests |= score_digests(Path(folder))
    KEPT.write_text(json.dumps(digests, indent=2) + "\n", encoding="utf-8")
    changed = [name for name, digest in digests.items() if before.get(name) != digest]
    print("\n".join(f"changed: {name}" for name in changed) or "nothing changed")  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
