"""How documents are divided for cross-validation."""

from hypothesis import given
from hypothesis import strategies as st

from curation.documents.document import Document
from curation.training.cross_validation import make_folds


@given(st.lists(st.integers(0, 7), min_size=1, max_size=30), st.integers(2, 8))
def test_each_document_is_in_one_fold_and_each_group_too(numbers, count):
    documents = [Document(f"d{place}", "x") for place in range(len(numbers))]
    groups = {f"d{place}": f"g{number}" for place, number in enumerate(numbers)}

    folds = make_folds(documents, groups, count)

    assert sorted(one.id for fold in folds for one in fold) == sorted(groups)
    assert all(folds)
    of_group = {}
    for place, fold in enumerate(folds):
        for one in fold:
            assert of_group.setdefault(groups[one.id], place) == place
    assert folds == make_folds(documents, groups, count)
