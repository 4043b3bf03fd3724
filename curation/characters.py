"""Characters that people don't see, or that change what they see."""

import re

# They change the direction of the text around them.
BIDI_CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

# Invisible in a text: spaces without width, soft hyphens, marks of direction.
INVISIBLE = "\u200b\u2060\ufeff\u00ad\u061c\u200e\u200f" + BIDI_CONTROLS

# What a terminal obeys, or what changes the direction of the text around it.
TERMINAL_CONTROLS = re.compile(f"[\0-\x08\x0b-\x1f\x7f-\x9f{BIDI_CONTROLS}]")
