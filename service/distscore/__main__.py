"""The console command: `distscore serve` and `distscore openapi`."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

import orjson
from pydantic import ValidationError
from pydantic_settings import SettingsError

from distscore import __version__
from distscore.settings import Settings

TRY = """Distscore {version} on {url}, documentation on {url}/docs. Try:

  curl -s {url}/v1/score -H 'Content-Type: application/json' -d '
    {{"family": "categorical",
     "targets": {{"probabilities": [[0.7, 0.2, 0.1], [0.0, 1.0, 0.0]]}},
     "predictions": {{"logits": [[2.0, 0.5, -1.0], [0.1, 3.0, 0.2]]}}}}'
"""


def main() -> None:
    """Read the arguments and do what they say."""
    parser = argparse.ArgumentParser("distscore", description="Scores predicted against target distributions.")
    parser.add_argument("--version", action="version", version=f"distscore {__version__}")
    commands = parser.add_subparsers(required=True, metavar="command")
    serving = commands.add_parser("serve", help="serve the API")
    serving.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine alone)")
    serving.add_argument("--port", type=int, default=8000, help="port to listen on (default: 8000)")
    serving.set_defaults(run=serve)
    describing = commands.add_parser("openapi", help="write the OpenAPI document")
    describing.add_argument("--output", type=Path, default=Path("openapi/openapi.json"), help="where to")
    describing.add_argument("--check", action="store_true", help="fail if the file is not what the code says")
    describing.set_defaults(run=openapi)
    arguments = parser.parse_args()
    sys.exit(arguments.run(arguments))


def serve(arguments: argparse.Namespace) -> int:
    """Serve until a signal says to stop."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # before NumPy is imported: one thread per request, not one per core
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from distscore.app import create_app
    from distscore.runtime import server

    try:
        settings = Settings()
        app = create_app(settings)
    except SettingsError as error:
        field = str(error).split('"')[1]
        sys.stderr.write(
            f'distscore: DISTSCORE_{field.upper()}: not valid JSON; a list looks like ["https://a.example"]\n'
        )
        return 2
    except ValidationError as error:
        wrong = error.errors()[0]
        name = "DISTSCORE_" + "_".join(map(str, wrong["loc"])).upper()
        sys.stderr.write(f"distscore: {name}: {wrong['msg']}, got {wrong['input']!r}\n")
        return 2
    except (OSError, ValueError) as error:
        sys.stderr.write(f"distscore: {error}\n")
        return 2
    if arguments.host in ("127.0.0.1", "localhost", "::1"):  # somebody is trying it out
        sys.stderr.write(TRY.format(version=__version__, url=f"http://{arguments.host}:{arguments.port}"))
    server.serve(app, settings, arguments.host, arguments.port)
    return 0


def openapi(arguments: argparse.Namespace) -> int:
    """Write the OpenAPI document, or compare with the file."""
    from distscore.app import create_app, example_answer
    from distscore.wire.describe.examples import EXAMPLES
    from distscore.wire.describe.requests import SCORE_REQUESTS

    output: Path = arguments.output
    content = pretty(create_app(Settings()).openapi())
    if arguments.check:
        if output.is_file() and output.read_bytes() == content:
            return 0
        sys.stderr.write(f"{output} is not what the code says: run `make openapi` and look at the difference\n")
        return 1
    examples = output.parent / "examples"
    examples.mkdir(parents=True, exist_ok=True)
    output.write_bytes(content)
    for family in SCORE_REQUESTS:
        (examples / f"{family}.json").write_bytes(
            pretty({"request": EXAMPLES[family], "response": example_answer(family)})
        )
    return 0


def pretty(document: Any) -> bytes:
    """JSON for people and for version control."""
    return orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n"


if __name__ == "__main__":
    main()
