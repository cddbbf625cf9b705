"""The ASGI application: the routes of the API behind one middleware."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.exceptions import HTTPException

from distscore import __version__
from distscore.api import (
    advise,
    catalog,
    compare,
    document,
    explain,
    health,
    inference,
    page,
    pages,
    report,
    score,
    summaries,
    table,
)
from distscore.api.exchange import Direct
from distscore.core.families import FAMILIES
from distscore.runtime.edge import Edge, raise_as_problem
from distscore.runtime.state import Runtime
from distscore.runtime.workers.pool import Pool
from distscore.runtime.workers.template import Template
from distscore.settings import Settings
from distscore.use_cases.examples import example_answer

DESCRIPTION = (
    "Scores predicted distributions against target distributions: the loss per row, exact gradients with respect to "
    "what was sent, and diagnostics that explain the number."
)


def create_app(settings: Settings, template: Template | None = None) -> FastAPI:
    """The application with these settings; nothing is read from the environment, and nothing happens on import.

    Large bodies go to workers that are forked from the template while the application runs; without one, as in a test,
    all work is done in this process.
    """
    pool = None if template is None else Pool(template, settings.concurrency, settings.worker_bytes)
    runtime = Runtime(settings, pool)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if pool is not None:
            await pool.start()
        app.openapi()  # built once, which takes a quarter of a second
        runtime.ready = True
        yield
        await runtime.renderer.close()
        if pool is not None:
            pool.close()

    app = FastAPI(
        title="Distscore",
        version=__version__,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.runtime = runtime
    modules = score, compare, advise, explain, summaries, report, table, catalog, health, page, pages
    routers = [*(module.router for module in modules), inference.router, inference.inferring]
    for router in routers:
        app.include_router(router)
    app.openapi = lambda: document.document(app)  # type: ignore[method-assign]
    app.add_exception_handler(HTTPException, raise_as_problem)  # type: ignore[arg-type]
    routes = [route for router in routers for route in router.routes if isinstance(route, Direct)]
    app.add_middleware(Edge, runtime=runtime, direct={route.path: route for route in routes})
    return app


def warm_up() -> None:
    """Score the example of every family, so that the first request finds everything loaded."""
    for family in FAMILIES:
        example_answer(family)
