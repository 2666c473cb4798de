"""What in a migration the code of the release before could not live with.

It reads the source of `upgrade` and of what that calls, so it sees what is written there, and not
what is made up at run time: whoever reviews a migration still has to read it.
"""

import ast
from collections.abc import Iterator

# Says, in a migration, which release stopped using what it takes away.
EXCUSE = "no_longer_used_since"

_TAKES_AWAY = {"drop_table", "rename_table", "drop_column"}
_ALTERS = {"alter_column"}
_TIGHTENS = {"nullable": False, "new_column_name": ..., "type_": ...}


def troubles_of(source: str) -> list[str]:
    """Return what the code before would fail on, one text each; none where an excuse is given."""
    module = ast.parse(source)
    if any(_names(node, EXCUSE) for node in module.body):
        return []
    functions = {node.name: node for node in module.body if isinstance(node, ast.FunctionDef)}
    return [text for call in _calls(functions, "upgrade", set()) for text in _troubles_in(call)]


def _calls(functions: dict[str, ast.FunctionDef], name: str, seen: set[str]) -> Iterator[ast.Call]:
    """Yield all calls in a function, and in those of the module that it names."""
    seen.add(name)
    for node in ast.walk(functions[name]):
        if isinstance(node, ast.Call):
            yield node
        if isinstance(node, ast.Name) and node.id in functions and node.id not in seen:
            yield from _calls(functions, node.id, seen)


def _troubles_in(call: ast.Call) -> Iterator[str]:
    verb = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    said = {word.arg: word.value for word in call.keywords}
    where = f"line {call.lineno}: {verb}"
    if verb in _TAKES_AWAY:
        yield f"{where} takes away what the code before still uses"
    if verb in _ALTERS:
        for word, value in _TIGHTENS.items():
            if word in said and (value is ... or _is(said[word], value)):
                yield f"{where} changes {word}, which the code before doesn't know"
    if verb == "add_column" and any(_must_be_given(one) for one in call.args):
        yield f"{where} wants a value that the code before doesn't give; a server_default would"


def _must_be_given(column: ast.expr) -> bool:
    if not isinstance(column, ast.Call):
        return False
    said = {word.arg: word.value for word in column.keywords}
    return _is(said.get("nullable"), False) and "server_default" not in said


def _is(node: ast.expr | None, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def _names(node: ast.stmt, name: str) -> bool:
    return isinstance(node, ast.Assign) and any(
        isinstance(target, ast.Name) and target.id == name for target in node.targets
    )
