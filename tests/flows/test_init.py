"""A new folder is one to work in at once, and what stood there stays."""

import pytest
from command_line import run
from samples import ROOT

from curation.articles import read_articles
from curation.errors import InputError
from curation.flows.init import init
from curation.preannotate import suggest_all
from curation.schema.folder import read_built_schema_in
from curation.schema.read import read_schema

WRITTEN = {
    "README.md", ".gitignore", "seeds/example.txt", "seeds/example.meta.json",
    "label_config/schema.toml", "label_config/labeling.xml", "label_config/guidelines.md", "label_config/schemas.json",
}  # fmt: skip


@pytest.mark.parametrize("starter", ["minimal", "news"])
def test_a_new_folder_has_a_built_schema_and_an_article_with_suggestions(tmp_path, starter):
    made = init(tmp_path / "papers", starter)

    folder = tmp_path / "papers"
    assert {str(path.relative_to(folder)) for path in made.written} == WRITTEN
    built = read_built_schema_in(folder / "label_config")
    assert built.fingerprint == made.schema.fingerprint
    (document,) = suggest_all(read_articles([folder / "seeds"]), made.schema)
    assert document.meta["license"] == "CC0-1.0"
    assert document.entities
    assert {one.label for one in document.relations} >= {"affiliated_with", "meets_with"}


def test_the_news_schema_is_that_of_the_shipped_gold(tmp_path):
    shipped = read_schema(ROOT / "label_config" / "schema.toml")

    assert init(tmp_path, "news").schema == shipped


def test_what_stands_in_the_folder_stays_and_is_named(tmp_path):
    (tmp_path / "README.md").write_text("Ours.")

    made = init(tmp_path, "minimal")

    assert made.kept == (tmp_path / "README.md",)
    assert (tmp_path / "README.md").read_text() == "Ours."


def test_a_folder_with_a_schema_is_left_alone(tmp_path):
    init(tmp_path, "minimal")
    (tmp_path / "README.md").unlink()

    with pytest.raises(InputError, match=r"schema\.toml: exists; init makes a folder"):
        init(tmp_path, "news")

    assert not (tmp_path / "README.md").exists()


@pytest.mark.parametrize("name", ["label_config", "seeds"])
def test_a_file_in_place_of_a_folder_is_refused_before_anything_is_written(tmp_path, name):
    (tmp_path / name).write_text("Mine.")

    with pytest.raises(InputError, match=f"{name}: a file; a folder of this name is needed"):
        init(tmp_path, "minimal")

    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_what_to_type_next_is_said(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)

    code, out, err = run(capsys, "init", "my papers")

    assert (code, out) == (0, "")
    assert err == (
        "3 entity types, 3 relations: my papers/label_config/schema.toml\n"
        "8 files written.\n"
        "Change the schema, put articles into seeds in place of the example, then type:\n"
        "  cd 'my papers'\n  curate up\n  curate preannotate\n  curate push\n"
    )
    assert run(capsys, "init", "letter.txt/x")[0] == 0
    assert run(capsys, "init", "my papers/README.md")[0] == 1
