"""A bare FastAPI app: `/echo` sends the body back as it came, `/empty` answers nothing."""

from fastapi import FastAPI, Request, Response

app = FastAPI()


@app.post("/echo")
async def echo(request: Request) -> Response:
    return Response(await request.body(), media_type="application/octet-stream")


@app.post("/empty")
async def empty() -> Response:
    return Response()
