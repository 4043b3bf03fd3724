"""Batches of what is sent."""

from curation.labelstudio.server import upload_batches as batches
from curation.labelstudio.server.upload_batches import upload_batches


def test_batches_hold_so_many_items_and_so_many_bytes_at_most(monkeypatch):
    """An item that is heavier than a batch goes alone."""
    monkeypatch.setattr(batches, "BATCH_DOCUMENTS", 3)
    monkeypatch.setattr(batches, "BATCH_BYTES", 10)
    sizes = dict(zip("abcdefgh", (1, 1, 1, 6, 4, 1, 20, 1), strict=True))

    found = upload_batches(((name, bytes(size)) for name, size in sizes.items()), weigh=len)

    assert ["".join(batch) for batch in found] == ["abc", "de", "f", "g", "h"]
    assert list(upload_batches((), weigh=len)) == []
