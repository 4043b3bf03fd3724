"""Batches of what is sent."""

from curation.labelstudio.server import upload_batches
from curation.labelstudio.server.upload_batches import sized_batches


def test_batches_hold_so_many_documents_or_so_many_bytes(monkeypatch):
    monkeypatch.setattr(upload_batches, "BATCH_DOCUMENTS", 2)
    monkeypatch.setattr(upload_batches, "BATCH_BYTES", 10)

    found = sized_batches(
        (name, name, size) for name, size in zip("abcde", (1, 1, 1, 20, 1), strict=True)
    )

    assert [list(batch) for batch in found] == [["a", "b"], ["c", "d"], ["e"]]
    assert list(sized_batches(())) == []
