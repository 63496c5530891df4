"""The other side of the ratio: one Litestar route that answers a small record and does nothing else."""

import sys

import msgspec
import uvicorn
from litestar import Litestar, get


class Record(msgspec.Struct, frozen=True):
    id: int
    name: str


@get("/record")
async def record() -> Record:
    return Record(17, "沈若溪")


if __name__ == "__main__":
    uvicorn.run(Litestar([record], openapi_config=None), port=int(sys.argv[1]), log_level="warning")
