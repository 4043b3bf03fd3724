"""Which number a release gets: the next one that fits what has changed, or a larger one that was asked for."""

from dataclasses import dataclass

from curation.errors import UsageError
from curation.gold.dataset import Version
from curation.gold.release.totals import DatasetTotals
from curation.gold.sealed.versions import is_version, version_order

FIRST_VERSION = "0.1.0"


@dataclass(frozen=True)
class FittingNumber:
    """The smallest version *number* that fits what has changed since the version *before*, and *what* that is."""

    number: str
    what: str
    before: str


def fitting_number(totals: DatasetTotals, before: Version) -> FittingNumber:
    """
    The smallest number that fits what has changed since the version *before*.

    The major number counts changes of the schema, the minor one changes of the set of documents,
    the patch number changes of annotations alone.
    """
    version = before.manifest.version
    major, minor, patch = version_order(version)
    if totals.schema.fingerprint != before.manifest.fingerprint:
        return FittingNumber(f"{major + 1}.0.0", "the schema changed", version)
    if totals.text_hashes.keys() != before.arms.keys():
        return FittingNumber(f"{major}.{minor + 1}.0", "documents came or went", version)
    return FittingNumber(f"{major}.{minor}.{patch + 1}", "annotations changed", version)


def refuse_invalid_number(version: str | None) -> None:
    """Raise UsageError for what is no version number."""
    if version is not None and not is_version(version):
        what = (
            f"{version!r} is no version: a version is three numbers with dots between, as 1.0.0"
        )
        raise UsageError(what, hint="curate release (takes the next version that fits)")
