"""python-frontmatter's YAML handler, made to keep positions."""

from __future__ import annotations

from typing import Any

import yaml
from frontmatter.default_handlers import YAMLHandler

_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_BASE):  # type: ignore[misc]
    """The C loader if there is one. No value is converted, so no node needs a tag."""

    def resolve(self, kind: object, value: object, implicit: object) -> str:
        return ""

    def descend_resolver(self, *_: object) -> None:
        """Paths to nodes choose tags, and there are none to choose."""

    def ascend_resolver(self) -> None:
        """As above."""


class PositionedYAMLHandler(YAMLHandler):  # type: ignore[misc, unused-ignore]
    """Loads a properties block into nodes with start and end marks instead of into objects."""

    def load(self, fm: str, **kwargs: object) -> Any:
        """The root node, or ``None`` for an empty block. Raises ``yaml.YAMLError``."""
        return yaml.compose(fm, Loader=_Loader)
