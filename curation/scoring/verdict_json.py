"""How well annotators agree with verdicts, as JSON and back; ``agreement_json`` says what the keys are."""

from collections.abc import Mapping
from dataclasses import fields

from curation.files import Json
from curation.scoring.scores_json import (
    intervals_to_json,
    read_intervals,
    read_results_by_scheme,
    results_by_scheme_to_json,
)
from curation.scoring.verdict_results import (
    Anchoring,
    AnchoringShares,
    AnnotatorAgainstVerdict,
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


def read_verdict_agreement(data: Json) -> VerdictAgreement:
    """The value of an object by ``verdict_agreement_to_json``."""
    anchoring = data["anchoring"]
    return VerdictAgreement(
        documents=data["documents"],
        own_verdicts=data["own_verdicts"],
        annotators=tuple(
            AnnotatorAgainstVerdict(
                annotator=one["annotator"],
                documents=one["documents"],
                entities=read_results_by_scheme(one["entities"]),
                relations=read_results_by_scheme(one["relations"]),
            )
            for one in data["annotators"]
        ),
        anchoring=Anchoring(
            arms={name: _read_arm(arm) for name, arm in anchoring["arms"].items()},
            differences={
                path: ArmDifference(
                    assisted=one["assisted"],
                    blind=one["blind"],
                    **read_intervals(one),
                )
                for path, one in anchoring["differences"].items()
            },
            unknown=anchoring["unknown"],
        ),
    )


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


def _read_arm(data: Json) -> ArmAgainstVerdict:
    return ArmAgainstVerdict(
        documents=data["documents"],
        annotations=data["annotations"],
        entities=read_results_by_scheme(data["entities"]),
        relations=read_results_by_scheme(data["relations"]),
        entity_shares=_read_shares(data["shares"]["entities"]),
        relation_shares=_read_shares(data["shares"]["relations"]),
    )


def _shares_to_json(shares: AnchoringShares) -> Json:
    return {name: _share_to_json(getattr(shares, name)) for name in _SHARES}


def _read_shares(data: Json) -> AnchoringShares:
    return AnchoringShares(**{name: _read_share(data[name]) for name in _SHARES})


def _share_to_json(share: Share) -> Json:
    return {
        "part": share.part,
        "whole": share.whole,
        "documents": share.documents,
        "share": share.value,
        **intervals_to_json(share.bca, share.percentile),
    }


def _read_share(data: Json) -> Share:
    return Share(
        part=data["part"],
        whole=data["whole"],
        documents=data["documents"],
        **read_intervals(data),
    )


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
