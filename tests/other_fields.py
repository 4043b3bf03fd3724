"""The schemas for other fields that docs/schema.md shows."""

import re

from samples import ROOT

_BLOCK = re.compile(r"### (\w+) news\n\n```toml\n(.*?)```", re.DOTALL)

OTHER_FIELDS = dict(_BLOCK.findall((ROOT / "docs" / "schema.md").read_text()))
