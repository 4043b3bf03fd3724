"""Relations in the many words that news have for them: first the sentences that state none."""

import pytest

NOTHING = [
    # opposes
    pytest.param("It fought against GPE[Iran].", id="a pronoun fights"),
    pytest.param("They condemned the attack on GPE[Israel].", id="who was attacked isn't condemned"),
    pytest.param("GPE[Norway] rejected a request by GPE[Iran].", id="a refused request"),
    pytest.param("GPE[Norway] warned of fighting between them and ORG[Hamas].", id="one side alone is named"),
    pytest.param("A ORG[NATO] aircraft crashed, killing 14 NORP[British] servicemen.", id="an accident"),
    pytest.param("He may be wanted by GPE[Norway].", id="wanted, perhaps, and not named"),
    pytest.param("GPE[Brazil] defeated GPE[Argentina].", id="a match"),
    # supports
    pytest.param("He defended it against GPE[Iran].", id="pronouns defend"),
    pytest.param("GPE[Norway] may ratify the LAW[Kyoto Protocol].", id="may ratify"),
    pytest.param("GPE[Norway] promised no aid to GPE[Iran].", id="no aid"),
    # meets_with
    pytest.param("PERSON[Ann Lee] visited GPE[Norway].", id="a visited country"),
    pytest.param("PERSON[Ann Lee] visited it after talks between them.", id="pronouns talk"),
    # agreement_with
    pytest.param("A treaty between GPE[Norway], GPE[Iran] and GPE[Syria] exists.", id="three parties"),
    # member_of
    pytest.param("ORG[EU] officials such as PERSON[Ann Lee] left.", id="officials of a union"),
    pytest.param("GPE[Malta] will never join the ORG[EU].", id="never joins"),
    # located_in, based_in
    pytest.param("Teamwork with GPE[Iran] in GPE[Syria] went on.", id="a country in a country"),
    pytest.param("GPE[Oslo], GPE[Bergen] and GPE[Norway] took part.", id="a list of places"),
    pytest.param("The GPE[US] ORG[Congress] met.", id="a body of the state"),
    pytest.param("PERSON[Ann Lee] met a former member of the ORG[Duma].", id="met a member"),
    # has_nationality, affiliated_with, holds_position
    pytest.param("A NORP[Norwegian] critic PERSON[Ann Lee] met was angry.", id="a critic of another's"),
    pytest.param("ORG[Mehr News Agency] quoted PERSON[Khamenei].", id="quoted by"),
    pytest.param("A ORG[Hamas] victim, PERSON[Ann Lee], spoke.", id="a victim"),
    pytest.param("Without PERSON[Putin], the GPE[US] TITLE[president] said so.", id="a comma before another's office"),
]  # fmt: skip
FOUND = [
    pytest.param("ORG[Hamas] defeated the ORG[Fatah] forces.", {"Hamas opposes Fatah"}, id="forces defeated"),
    pytest.param("PERSON[Ann Lee], a former member of the ORG[Duma], spoke.", {"Ann Lee member_of Duma"}, id="a member, between commas"),
    pytest.param("GPE[US] NORP[Republican] TITLE[Senator] PERSON[Bob Ray] left.", {"Bob Ray holds_position Senator", "Bob Ray affiliated_with US", "Bob Ray affiliated_with Republican"}, id="of a state and a party"),
    pytest.param("The TITLE[director] of ORG[NASA] PERSON[Michael Griffin] left.", {"Michael Griffin holds_position director", "Michael Griffin affiliated_with NASA"}, id="a body between office and name"),
    pytest.param("PERSON[Ann Lee] (GPE[Kenya]) won.", {"Ann Lee has_nationality Kenya"}, id="in brackets"),
    pytest.param("GPE[Israel] threatened to attack GPE[Iran].", {"Israel opposes Iran"}, id="a threat"),
    pytest.param("GPE[Iran] pledged to help GPE[Syria].", {"Iran supports Syria"}, id="announced help"),
    pytest.param("GPE[Norway] voted in favour of the LAW[Kyoto Protocol].", {"Norway supports Kyoto Protocol"}, id="in favour of"),
    pytest.param("GPE[Russia] backs PERSON[Bashar Assad], helping PERSON[Assad]'s army.", {"Russia supports Bashar Assad"}, id="once a sentence"),
    pytest.param("The fleet of GPE[Iran] bombed the port of GPE[Poti].", {"Iran opposes Poti"}, id="the port of a name"),
    pytest.param("The capital of GPE[Iraq], GPE[Baghdad], is quiet.", {"Baghdad located_in Iraq"}, id="the capital of"),
    pytest.param("GPE[Mosul], GPE[Iraq]'s second largest city, is quiet.", {"Mosul located_in Iraq"}, id="said of a town"),
    pytest.param("Cities in GPE[Iraq], including GPE[Mosul], burn.", {"Mosul located_in Iraq"}, id="including"),
    pytest.param("NORP[Georgian] forces fought; GPE[Iran] denies it and accuses GPE[Norway] of lies.", {"Iran opposes Norway"}, id="a second verb"),
    pytest.param("Days of fighting between NORP[Georgian] forces and NORP[Ossetian] units followed.", {"Georgian opposes Ossetian"}, id="mutual, from the first"),
    pytest.param("The ORG[Taliban] were ousted by the GPE[US]-led invasion.", {"US opposes Taliban"}, id="a deed led by"),
    pytest.param("PERSON[Berg] is wanted by the NORP[British].", {"British opposes Berg"}, id="wanted"),
    pytest.param("PERSON[Ann Lee] criticised GPE[Iran]'s nuclear programme.", {"Ann Lee opposes Iran"}, id="its programme"),
    pytest.param("NORP[Russian] forces destroyed a NORP[Georgian] rail bridge.", {"Russian opposes Georgian"}, id="its bridge"),
    pytest.param("PERSON[Ann Lee], a critic of PERSON[Putin], left.", {"Ann Lee opposes Putin"}, id="a critic"),
    pytest.param("Police arrested PERSON[Bob]; GPE[Norway] sued ORG[Acme].", {"Norway opposes Acme"}, id="sued"),
    pytest.param("GPE[Norway] ratified the LAW[Kyoto Protocol].", {"Norway supports Kyoto Protocol"}, id="ratified"),
    pytest.param("GPE[US] aid to GPE[Israel] grew.", {"US supports Israel"}, id="aid"),
    pytest.param("GPE[France] recognised GPE[Kosovo].", {"France supports Kosovo"}, id="recognised"),
    pytest.param("They left the NORP[Western]-backed NORP[Palestinian] TITLE[President] PERSON[Mahmoud Abbas].", {"Western supports Mahmoud Abbas", "Mahmoud Abbas affiliated_with Palestinian", "Mahmoud Abbas holds_position President"}, id="backed, with an office"),
    pytest.param("PERSON[Ortega] visited PERSON[Khamenei].", {"Ortega meets_with Khamenei"}, id="a visit to a person"),
    pytest.param("NORP[Israeli]-NORP[Palestinian] peace talks began.", {"Israeli meets_with Palestinian"}, id="joined by a hyphen"),
    pytest.param("ORG[EU] states such as GPE[Malta] left.", {"Malta member_of EU"}, id="such as"),
    pytest.param("GPE[Malta] joined the ORG[EU].", {"Malta member_of EU"}, id="joined"),
    pytest.param("Fire broke out in GPE[Senaki] in western GPE[Georgia].", {"Senaki located_in Georgia"}, id="in the west of"),
    pytest.param("Both GPE[Senaki] and GPE[Zugdidi] lie in GPE[Georgia].", {"Senaki located_in Georgia", "Zugdidi located_in Georgia"}, id="lie in"),
    pytest.param("The GPE[US] state of GPE[Ohio] voted.", {"Ohio located_in US"}, id="a state of"),
    pytest.param("The EVENT[European Championship] was held in GPE[Portugal].", {"European Championship located_in Portugal"}, id="held in"),
    pytest.param("GPE[US] oil company ORG[Acme] left.", {"Acme based_in US"}, id="what it is, between"),
    pytest.param("NORP[Italian] PERSON[Mario Monti] left.", {"Mario Monti has_nationality Italian"}, id="at once before the name"),
    pytest.param("GPE[Nicaragua]'s PERSON[Ortega] left.", {"Ortega has_nationality Nicaragua"}, id="a state's"),
    pytest.param("ORG[Reuters] reporter PERSON[Ann Lee] left.", {"Ann Lee affiliated_with Reuters"}, id="employed"),
    pytest.param("PERSON[Ann Lee], an analyst at the ORG[Brookings Institution], left.", {"Ann Lee affiliated_with Brookings Institution"}, id="employed, behind the name"),
    pytest.param("GPE[US] TITLE[President]-elect PERSON[Barack Obama] left.", {"Barack Obama affiliated_with US"}, id="elect holds no office yet"),
    pytest.param("According to PERSON[Lee Tae-sik], GPE[South Korea]'s TITLE[ambassador], it failed.", {"Lee Tae-sik holds_position ambassador", "Lee Tae-sik affiliated_with South Korea"}, id="between commas"),
]  # fmt: skip


@pytest.mark.parametrize("sentence", NOTHING)
def test_what_a_sentence_does_not_state_is_no_relation(relations_in, sentence):
    assert relations_in(sentence) == set()


@pytest.mark.parametrize(("sentence", "relations"), FOUND)
def test_what_a_sentence_states_is_found(relations_in, sentence, relations):
    assert relations_in(sentence) == relations
