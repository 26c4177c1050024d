"""``jsonld``: the graph as linked data, relations as predicates (JSON-LD 1.1)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from vaultbp.appearance import group_of, looks

if TYPE_CHECKING:
    from networkx import MultiDiGraph

_LINKS = "https://schema.org/mentions"


def render(graph: MultiDiGraph) -> str:
    """Every note is a node whose IRI is its path, relative to the vault.

    A relation's predicate is the IRI that the vault declares for it, or ``#<name>`` in the vault's own
    vocabulary (``relation:``); untyped links are schema.org ``mentions``.
    """
    context: dict[str, Any] = {
        "@version": 1.1,
        "@base": "vault:/",
        "relation": "vault:/relations#",
        "title": "https://schema.org/name",
        "tags": {"@id": "https://schema.org/keywords", "@container": "@set"},
        "aliases": {"@id": "https://schema.org/alternateName", "@container": "@set"},
        "mentions": {"@id": _LINKS, "@type": "@id", "@container": "@set"},
        "Note": "https://schema.org/DigitalDocument",
        "Missing": "vault:/relations#Missing",
    }
    iris = looks(graph)
    nodes = []
    for name in sorted(graph.nodes):
        data = graph.nodes[name]
        node: dict[str, Any] = {
            "@id": _iri(name),
            "@type": "Note" if data.get("exists", True) else "Missing",
            "title": data.get("title", name),
        }
        for key in ("tags", "aliases"):
            if data.get(key):
                node[key] = list(data[key])
        for predicate, targets in sorted(_predicates(graph, name).items()):
            node[predicate] = [_iri(target) for target in sorted(targets)]
            if predicate != "mentions":
                known = iris.get(predicate)
                context[predicate] = {
                    "@id": (known and known.iri) or "relation:" + quote(predicate, safe=""),
                    "@type": "@id",
                    "@container": "@set",
                }
        nodes.append(node)
    return json.dumps({"@context": context, "@graph": nodes}, ensure_ascii=False, indent=1) + "\n"


def _iri(name: str) -> str:
    return quote(name, safe="/")


def _predicates(graph: MultiDiGraph, name: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for _, target, edge in graph.out_edges(name, data=True):
        typed = edge["kind"] == "relation"
        found.setdefault(_term(group_of(edge)) if typed else "mentions", set()).add(target)
    return found


def _term(relation: str) -> str:
    """A relation's key; one that JSON-LD or this file already uses gets the prefix spelt out."""
    taken = {"title", "tags", "aliases", "mentions", "Note", "Missing", "relation"}
    reserved = relation in taken or relation.startswith("@") or ":" in relation
    return "relation:" + quote(relation, safe="") if reserved else relation
