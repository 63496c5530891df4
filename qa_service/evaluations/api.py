"""JSON routes of evaluations: the monitor's queue and marking, the agent's own marks."""

import msgspec
from litestar import Request, Router, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from qa_service.evaluations import agreement, answering, commands, improving, queries, reading, revising, schemas
from qa_service.people.access import Permission
from qa_service.web.guards import LOGGED_IN, needs
from qa_service.web.sessions import actor_of


@get("/queue", opt=needs(Permission.EVALUATION_WRITE))
async def queue(request: Request) -> list[schemas.QueueItem]:
    """What you have to mark, the earliest due first."""
    return msgspec.convert(await queries.queue(actor_of(request)), list[schemas.QueueItem])


@post("/assignments/{assignment_id:int}/evaluation", opt=needs(Permission.EVALUATION_WRITE))
async def open_assignment(request: Request, assignment_id: FromPath[int]) -> schemas.Id:
    """Open an assigned item; the same call again answers the same evaluation."""
    return schemas.Id(await commands.open_assignment(actor_of(request), assignment_id))


@get("/evaluations/{evaluation_id:int}", opt=LOGGED_IN)
async def evaluation(request: Request, evaluation_id: FromPath[int]) -> schemas.EvaluationOut:
    """One evaluation with transcript, records, answers, evidence and the explained mark."""
    return schemas.EvaluationOut(**await reading.whole(actor_of(request), evaluation_id))


@put("/evaluations/{evaluation_id:int}/marking", opt=needs(Permission.EVALUATION_WRITE))
async def save(request: Request, evaluation_id: FromPath[int], data: JSONBody[schemas.Marking]) -> schemas.Saved:
    """Save a draft; answers the range in which the mark can still end."""
    return await commands.save_marking(actor_of(request), evaluation_id, data)


@post("/evaluations/{evaluation_id:int}/submission", opt=needs(Permission.EVALUATION_WRITE))
async def submit(request: Request, evaluation_id: FromPath[int], data: JSONBody[schemas.Marking]) -> schemas.Submitted:
    """Submit and release."""
    return await commands.submit_evaluation(actor_of(request), evaluation_id, data)


@get("/my/evaluations", opt=needs(Permission.OWN_READ))
async def my_evaluations(request: Request) -> list[schemas.MineOut]:
    """Released marks about yourself."""
    return msgspec.convert(await queries.mine(actor_of(request)), list[schemas.MineOut])


@post("/evaluations/{evaluation_id:int}/responses", opt=needs(Permission.OWN_RESPOND))
async def respond(request: Request, evaluation_id: FromPath[int], data: JSONBody[schemas.RespondIn]) -> schemas.Id:
    """已阅 or 同意."""
    said = await answering.respond(actor_of(request), evaluation_id, data.kind, item=data.item, body=data.body)
    return schemas.Id(said)


@post("/evaluations/{evaluation_id:int}/revisions", opt=needs(Permission.EVALUATION_MANAGE))
async def revise(request: Request, evaluation_id: FromPath[int], data: JSONBody[schemas.ReviseIn]) -> schemas.Id:
    """Correct a released mark with a reason; the former one stays visible as superseded."""
    actor = actor_of(request)
    return schemas.Id(await revising.revise(actor, evaluation_id, data.answers, data.reason, evidence=data.evidence))


@get("/improvement-notes", opt=needs(Permission.FOLLOW_UP_WRITE))
async def improvement_notes(
    request: Request, only: FromQuery[schemas.NoteState] = "open", offset: FromQuery[int] = 0
) -> list[schemas.NoteOut]:
    """Improvement notes that you follow, the oldest open one first, 200 at a time."""
    found = await queries.notes(actor_of(request), state=only, offset=min(max(offset, 0), 1_000_000))
    return msgspec.convert(found, list[schemas.NoteOut])


@post("/improvement-notes/{note_id:int}/result", opt=needs(Permission.FOLLOW_UP_WRITE), status_code=204)
async def follow(request: Request, note_id: FromPath[int], data: JSONBody[schemas.FollowIn]) -> None:
    """Close an open note as done or not done."""
    await improving.follow(actor_of(request), note_id, data.state, data.result, version=data.version)


@get("/ratings/{source:str}/agreement", opt=needs(Permission.EVALUATION_READ))
async def rater_agreement(request: Request, source: FromPath[str]) -> agreement.Agreement:
    """Krippendorff's alpha per item and the leniency of each rater of an imported source, with intervals."""
    return await agreement.rater_agreement(actor_of(request), source)


@get("/ratings", opt=needs(Permission.EVALUATION_READ))
async def rated_sources(request: Request) -> list[agreement.RatedSource]:
    """Imported sources whose records were rated from outside."""
    return await agreement.rated_sources(actor_of(request))


routes = Router(
    "/api",
    route_handlers=[
        queue,
        open_assignment,
        evaluation,
        save,
        submit,
        my_evaluations,
        respond,
        revise,
        improvement_notes,
        follow,
        rater_agreement,
        rated_sources,
    ],  # fmt: skip
    tags=["evaluations"],
)
