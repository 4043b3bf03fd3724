"""The README and its pages are true: links, paths, commands and options are there."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from msgspec.structs import fields
from samples import ROOT, SCHEMA
from test_architecture import ROOMS

from curation import cli
from curation.annotations import record
from curation.errors import CurateError
from curation.formats.all_formats import FORMATS

README = ROOT / "README.md"
MAINTAINING = ROOT / "docs" / "maintaining.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
CHANGELOG = ROOT / "CHANGELOG.md"
DOCS = sorted((ROOT / "docs").glob("*.md"))
PAGES = (README, *DOCS, CONTRIBUTING, CHANGELOG)

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s#]*)(?:#([^)\s]*))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
INLINE = re.compile(r"`([^`\n]+)`")

# A path of the repository, `*` standing for any name; what .gitignore names isn't one.
PATH = re.compile(
    r"(?!\.curate|\.venv)[\w.*-]+(?:/[\w.*-]*)+|[\w*-]+\.(?:py|md|toml|txt|xml|html|css|js)"
)

by_name = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def prose_of(page: Path) -> str:
    return BLOCK.sub("", text_of(page))


def anchors_of(page: Path) -> set[str]:
    """The anchors that GitHub gives to the headings of a page."""
    headings = HEADING.findall(prose_of(page))
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}


def typed_in(page: Path) -> Iterator[str]:
    """Each command that the blocks of a page show, without the prompt, comments and pipes."""
    for language, block in BLOCK.findall(text_of(page)):
        if language not in ("console", "sh"):
            continue
        for line in block.splitlines():
            if language == "console" and not line.startswith("$ "):
                continue
            yield from split(line.removeprefix("$ "))


def split(line: str) -> Iterator[str]:
    words = shlex.split(line, comments=True)
    while words:
        end = next((i for i, word in enumerate(words) if word in ("|", "&&")), len(words))
        if command := words[:end]:
            yield shlex.join(command)
        words = words[end + 1 :]


def commands() -> dict[str, typer.core.TyperCommand]:
    """Each command of curate by what is typed: ``schema build``, say."""

    def inside(group, path):
        for name, command in group.commands.items():
            if hasattr(command, "commands"):
                yield from inside(command, (*path, name))
            else:
                yield " ".join((*path, name)), command

    return dict(inside(typer.main.get_command(cli.app), ()))


def parse(words: list[str]) -> None:
    """What curate does with *words*, short of running it; raises typer's error for what it refuses."""
    command, context = typer.main.get_command(cli.app), None
    while True:
        context = command.context_class(command, parent=context, **command.context_settings)
        values, left, _ = command.make_parser(context).parse_args(list(words))
        if not hasattr(command, "commands"):
            break
        if not left:
            return  # curate --help, say
        assert left[0] in command.commands, f"{left[0]!r} is no command"
        command, words = command.commands[left[0]], left[1:]
    assert not left, f"{left} is one argument too many"
    for parameter in command.params:
        assert values.get(parameter.name) is not None or not parameter.required, parameter.name


def test_the_readme_has_at_most_200_lines():
    assert len(text_of(README).splitlines()) <= 200


def test_the_readme_shows_the_two_commands():
    shown = set(typed_in(README))

    assert {"make demo", "make test"} <= shown


@by_name
def test_every_link_leads_to_a_file_and_a_heading_that_are_there(page):
    broken = []
    for target, anchor in LINK.findall(text_of(page)):
        if "://" in target:
            continue
        file = page.parent / target if target else page
        if not file.exists() or (anchor and anchor not in anchors_of(file)):
            broken.append(f"{target}#{anchor}")

    assert broken == []


def test_every_page_is_linked_from_the_readme():
    linked = {target for target, _ in LINK.findall(text_of(README))}

    assert {str(page.relative_to(ROOT)) for page in PAGES[1:]} <= linked


@pytest.mark.parametrize(
    ("page", "command"),
    [(page, command) for page in PAGES for command in dict.fromkeys(typed_in(page))],
    ids=lambda value: value.name if isinstance(value, Path) else value,
)
def test_every_command_that_is_shown_can_be_typed(page, command):
    program, *words = shlex.split(command)

    if program == "curate":
        parse(words)
    if program == "make":
        targets = re.findall(r"^([\w-]+):", text_of(ROOT / "Makefile"), re.MULTILINE)
        assert [word for word in words if "=" not in word and word not in targets] == []


@by_name
def test_every_command_that_the_words_name_can_be_typed(page):
    """As in `curate pull --full`; what stands for a value, as in `OLD=NEW`, is a value here."""
    named = [code for code in INLINE.findall(prose_of(page)) if code.startswith("curate ")]
    known = commands()

    for code in named:
        words = code.removeprefix("curate ").replace("[", "").replace("]", "").split()
        options = [word.partition("=")[0] for word in words if word.startswith("-")]
        name = next((n for n in known if f"{' '.join(words)} ".startswith(f"{n} ")), "")
        assert name or words[0].startswith("-") or words[0] == "schema", code
        if name:
            allowed = {name for parameter in known[name].params for name in parameter.opts}
            assert set(options) <= allowed | {"-h", "--help"}, code


