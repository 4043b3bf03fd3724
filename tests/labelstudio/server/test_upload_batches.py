"""Batches of what is sent, made while something else goes on."""

from threading import Event

from curation.labelstudio.server import upload_batches
from curation.labelstudio.server.upload_batches import sized_batches


def test_the_first_batch_is_made_before_anybody_asks_for_one():
    made = Event()

    def items():
        yield "doc-1", b"{}", 2
        made.set()

    batches = sized_batches(items())

    assert made.wait(60)
    assert list(batches) == [{"doc-1": b"{}"}]


def test_batches_hold_so_many_documents_or_so_many_bytes(monkeypatch):
    monkeypatch.setattr(upload_batches, "BATCH_DOCUMENTS", 2)
    monkeypatch.setattr(upload_batches, "BATCH_BYTES", 10)

    found = sized_batches(
        (name, name, size) for name, size in zip("abcde", (1, 1, 1, 20, 1), strict=True)
    )

    assert [list(batch) for batch in found] == [["a", "b"], ["c", "d"], ["e"]]
    assert list(sized_batches(())) == []
