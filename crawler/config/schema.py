"""The JSON Schema of newshawk.toml, for editors. ``python -m crawler.config.schema`` prints it; what it prints
is docs/newshawk.schema.json, and a test keeps it so.
"""

from __future__ import annotations

import json
from typing import Any

from crawler.declarations.tables import ConfigTable, OutletTable

_TABLES = ("outlets", "recipients", "rules", "chrome", "pages")
"""Keys that are always lists of tables; every other list may be a single value."""


def json_schema() -> dict[str, Any]:
    """Return the schema of a whole config (draft 2020-12)."""
    schema = ConfigTable.model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    definitions: dict[str, Any] = schema["$defs"]
    for table in (schema, *definitions.values()):
        for key, about in table.get("properties", {}).items():
            about.pop("title", None)
            if about.get("type") == "array" and key not in _TABLES:
                table["properties"][key] = _one_or_more(about)
    definitions["OutletTable"]["properties"]["every"]["default"] = default_every()
    return schema


def default_every() -> str:
    """Return the default interval as a config writes it."""
    seconds = int(OutletTable.model_fields["every"].default.total_seconds())
    return f"{seconds // 60}m" if seconds % 60 == 0 else f"{seconds}s"


def _one_or_more(about: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a list that may be written as its single value."""
    outer: dict[str, Any] = {key: about[key] for key in ("description", "default") if key in about}
    many = {key: value for key, value in about.items() if key not in outer}
    return {**outer, "anyOf": [about["items"], many]}


def schema_text() -> str:
    """Return docs/newshawk.schema.json as it should be."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(schema_text(), end="")
