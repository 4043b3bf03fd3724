"""A hash of the rules that changes only with what can change their suggestions."""

import ast
import hashlib
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent
# The folder of what a trained model has beside the rules; its own files say which it is.
_TRAINED = "trained"
_LISTS = "lists"
# Modules of the package's top folder that decide how the work is done, not what is suggested.
_NO_RULES = {
    "__init__.py",
    "development_articles.py",
    "greedy_names.py",
    "model_files.py",
    "model_gaps.py",
    "model_parts.py",
    "pipeline.py",
    "rules_hash.py",
    "token_tables.py",
    "workers.py",
}


@cache
def hash_rules(folder: Path = _FOLDER) -> str:
    """
    A hash of the rule modules below *folder* (8 hex digits).

    Word lists, lists of names, conditions, numbers and names count. Docstrings, comments, layout, annotations
    and imports don't, nor do the names of the files, nor the folders they are in.
    """
    modules = [
        _significant_source(path)
        for path in folder.rglob("*.py")
        if path.parent not in (folder, folder / _TRAINED)
        or (path.parent == folder and path.name not in _NO_RULES)
    ]
    lists = [path.read_text(encoding="utf-8") for path in (folder / _LISTS).glob("*.t*")]
    digest = hashlib.sha256()
    for source in sorted(filter(None, [*modules, *lists])):
        digest.update(source.encode() + b"\0")
    return digest.hexdigest()[:8]


def hash_module(path: Path) -> str:
    """As hash_rules, of one module."""
    return hashlib.sha256(_significant_source(path).encode()).hexdigest()[:8]


def _significant_source(path: Path) -> str:
    """The module as Python prints its syntax tree, without what changes no suggestion."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return ast.unparse(_Insignificant().visit(tree))


class _Insignificant(ast.NodeTransformer):
    """Removes docstrings, annotations and imports from a syntax tree."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        is_string = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return None if is_string else self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        # The name stays where there is no value: the order of a dataclass's fields counts.
        if node.value is None:
            return ast.Expr(node.target)
        assignment = ast.Assign([node.target], node.value)
        return self.generic_visit(ast.copy_location(assignment, node))

    def visit_Import(self, node: ast.Import) -> ast.AST | None:
        return self._renaming(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        return self._renaming(node)

    def visit_If(self, node: ast.If) -> ast.AST | None:
        is_for_types = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        return None if is_for_types else self.generic_visit(node)

    @staticmethod
    def _renaming(node: ast.Import | ast.ImportFrom) -> ast.AST | None:
        """Only ``as`` of an import counts, since it says what a name of the module means."""
        aliases = [alias for alias in node.names if alias.asname]
        return ast.copy_location(ast.Import(aliases), node) if aliases else None
