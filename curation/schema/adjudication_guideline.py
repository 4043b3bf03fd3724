"""The instructions of an adjudication project: how to settle differences, then what to mark."""

from curation.schema.guidelines import instructions_html, type_lines
from curation.schema.model import Schema

_HOW_TO_SETTLE = """
Annotators read this article without seeing each other's work. What they agree on is marked already. Where they differ, you decide.

- **The panel** beside the text numbers the differences, in the order of the text. The same number stands in the text, on a yellow mark. The words in question are in bold.
- **Tick one option for each difference**: one look, one click. The options are what the annotators marked, in no particular order. Nobody is told whose they are.
- **not marked** and **no arrow** say that nothing is to stand there.
- **An arrow in words** reads from its head to its tail: "Russia → supports → Assad". "—" in place of "→" says that the relation has no direction. Where "and" and an arrow stand behind a type, the arrow comes with the name and goes with it.
- **neither** says that no option is right: you mark yourself what is right.
  - *Entities*: tick **neither**, press the key of the type, drag over the words. Nothing but what you drag stands there then. To mark nothing, tick **not marked**, not neither.
  - *Relations*: tick **neither**, then draw the arrow and give it its label: click on the name where it starts, press Alt+R, click on the other name; in the list **Relations** point at the arrow, press **…** and choose. Where a name is itself in question, click on its yellow mark: the arrow goes to whatever you decide there.
- **Leave the yellow marks alone.** To delete one deletes the arrows at it.
- **What all agree on** can be corrected like any suggestion. Do so only where it is plainly wrong: each such change is told to the maintainers.
- **The question about the document**: where somebody set a flag that keeps the document out of the gold, *keep out* or *take in* decides.
- **Submit** (Ctrl+Enter) is refused while a difference lacks its verdict, with "Each difference needs a verdict."
- **Undo** (Ctrl+Z) takes back one change after the other. Another option of the same difference simply takes the first one's place.
- **Reload the page** where it looks wrong: a few seconds after each change your work is saved as a draft, and comes back. Wait some ten seconds after your last change before you reload.
- **no longer in question** says that the annotators agree by now, or that the difference is asked anew further down: leave it ticked.
- **A document that comes back to you**: where annotations changed after your verdict, new differences stand at the end of the panel. Open the task from the list, tick them, and press **Update**.
- **Where you are one of its annotators**, leave the document to somebody else: press **Skip**.
- **The note** is for the maintainers; it is not published. Your verdicts are, under a made-up name in place of yours.
"""


def adjudication_guideline_html(schema: Schema) -> str:
    """The instructions for adjudicators in HTML, for Label Studio."""
    lines = ("# How to adjudicate", "", "## Settling differences", _HOW_TO_SETTLE)
    return instructions_html("\n".join((*lines, *type_lines(schema))))
