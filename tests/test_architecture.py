"""The map of the package: rooms in order, two files a command, each public name once."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import curation
from curation.cli import app, schema_app

# In the order in which they may be imported; those of one line don't know each other.
ROOMS = [
    {"list_limit", "default_project", "addresses"},
    {"characters", "encodings", "errors", "progress"},
    {"certificates", "proxies", "strict_json"},
    {"files"},
    {"documents"},
    {"schema"},
    {"checks"},
    {"annotations"},
    {"state"},
    {"near_copies", "row_files"},
    {"articles", "preannotate", "scoring", "labelstudio", "localserver"},
    {"formats", "consistency"},
    {"training", "cluster"},
    {"gold"},
    {"hub"},
    {"report"},
    {"workspace"},
    {"flows"},
    {"console"},
    {"commands"},
    {"cli"},
    {"__main__", "__init__"},
]
HEAVY = {
    "spacy", "thinc", "label_studio_sdk", "datasets", "pyarrow", "pandas", "huggingface_hub",
    "jinja2", "numpy", "sklearn", "scipy", "krippendorff", "msgspec",
    "ray", "tomlkit", "trafilatura", "psutil", "httpx", "httpx2", "charset_normalizer",
}  # fmt: skip

LEVEL = {room: level for level, rooms in enumerate(ROOMS) for room in rooms}
ROOT = Path(curation.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).with_suffix("").parts[0]


def rooms_imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.ImportFrom(module="curation", names=names):
                yield from (alias.name for alias in names if not alias.name.startswith("__"))
            case ast.ImportFrom(module=str(name)) if name.startswith("curation."):
                yield name.split(".")[1]
            case ast.Import(names=names):
                parts = (alias.name.split(".") for alias in names)
                yield from (p[1] for p in parts if p[0] == "curation" and p[1:])


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_room_imports_only_rooms_before_it(path):
    """No stage knows another stage; flows and commands know them all."""
    here = room_of(path)
    others = set(rooms_imported(path)) - {here}

    assert {room for room in others if LEVEL[room] >= LEVEL[here]} == set()


def module_name(path: Path) -> str:
    parts = ("curation", *path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {module_name(path) for path in MODULES}


def modules_imported(path: Path) -> Iterator[str]:
    """Those of our own that a module imports anywhere, also inside its functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.ImportFrom(module=str(module), names=names):
                for alias in names:
                    full = f"{module}.{alias.name}"
                    yield full if full in NAMES else module
            case ast.Import(names=names):
                yield from (alias.name for alias in names)


IMPORTS = {
    module_name(path): {name for name in modules_imported(path) if name in NAMES}
    - {module_name(path)}
    for path in MODULES
}


def reached(module: str) -> set[str]:
    """All that a module imports, and what that imports, and so on."""
    found: set[str] = set()
    waiting = [*IMPORTS[module]]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(IMPORTS[name])
    return found


def test_no_module_imports_itself_by_way_of_others():
    assert [module for module in sorted(IMPORTS) if module in reached(module)] == []


@pytest.mark.parametrize("arguments", [["--help"], ["push", "--help"], ["--version"]])
def test_help_loads_no_heavy_package(arguments):
    """``curate --help`` must not wait for spaCy to load."""
    code = (
        "import sys\n"
        "from curation.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "print('loaded', *sys.modules)"
    )
    run = [sys.executable, "-c", code, *arguments]
    loaded = subprocess.check_output(run, text=True).split("loaded ")[-1]

    assert HEAVY & set(loaded.split()) == set()


def test_nothing_is_imported_by_a_string():
    """mypy sees every call."""
    by_string = [path for path in MODULES if "import_module(" in path.read_text("utf-8")]

    assert by_string == []


def functions_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


COMMANDS = {
    command.callback.__name__: command.callback.__module__
    for group in (app, schema_app)
    for command in group.registered_commands
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_one_file_and_its_flow_another_of_the_same_name(name):
    flow = ROOT / "flows" / f"{name}.py"

    assert COMMANDS[name] == f"curation.commands.{name}"
    assert not flow.exists() or name == "demo" or name in functions_in(flow)


def test_every_file_of_commands_is_a_command_or_a_part_of_one_or_shared_by_several():
    shared = {
        "__init__",
        "article_options",
        "options",
        "report_file",
        "type_change_lines",
        "verdict_lines",
    }
    parts = {"status_json", "status_lines", "status_watch"}
    files = {path.stem for path in (ROOT / "commands").glob("*.py")}

    assert files - shared - parts == COMMANDS.keys()
    assert {part.partition("_")[0] for part in parts} <= COMMANDS.keys()


def public_names(path: Path) -> Iterator[str]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.Assign(targets=targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))


def test_a_public_name_is_defined_once():
    """But a command and its flow share theirs, each rule has its LABEL, and main() calls main()."""
    places: dict[str, list[str]] = {}
    for path in MODULES:
        module = str(path.relative_to(ROOT))
        for name in public_names(path):
            is_shared = module in (f"commands/{name}.py", "__main__.py") or (
                name == "LABEL" and module.startswith("preannotate/relations/")
            )
            if not (name.startswith("_") or is_shared):
                places.setdefault(name, []).append(module)

    assert {name: modules for name, modules in places.items() if len(modules) > 1} == {}