def test_every_command_has_its_row_in_maintaining_with_every_option():
    rows = re.findall(r"^\| `curate ([a-z ]+?)(?: [^a-z`]+)?` \| .*? \|(.*)\|$", text_of(MAINTAINING), re.MULTILINE)  # fmt: skip
    documented = {name: set(INLINE.findall(options)) for name, options in rows}
    options = {
        name: {
            opt
            for one in command.params
            if one.param_type_name == "option"
            for opt in (*one.opts, *one.secondary_opts)
        }
        for name, command in commands().items()
    }

    assert documented == {name: found - {"-h", "--help"} for name, found in options.items()}


def test_every_path_that_contributing_names_is_there():
    named = [code for code in INLINE.findall(prose_of(CONTRIBUTING)) if PATH.fullmatch(code)]

    assert len(named) > 50
    assert [path for path in named if not list(ROOT.glob(path))] == []


def test_contributing_lists_the_rooms_in_their_order():
    rows = re.findall(r"^\| (`curation/.*?) \|", text_of(CONTRIBUTING), re.MULTILINE)
    listed = [re.findall(r"`curation/(\w+)(?:\.py|/)`", row) for row in rows]
    order = {room: place for place, rooms in enumerate(ROOMS) for room in rooms}
    places = [order.pop(room) for row in listed for room in row]

    assert places == sorted(places)
    assert set(order) == {"__main__", "__init__"}


def test_every_name_that_contributing_gives_with_its_file_stands_in_that_file():
    named = re.findall(r"`(\w+)` (?:in|of) `([\w/.-]+\.\w+)`", text_of(CONTRIBUTING))

    assert len(named) > 5
    missing = [
        (name, path)
        for name, path in named
        if not re.search(rf"^(class |def )?{name}\b", text_of(ROOT / path), re.MULTILINE)
    ]
    assert missing == []


def test_the_python_of_the_gold_format_reads_the_shipped_gold(monkeypatch):
    monkeypatch.chdir(ROOT)
    (code,) = (block for name, block in BLOCK.findall(text_of(ROOT / "docs" / "gold-format.md")) if name == "python")  # fmt: skip
    names = {}

    exec(code, names)

    assert names["record"]["format"] == 1


@pytest.mark.parametrize(
    "struct",
    [
        record.DocumentRecord,
        record.Suggestion,
        record.AnnotationRecord,
        record.FirstSubmission,
        record.Verdict,
        record.Decision,
        record.OfferedReading,
    ],
    ids=lambda struct: struct.__name__,
)
def test_the_gold_format_has_every_key_of_a_file(struct):
    words = set(INLINE.findall(text_of(ROOT / "docs" / "gold-format.md")))

    assert {field.encode_name for field in fields(struct)} - words == set()


def test_the_annotators_page_has_the_keys_of_the_schema():
    text = text_of(ROOT / "docs" / "annotating.md")
    keys = [f"{kind.name} `{kind.hotkey}`" for kind in (*SCHEMA.entities.values(), *SCHEMA.flags.values())]  # fmt: skip

    assert [key for key in keys if key not in text] == []


def test_maintaining_counts_the_types_of_the_schema():
    sizes = f"{len(SCHEMA.entities)} entity types and {len(SCHEMA.relations)} relations"

    assert sizes in text_of(MAINTAINING)


@by_name
def test_every_row_of_a_table_stands_below_its_head(page):
    """A blank line ends a table: what follows is shown as text with bars."""
    tables = re.findall(r"(?:^\|.*\n)+", prose_of(page), re.MULTILINE)

    assert [table for table in tables if not re.match(r".*\n\|[-|: ]+\|\n", table)] == []


def test_the_page_of_formats_and_the_help_say_which_can_be_imported():
    rows = re.findall(
        r"^\| `(\w+)` \|[^|]*\| (yes|no) ", text_of(ROOT / "docs" / "formats.md"), re.M
    )
    options = commands()["import"].params
    help_text = next(one.help for one in options if one.name == "name")

    assert dict(rows) == {name: "yes" if one.read else "no" for name, one in FORMATS.items()}
    assert [name for name in FORMATS if name in help_text] == [
        name for name, can_be_read in rows if can_be_read == "no"
    ]


def test_maintaining_has_every_exit_code():
    def kinds(error):
        yield error
        for kind in error.__subclasses__():
            yield from kinds(kind)

    rows = re.findall(r"^\| (\d+) \|", text_of(MAINTAINING), re.MULTILINE)

    assert {int(row) for row in rows} == {0, cli.INTERRUPTED} | {
        kind.exit_code for kind in kinds(CurateError)
    }


def test_the_page_of_scores_has_every_key_of_the_json(tmp_path, capsys):
    file = tmp_path / "gold.jsonl"
    entity = {"id": "e1", "start": 0, "end": 3, "label": "PERSON"}
    file.write_text(
        json.dumps({"id": "a", "text": "Bob", "entities": [entity], "relations": []})
    )
    words = set(INLINE.findall(text_of(ROOT / "docs" / "scores.md")))

    with pytest.raises(SystemExit):
        cli.main(["eval", "--gold", str(file), "--predictions", str(file), "--json"])

    assert json.loads(capsys.readouterr().out).keys() - words - {"format"} == set()
