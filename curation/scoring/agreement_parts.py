"""The agreement of all pairs together, of each two annotators, and of each annotator against the others."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from curation.scoring.agreement_results import (
    AgreementRecipe,
    AnnotatorAgreement,
    AnnotatorPair,
    Coefficient,
    PairAgreement,
)
from curation.scoring.annotator_pairs import (
    PairMatches,
    all_entity_agreement_cells,
    all_relation_agreement_cells,
    joined_tables,
    numbers_of,
    part_results,
    part_schemes,
    tables_over,
)
from curation.scoring.matching import IntArray
from curation.scoring.results import SchemeResult
from curation.scoring.scheme_results import scheme_results
from curation.scoring.token_agreement import (
    TokenTables,
    coefficients,
    mean_kappa,
    tables_of_one_pair,
)

_Results = Mapping[str, SchemeResult]


@dataclass(frozen=True, kw_only=True)
class PartResults:
    """The results of some annotators, by scheme, and the coefficients."""

    entities: _Results
    relations: _Results
    kappa: Coefficient
    alpha: Coefficient


class ComparedPairs:
    """
    The matches of all pairs of annotators, to be counted together and in parts.

    The n-th document that came has the number *order[n]*. The intervals of each part come from
    resampling the documents of that part; what is known of another part isn't worked out again.
    """

    def __init__(
        self,
        matches: Mapping[AnnotatorPair, PairMatches],
        tokens: TokenTables,
        order: IntArray,
        recipe: AgreementRecipe,
    ) -> None:
        self._matches = dict(sorted(matches.items()))
        self._order = order
        self._tokens = tokens.tables(list(self._matches), order)
        self._recipe = recipe
        self._sampling = {"seed": recipe.seed, "resamples": recipe.resamples}

    @cached_property
    def together(self) -> PartResults:
        """Entities and relations by every scheme, κ and α, over all pairs on every document."""
        everything = np.arange(len(self._order))
        tables = tables_over([*self._matches.values()], self._order, everything)
        entities, relations = scheme_results(
            all_entity_agreement_cells(tables),
            all_relation_agreement_cells(tables),
            **self._sampling,
        )
        kappa, alpha = coefficients(self._tokens, **self._sampling)
        return PartResults(entities=entities, relations=relations, kappa=kappa, alpha=alpha)

    @cached_property
    def pairs(self) -> Mapping[AnnotatorPair, PairAgreement]:
        """Each two annotators, sorted."""
        return {pair: self._agreement_of(n, pair) for n, pair in enumerate(self._matches)}

    def _agreement_of(self, number: int, pair: AnnotatorPair) -> PairAgreement:
        matches = self._matches[pair]
        documents = numbers_of([matches], self._order)
        if len(self._matches) == 1:  # all that there is
            entities, relations = part_schemes(self.together.entities, self.together.relations)
            kappa = self.together.kappa
            alpha = self.together.alpha
        else:
            entities, relations = part_results(
                tables_over([matches], self._order, documents), self._recipe
            )
            kappa, alpha = coefficients(
                tables_of_one_pair(self._tokens[documents, number]), **self._sampling
            )
        return PairAgreement(
            annotators=pair,
            documents=len(documents),
            entities=entities,
            relations=relations,
            kappa=kappa,
            alpha=alpha,
        )

    def by_annotator(self) -> Iterator[AnnotatorAgreement]:
        """Each annotator who has a document in common with another one, sorted."""
        for annotator in sorted({name for pair in self._matches for name in pair}):
            pairs = {
                pair: matches for pair, matches in self._matches.items() if annotator in pair
            }
            documents = numbers_of([*pairs.values()], self._order)
            only = self.pairs[next(iter(pairs))] if len(pairs) == 1 else None
            if only and only.annotators[1] == annotator:
                entities = only.entities
                relations = only.relations
            else:
                tables = {
                    pair: tables_over([matches], self._order, documents)
                    for pair, matches in pairs.items()
                }
                # The others stand for the gold, which is the first of a pair.
                others_first = [
                    table.turned() if pair[0] == annotator else table
                    for pair, table in tables.items()
                ]
                entities, relations = part_results(joined_tables(others_first), self._recipe)
            places = [n for n, pair in enumerate(self._matches) if annotator in pair]
            kappa = (
                only.kappa
                if only
                else mean_kappa(self._tokens[documents][:, places], **self._sampling)
            )
            yield AnnotatorAgreement(
                annotator=annotator,
                documents=len(documents),
                entities=entities,
                relations=relations,
                kappa=kappa,
            )
