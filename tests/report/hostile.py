"""What somebody might write into articles, labels and links to get a page to do what it shouldn't."""

from curation.documents.document import Document, Entity, Layer, Relation

SCRIPT = "<script>alert(1)</script>"
TEXTS = (
    SCRIPT,
    "</style><style>*{display:none}</style>",
    "</script><script>alert(2)</script>",
    '"><img src=x onerror=alert(3)>',
    "' onmouseover='alert(4)",
    "<svg onload=alert(5)>",
    "<!-- --><iframe src='https://example.org/'></iframe>",
    "{{ 7 * 7 }} {% raw %}",
    "$x^2$ @0@ @9999@ &amp; &lt;",
    "\u202egnihton\u202c \u2066x\u2069",
    "\x1b[31m\x07",
    "</p></div></section></main><h1>The end</h1>",
    "<base href=https://example.org/><meta http-equiv=refresh content=0>",
    "x" * 5000,
)
LINK = "javascript:alert(6)"


def documents() -> tuple[list[Document], list[Document]]:
    """Gold and suggestions with all of it as text, type, relation, id, title, address and language."""
    golds, found = [], []
    for n, words in enumerate(TEXTS):
        text = f"{words} met {words} today."
        other = len(words) + 5
        kind = words.strip()
        one = Entity(0, len(words), kind, score=0.5)
        two = Entity(other, other + len(words), "GPE", score=0.9)
        meta = {"title": words, "url": LINK, "lang": f'en" onclick="{SCRIPT}', "src": words}
        layer = Layer("model", words, words, words, words)
        entities, arrow = (one, two), Relation(one, two, f"rel {kind}")
        golds.append(Document(f"{n} {words}", text, entities, (arrow,), meta, layer))
        wrong = Entity(0, len(words), f"not {kind}", score=0.1)
        back = Relation(two, wrong, f"rel {kind}")
        found.append(Document(f"{n} {words}", text, (wrong, two), (back,), meta, layer))
    return golds, found
