"""How well annotators agree with verdicts, as JSON; ``agreement_json`` says what the keys are."""

from collections.abc import Mapping
from dataclasses import fields

from curation.files import Json
from curation.scoring.scores_json import (
    intervals_to_json,
    results_by_scheme_to_json,
)
from curation.scoring.verdict_results import (
    AnchoringShares,
    ArmAgainstVerdict,
    ArmDifference,
    Share,
    VerdictAgreement,
)

_SHARES = tuple(field.name for field in fields(AnchoringShares))


def verdict_agreement_to_json(found: VerdictAgreement) -> Json:
    """The object under ``verdicts`` in an agreement's JSON."""
    return {
        "documents": found.documents,
        "own_verdicts": found.own_verdicts,
        "annotators": [
            {
                "annotator": one.annotator,
                "documents": one.documents,
                **results_by_scheme_to_json(one.entities, one.relations),
            }
            for one in found.annotators
        ],
        "anchoring": {
            "arms": {name: _arm_to_json(arm) for name, arm in found.anchoring.arms.items()},
            "differences": _differences_to_json(found.anchoring.differences),
            "unknown": found.anchoring.unknown,
        },
    }


def _arm_to_json(arm: ArmAgainstVerdict) -> Json:
    return {
        "documents": arm.documents,
        "annotations": arm.annotations,
        **results_by_scheme_to_json(arm.entities, arm.relations),
        "shares": {
            "entities": _shares_to_json(arm.entity_shares),
            "relations": _shares_to_json(arm.relation_shares),
        },
    }


def _shares_to_json(shares: AnchoringShares) -> Json:
    return {name: _share_to_json(getattr(shares, name)) for name in _SHARES}


def _share_to_json(share: Share) -> Json:
    return {
        "part": share.part,
        "whole": share.whole,
        "documents": share.documents,
        "share": share.value,
        **intervals_to_json(share.bca, share.percentile),
    }


def _differences_to_json(differences: Mapping[str, ArmDifference]) -> Json:
    return {
        path: {
            "assisted": one.assisted,
            "blind": one.blind,
            "difference": one.difference,
            **intervals_to_json(one.bca, one.percentile),
        }
        for path, one in differences.items()
    }
