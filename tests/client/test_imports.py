import subprocess
import sys

import pytest

import distscore
import distscore.client as package
from distscore import boosting

LIBRARIES = {"pandas", "polars", "pyarrow", "scipy", "pydantic", "fastapi", "torch"}


@pytest.mark.parametrize(
    ("statement", "none_of"),
    [("import distscore", {"httpx", "numpy", *LIBRARIES}), ("from distscore import Client", LIBRARIES)],
)
def test_nothing_is_imported_that_is_not_needed(statement: str, none_of: set[str]) -> None:
    """The service does without the client; the client without the service, and without the libraries of frames."""
    program = f"{statement}; import sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not none_of & set(done.stdout.split())


def test_what_the_package_has() -> None:
    """Each name that the package exports is the client's, or for gradient boosting; and there is no other."""
    homes = {**vars(package), **{name: vars(boosting)[name] for name in ("metric", "objective")}}
    for name in distscore.__all__:
        assert getattr(distscore, name) is homes[name]
    assert set(distscore.__all__) <= set(dir(distscore))
    with pytest.raises(AttributeError, match="no attribute 'Klient'"):
        vars(distscore)["__getattr__"]("Klient")
