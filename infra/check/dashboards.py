"""Loads dashboards into Grafana's own types: `dashboards.py FILE...`. Needs no network.

Reading ignores fields that the types lack, and takes a value of any type. So each object is compared with the object that
comes back, and each value with the declared type of its field.
"""

import enum
import json
import sys
import types
import typing

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.cog import runtime
from grafana_foundation_sdk.models import dashboard


def lost(given, kept, path):
    """The fields and elements of `given` that `kept` lacks or has otherwise."""
    if isinstance(given, dict) and isinstance(kept, dict):
        for name, value in given.items():
            if name in kept:
                yield from lost(value, kept[name], f"{path}.{name}")
            elif value is not None:
                yield f"{path}.{name}: the type has no such field"
    elif isinstance(given, list) and isinstance(kept, list) and len(given) == len(kept):
        for number, (value, other) in enumerate(zip(given, kept)):
            yield from lost(value, other, f"{path}[{number}]")
    elif given != kept:
        yield f"{path}: {given!r} was read as {kept!r}"


def misfits(value, hint, path):
    """The places whose values are not of their declared types."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        if not any(not list(misfits(value, choice, path)) for choice in arguments):
            # The class that was made says most.
            inner = [fault for choice in arguments if choice is type(value) for fault in misfits(value, choice, path)]
            yield from inner or [f"{path}: {value!r} is none of {hint}"]
    elif origin is typing.Literal:
        if value not in arguments:
            yield f"{path}: {value!r} is none of {arguments}"
    elif origin is list:
        if not isinstance(value, list):
            yield f"{path}: {value!r} is no list"
        else:
            for number, element in enumerate(value):
                yield from misfits(element, arguments[0], f"{path}[{number}]")
    elif origin is dict:
        if not isinstance(value, dict):
            yield f"{path}: {value!r} is no object"
        else:
            for name, element in value.items():
                yield from misfits(element, arguments[1], f"{path}.{name}")
    elif hint in (typing.Any, object):
        # Of the plugins' objects only the class made here knows the types.
        if hasattr(value, "to_json") and not isinstance(value, enum.Enum):
            yield from fields(value, path)
    elif isinstance(hint, type) and issubclass(hint, enum.Enum):
        if value not in list(hint) and value not in [member.value for member in hint]:
            yield f"{path}: {value!r} is none of {[member.value for member in hint]}"
    elif hint is float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            yield f"{path}: {value!r} is no number"
    elif isinstance(hint, type):
        if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
            yield f"{path}: {value!r} is no {hint.__name__}"
        elif hasattr(value, "to_json"):
            yield from fields(value, path)


def fields(value, path):
    """The misfits in an object of one of Grafana's types. Lists of plain objects are read as they are."""
    module = vars(sys.modules[type(value).__module__])
    for name, hint in typing.get_type_hints(type(value), module).items():
        inner = getattr(value, name, None)
        if isinstance(inner, dict) or (isinstance(inner, list) and all(isinstance(one, dict) for one in inner)):
            inner = read(inner, hint)
        if inner is not None:
            yield from misfits(inner, hint, f"{path}.{name}")


def read(value, hint):
    """Plain objects in an object of the type that they should have."""
    if isinstance(value, list):
        return [read(one, hint) for one in value]
    if hasattr(hint, "from_json"):
        made = hint.from_json(value)
        # With a field that the type lacks it stays a plain object, which fits nowhere.
        return value if list(lost(value, plain(made), "")) else made
    # Within a list or an optional type.
    choices = (read(value, inner) for inner in typing.get_args(hint))
    return next((made for made in choices if made is not value), value)


def plain(value):
    return json.loads(JSONEncoder().encode(value))


def faults(source):
    """Everything in a dashboard that Grafana's types don't know."""
    for number, panel in enumerate(source.get("panels", [])):
        kind = panel.get("type")
        if kind != "row" and runtime.panelcfg_config(kind) is None:
            yield f"panels[{number}]: there is no panel of the type {kind!r}"
    loaded = dashboard.Dashboard.from_json(source)
    yield from lost(source, plain(loaded), "dashboard")
    yield from misfits(loaded, dashboard.Dashboard, "dashboard")


if __name__ == "__main__":
    register_default_plugins()
    found = []
    for name in sys.argv[1:]:
        with open(name) as file:
            source = json.load(file)
        try:
            found += [f"{name}: {fault}" for fault in faults(source)]
        except (AttributeError, KeyError, TypeError, ValueError) as fault:
            found.append(f"{name}: it can't be read as a dashboard: {fault!r}")
    if found:
        sys.exit("\n".join(found))
