"""
`curate eval` and `curate agree` of two files, as whole commands, against a script with nervaluate.

Two files of 10,000 documents of 3,000 characters, 30 entities of 11 types and 10 relations; the second
misses 5 %, gives 5 % another type and 5 % another end. The script reads the same lines with
``json.loads`` and works out its four schemes, micro and by type. The sides take turns; the CPU of
whole processes is compared, since other programs on the machine change the clock's time more.
"""

import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from frame.figures import Figure, amount, quicker, report
from frame.processes import Ran, curate, python
from frame.studio import LENGTH, ROOT, sized

from curation.documents.document import Document, Entity, Relation
from curation.schema import read_schema

DOCUMENTS = 10_000
ENTITIES = 30
RELATIONS = 10
ROUNDS = 3
MOST_MEMORY = 250
GOLD = "gold.jsonl"
FOUND = "found.jsonl"
TYPES = sorted(read_schema(ROOT / "label_config" / "schema.toml").entities)
RELATION_TYPES = sorted(read_schema(ROOT / "label_config" / "schema.toml").relations)


def gold_document(number: int) -> Document:
    """A document with entities of all types, and relations of all types between neighbours."""
    bare = sized(number, LENGTH, ENTITIES, 0, None)
    rng = random.Random(number)
    entities = [replace(one, label=rng.choice(TYPES)) for one in bare.entities]
    relations = [
        Relation(
            entities[3 * n], entities[3 * n + rng.randint(1, 2)], rng.choice(RELATION_TYPES)
        )
        for n in range(RELATIONS)
    ]
    return replace(bare, entities=tuple(entities), relations=tuple(relations))


def found_document(gold: Document, rng: random.Random) -> Document:
    """What a model makes of the document: some entities and relations are missed, and some wrong."""
    found: dict[Entity, Entity] = {}
    for one in gold.entities:
        chance = rng.random()
        if chance < 0.05:
            continue
        if chance < 0.10:
            found[one] = replace(one, label=rng.choice(TYPES))
        elif chance < 0.15:
            found[one] = replace(one, end=one.end - 2)
        else:
            found[one] = one
    relations = [
        Relation(
            found[one.head],
            found[one.tail],
            rng.choice(RELATION_TYPES) if rng.random() < 0.05 else one.label,
        )
        for one in gold.relations
        if one.head in found and one.tail in found and rng.random() > 0.05
    ]
    return replace(gold, entities=tuple(found.values()), relations=tuple(relations))


def fill(folder: Path) -> None:
    """Write both files."""
    rng = random.Random(1)
    with (folder / GOLD).open("w") as golds, (folder / FOUND).open("w") as answers:
        for number in range(DOCUMENTS):
            gold = gold_document(number)
            golds.write(gold.to_line() + "\n")
            answers.write(found_document(gold, rng).to_line() + "\n")


def nervaluate(folder: Path) -> None:
    """What somebody writes who has two files, nervaluate and its documentation."""
    from nervaluate import Evaluator

    def spans(name: str) -> dict[str, list[dict[str, Any]]]:
        with (folder / name).open(encoding="utf-8") as lines:
            return {
                document["id"]: [
                    {"label": one["label"], "start": one["start"], "end": one["end"] - 1}
                    for one in document["entities"]
                ]
                for document in map(json.loads, lines)
            }

    golds = spans(GOLD)
    answers = spans(FOUND)
    both = [list(golds.values()), [answers[identity] for identity in golds]]
    found = Evaluator(*both, tags=TYPES, loader="dict").evaluate()
    overall = {name: one.f1 for name, one in found["overall"].items()}
    by_type = {
        label: {name: one.f1 for name, one in schemes.items()}
        for label, schemes in found["entities"].items()
    }
    print(json.dumps({"overall": overall, "by_type": by_type}))


def rounds(folder: Path) -> dict[str, list[Ran]]:
    """What each side took, round by round; the files lie in the *folder*."""
    files = [str(folder / GOLD), str(folder / FOUND)]
    ran: dict[str, list[Ran]] = {"eval": [], "agree": [], "nervaluate": []}
    for number in range(ROUNDS):
        print(f"round {number + 1} of {ROUNDS}", file=sys.stderr)
        scored = ["--gold", files[0], "--predictions", files[1]]
        ran["nervaluate"].append(python([__file__, "--nervaluate", str(folder)], cwd=ROOT))
        ran["eval"].append(curate("eval", *scored, "--json", cwd=ROOT))
        ran["agree"].append(curate("agree", *files, "--json", cwd=ROOT))
    return ran


def median_of(ran: Sequence[Ran], what: str) -> float:
    """The median of one figure of all rounds."""
    return median(getattr(one, what) for one in ran)


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name:
        # Made by a process of its own, so that this one stays small.
        subprocess.run([sys.executable, __file__, "--fill", name], check=True)
        ran = rounds(Path(name))
    theirs = ran["nervaluate"]
    their_clock = median_of(theirs, "seconds")
    for command in ("eval", "agree"):
        ours = ran[command]
        clock = amount(median_of(ours, "seconds"), "s")
        yield quicker(
            f"`curate {command} --json` of two files, {DOCUMENTS:,} documents × {ENTITIES} entities"
            f" × {RELATIONS} relations, CPU",
            "nervaluate on the same files: 4 schemes, micro and by type, no relations, no intervals",
            median_of(ours, "cpu"),
            median_of(theirs, "cpu"),
            aim=1.5,
            note=f"median of {ROUNDS} rounds; by the clock {clock} and {amount(their_clock, 's')}",
        )
    for command in ("eval", "agree"):
        peak = max(one.peak for one in ran[command])
        yield Figure(
            f"the same `curate {command}`, peak memory",
            aim=f"≤ {MOST_MEMORY} MB",
            measured=amount(peak, "MB"),
            met=peak <= MOST_MEMORY,
            note=f"nervaluate: {amount(max(one.peak for one in theirs), 'MB')}",
        )


if __name__ == "__main__":
    if "--fill" in sys.argv:
        fill(Path(sys.argv[-1]))
    elif "--nervaluate" in sys.argv:
        nervaluate(Path(sys.argv[-1]))
    else:
        report(figures())
