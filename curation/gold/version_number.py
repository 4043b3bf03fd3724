"""Which number a release gets."""

from curation.errors import UsageError
from curation.gold.dataset import Version
from curation.gold.totals import DatasetTotals
from curation.gold.versions import is_version, version_order

FIRST_VERSION = "0.1.0"


def next_version(totals: DatasetTotals, before: Version | None) -> str:
    """
    The version number that fits what has changed since the version *before*.

    The major number counts changes of the schema, the minor one changes of the set of documents,
    the patch number changes of annotations alone.
    """
    if before is None:
        return FIRST_VERSION
    major, minor, patch = version_order(before.manifest.version)
    if totals.schema.fingerprint != before.manifest.fingerprint:
        return f"{major + 1}.0.0"
    if totals.text_hashes.keys() != before.arms.keys():
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"


def refuse_invalid_number(version: str | None) -> None:
    """Raise UsageError for what is no version number."""
    if version is not None and not is_version(version):
        what = (
            f"{version!r} is no version: a version is three numbers with dots between, as 1.0.0"
        )
        raise UsageError(what, hint="curate release (takes the next version that fits)")
