"""The template, the schema for editors and the guide say what the models say."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema

from crawler.config import load_config
from crawler.config.schema import json_schema, schema_text
from crawler.config.template import TEMPLATE
from crawler.declarations import tables

DOCS = Path(__file__).parents[3] / "docs"
OUTLET = '[[outlets]]\nid = "a"\nhosts = ["a.org"]\nfeeds = ["http://a.org/rss"]\n'


def _plain(value: Any) -> Any:
    """Return a default as TOML has it."""
    if isinstance(value, tuple):
        return list(value)
    if value is None:
        return ""
    if isinstance(value, timedelta):
        if value.days:
            return f"{value.days}d"
        return f"{int(value.total_seconds()) // 60}m"
    return str(value) if isinstance(value, Path) else value


def test_the_template_shows_every_key_with_its_default() -> None:
    shown: dict[str, dict[str, list[Any]]] = {}
    section = ""
    for raw in TEMPLATE.read_text(encoding="utf-8").splitlines():
        line = raw.removeprefix("# ")
        if line.startswith("["):
            section = line.strip("[] ")
        elif " = " in line and line.split(" = ")[0].isidentifier():
            for key, value in tomllib.loads(line).items():
                shown.setdefault(section, {}).setdefault(key, []).append(value)
    for name, field in tables.ConfigTable.model_fields.items():
        if name == "queries":  # its keys are names
            continue
        inner = field.annotation
        model = inner if isinstance(inner, type) and hasattr(inner, "model_fields") else inner.__args__[0]  # type: ignore[union-attr]
        for key, about in model.model_fields.items():
            if key in ("chrome", "pages"):
                continue
            values = shown[name][about.alias or key]
            if not about.is_required() and key != "id":
                assert _plain(about.default) in values or (name, key) == ("outlets", "id"), (
                    name,
                    key,
                    values,
                )


def test_the_schema_for_editors_is_up_to_date_and_accepts_the_template() -> None:
    assert (DOCS / "newshawk.schema.json").read_text(encoding="utf-8") == schema_text(), (
        "run: python -m crawler.config.schema > docs/newshawk.schema.json"
    )
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid(tomllib.loads(TEMPLATE.read_text(encoding="utf-8")))
    assert validator.is_valid(tomllib.loads(OUTLET + "feeds_ = 1\n")) is False
    assert validator.is_valid({"outlets": [{"id": "a", "hosts": "a.org", "feeds": "http://a.org/"}]})
    assert not validator.is_valid({"mail": {"password": "x"}})


def test_every_key_is_documented() -> None:
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    headings = {
        "Store": "`[store]`",
        "Network": "`[network]`",
        "Mail": "`[mail]`",
        "Ops": "`[ops]`",
        "Synonyms": "`[synonyms]`",
        "OutletTable": "`[[outlets]]`",
        "IdPatternTable": "`article_id`",
        "ChromeTable": "`[[outlets.chrome]]`",
        "PageTable": "`[[outlets.pages]]`",
        "RecipientTable": "`[[recipients]]`",
        "RuleTable": "`[[rules]]`",
    }
    for name, heading in headings.items():
        part = text.split(f"# {heading}\n")[1].split("\n#")[0]
        for key, field in getattr(tables, name).model_fields.items():
            assert f"| `{field.alias or key}` |" in part, f"{heading} {key}"


def test_the_configs_of_the_documentation_load(tmp_path: Path) -> None:
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    whole = [part.split("```")[0] for part in text.split("```toml\n")[1:]]
    path = tmp_path / "newshawk.toml"
    path.write_text(whole[0], encoding="utf-8")
    assert load_config(path, env={}).rules
    path.write_text(whole[1], encoding="utf-8")
    assert len(load_config(path, env={}).outlets) == 2
