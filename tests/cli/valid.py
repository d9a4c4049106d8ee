# SPDX-License-Identifier: Apache-2.0
"""valid.py SCHEMA FILE...: whether each JSON file is valid by the schema.

Knows the words of JSON Schema that `yett export --schema` uses, and fails on
any other, so that a new one cannot go unchecked.
"""
import json
import re
import sys

TYPES = {
    "object": dict, "array": list, "string": str, "boolean": bool,
    "integer": int,
}


def has_type(value, name):
    if name == "integer" and isinstance(value, bool):
        return False
    return isinstance(value, TYPES[name])


def members(schema, value, at):
    known = schema.get("properties", {})
    for name in schema.get("required", []):
        if name not in value:
            yield f"{at}: no {name}"
    for name, one in value.items():
        rest = schema.get("additionalProperties", True)
        if name in known:
            yield from problems(known[name], one, f"{at}.{name}")
        elif rest is False:
            yield f"{at}: unknown {name}"
        elif rest is not True:
            yield from problems(rest, one, f"{at}.{name}")


def any_of(schema, value, at):
    found = [list(problems(one, value, at)) for one in schema["anyOf"]]
    if all(found):
        yield f"{at}: none of {len(found)} fits: {found}"


CHECKS = {
    "type": lambda want, v: has_type(v, want),
    "enum": lambda want, v: v in want,
    "const": lambda want, v: type(v) is type(want) and v == want,
    "minimum": lambda want, v: v >= want,
    "maximum": lambda want, v: v <= want,
    "minLength": lambda want, v: len(v) >= want,
    "minItems": lambda want, v: len(v) >= want,
    "pattern": lambda want, v: re.search(want, v) is not None,
}
STRUCTURE = {"properties", "required", "additionalProperties", "items",
             "anyOf"}
NOTES = {"$schema", "title", "description", "default"}


def problems(schema, value, at="policy"):
    strange = set(schema) - set(CHECKS) - STRUCTURE - NOTES
    if strange:
        yield f"{at}: the schema says {sorted(strange)}, unknown here"
    for word in ("type", "enum", "const"):
        if word in schema and not CHECKS[word](schema[word], value):
            yield f"{at}: {value!r} is not {word} {schema[word]!r}"
            return
    for word in ("minimum", "maximum", "minLength", "minItems", "pattern"):
        if word in schema and not CHECKS[word](schema[word], value):
            yield f"{at}: {value!r} breaks {word} {schema[word]!r}"
    if isinstance(value, dict):
        yield from members(schema, value, at)
    if isinstance(value, list) and "items" in schema:
        for i, one in enumerate(value):
            yield from problems(schema["items"], one, f"{at}[{i}]")
    if "anyOf" in schema:
        yield from any_of(schema, value, at)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    wrong = 0
    for name in sys.argv[2:]:
        with open(name, encoding="utf-8") as file:
            for problem in problems(schema, json.load(file)):
                print(f"{name}: {problem}")
                wrong += 1
    return 1 if wrong else 0


sys.exit(main())
