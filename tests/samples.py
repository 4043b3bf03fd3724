"""The project's own schema and files, as tests use them."""

from pathlib import Path

from curation.schema import read_schema

ROOT = Path(__file__).parents[1]
# Those that the baseline's rules were written with; what is tested or photographed looks at no others.
DEVELOPMENT_ARTICLES = (
    ROOT / "seeds" / "000_c0b9d572aaf7d729.txt",
    ROOT / "seeds" / "wikinews.jsonl",
)
SCHEMA = read_schema(ROOT / "label_config" / "schema.toml")
