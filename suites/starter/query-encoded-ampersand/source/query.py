"""Query strings of saved searches."""

from urllib.parse import quote_plus, unquote_plus


def parse_query(query: str) -> dict[str, list[str]]:
    """Return the values of each parameter in the order of the query; a flag without `=` has the value ``."""
    query = unquote_plus(query.removeprefix("?"))
    parameters: dict[str, list[str]] = {}
    for pair in query.split("&"):
        if not pair:
            continue
        name, _, value = pair.partition("=")
        parameters.setdefault(name, []).append(value)
    return parameters


def build_query(parameters: dict[str, list[str]]) -> str:
    """Return the query string of parameters."""
    return "&".join(
        f"{quote_plus(name)}={quote_plus(value)}" for name, values in parameters.items() for value in values
    )


def with_parameter(query: str, name: str, value: str) -> str:
    """Return the query with one parameter set to one value."""
    return build_query({**parse_query(query), name: [value]})
