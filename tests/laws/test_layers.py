import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import distscore
from distscore.core.families import FAMILIES

SOURCE = Path(__file__).parents[2] / "service"

# Lowest first; a module imports only from its own layer or a lower one.
LAYERS = [
    *["core", "advice", "charts", "report", "wire", "use_cases", "local", "boosting", "files", "spark", "ray"],
    *["page", "runtime", "api", "app", "__main__"],
]
CORE_LAYERS = [
    *["special", "exact", "theory", "families", "losses"],
    *["engine", "diagnostics", "conventions", "warnings", "state", "__init__"],
]
ALONE = {"settings", "client"}  # They import nothing of the service but its version.
MAY_IMPORT_CLIENT = {"local", "boosting", "files", "spark", "ray"}  # They answer as the client does, without a service.
MAY_IMPORT_SETTINGS = {"runtime", "api", "app", "__main__"}
MAY_IMPORT_PYDANTIC = {"wire", "api", "app", "settings", "__main__"}
MAY_IMPORT_FRAMEWORK = {"runtime", "api", "app", "__main__"}
LINES = 270


def name_of(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {name_of(path): path for path in sorted((SOURCE / "distscore").rglob("*.py"))}
CORE = [name for name in FILES if f"{name}.".startswith("distscore.core.")]
REGISTRY = "distscore.core.families"
SHARED = [name for name in CORE if name.startswith(f"{REGISTRY}.")]
FAMILY_MODULES = {type(family).__module__ for family in FAMILIES.values()}


def imports(module: str) -> Iterator[str]:
    """What a module imports anywhere, inside functions too; `from a import b` is a.b where that is a module."""
    for node in ast.walk(ast.parse(FILES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} line {node.lineno}: a relative import"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                known = whole in FILES or node.module in {"distscore", "scipy"}
                yield whole if known else str(node.module)


def own(module: str) -> list[str]:
    """The modules of the service that a module imports; names taken from the package itself are no modules."""
    return [name for name in imports(module) if name in FILES and name != "distscore"]


def foreign(module: str) -> set[str]:
    return {name for name in imports(module) if name.split(".")[0] not in {"distscore", *sys.stdlib_module_names}}


def part(module: str, depth: int) -> str:
    return [*module.split("."), "__init__"][depth]


def layer(module: str) -> str:
    return part(module, 1)


def core_rank(module: str) -> int:
    return CORE_LAYERS.index(part(module, 2))


def test_every_module_has_a_layer() -> None:
    """A module that the import order does not know is placed in it before it is merged."""
    assert {layer(name) for name in FILES} <= {*LAYERS, *ALONE, "__init__"}
    assert {part(name, 2) for name in CORE} <= set(CORE_LAYERS)


@pytest.mark.parametrize("module", sorted(FILES.keys() - {"distscore"}))
def test_imports_go_down(module: str) -> None:
    """A module imports from its own layer or a lower one; settings and client only where they are meant to be."""
    here = layer(module)
    for name in own(module):
        there = layer(name)
        if there == here:
            continue
        assert here not in ALONE, f"{module} stands alone, yet imports {name}"
        if there == "settings":
            assert here in MAY_IMPORT_SETTINGS, f"{module} takes its values as arguments, not from {name}"
        elif there == "client":
            assert here in MAY_IMPORT_CLIENT, f"{module} imports {name}, which is for users"
        else:
            assert LAYERS.index(there) < LAYERS.index(here), f"{module} imports {name}, which is above it"


@pytest.mark.parametrize("module", CORE)
def test_imports_go_down_inside_the_core(module: str) -> None:
    """Formulas build on numerics, families on the spine, losses on families, diagnostics and summaries on losses."""
    for name in own(module):
        assert core_rank(name) <= core_rank(module), f"{module} imports {name}, which is above it"


def bases(module: str) -> set[str]:
    """The modules of other families that a module imports."""
    return FAMILY_MODULES.intersection(own(module)) - {module}


@pytest.mark.parametrize("module", SHARED)
def test_families_do_not_import_each_other(module: str) -> None:
    """A family is read on its own: none imports the registry, and only one of a transformed variable another family."""
    assert REGISTRY not in own(module)
    found = bases(module)
    assert len(found) <= (module in FAMILY_MODULES), f"{module} imports {found}"
    assert not any(bases(base) for base in found), f"{module} imports a family that imports another"


@pytest.mark.parametrize("module", CORE)
def test_the_core_is_mathematics(module: str) -> None:
    """The core imports the standard library, NumPy and scipy.special; the diagnostics may optimise."""
    allowed = {"scipy.special", "scipy.optimize"} if part(module, 2) == "diagnostics" else {"scipy.special"}
    assert {name for name in foreign(module) if name.split(".")[0] != "numpy"} <= allowed


@pytest.mark.parametrize("module", sorted(FILES))
def test_libraries_stay_in_their_layer(module: str) -> None:
    """Pydantic is known at the border only, and the web framework only above the use case."""
    here = layer(module)
    names = {name.split(".")[0] for name in foreign(module)}
    assert here in MAY_IMPORT_PYDANTIC or not names & {"pydantic", "pydantic_core", "pydantic_settings"}
    assert here in MAY_IMPORT_FRAMEWORK or not names & {"fastapi", "starlette", "uvicorn"}


@pytest.mark.parametrize("module", sorted(FILES))
def test_files_are_short(module: str) -> None:
    """A file has one idea and is read in one go."""
    lines = FILES[module].read_text(encoding="utf-8").count("\n")
    assert lines <= LINES


def test_version() -> None:
    """The package states the version that is installed."""
    assert distscore.__version__.count(".") >= 2
