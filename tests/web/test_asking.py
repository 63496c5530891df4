"""What is asked wrongly is said in sentences of ours: parameters, months, bodies, forms, files."""

import sqlite3
from datetime import date

import msgspec
import pytest

from qa_service.calendar.months import read_month
from qa_service.database.reasons import reason_of
from qa_service.errors import InvalidInput
from qa_service.language import speaking
from qa_service.people.access import Role
from qa_service.web.decoding import decode
from qa_service.web.messages import OTHER, fault, unreadable_body
from qa_service.web.months import MonthText
from tests.builders import bearer, client_of, make_account, make_unit
from tests.web.test_pages import log_in

pytestmark = pytest.mark.anyio


def errors_of(answer) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    return {one["field"]: one["message"] for one in answer.json()["errors"]}


async def test_a_parameter_that_an_address_does_not_know_is_refused_by_name(engine, database_url):
    root = await bearer("root")
    async with client_of(database_url) as client:
        wrong = errors_of(await client.get("/api/interactions?month=2026-13", headers=root))
        assert wrong["month"].startswith("没有这个查询参数；可用的是：after, before, channel")
        assert "不用参数" in errors_of(await client.get("/api/me?x=1", headers=root))["x"]
        assert (await client.get("/api/me?lang=en", headers=root)).status_code == 200


async def test_a_parameter_that_cannot_be_read_is_refused_by_name_and_value(engine, database_url):
    root, boss = await bearer("root"), await bearer("boss", Role.MANAGER)
    async with client_of(database_url) as client:
        assert errors_of(await client.get("/api/accounts?limit=x", headers=root)) == {"limit": "应为整数；收到的是“x”"}
        assert "没有这个选项" in errors_of(await client.get("/api/accounts?having=here", headers=root))["having"]
        assert "2026-10-31" in errors_of(await client.get("/api/interactions?from_on=x", headers=root))["from_on"]
        for month in ("xx", "2026-13", "2026-10-32", "1026-10", "2026-1"):
            assert "2026-10" in errors_of(await client.get(f"/api/scores?month={month}", headers=boss))["month"]
        assert errors_of(await client.get("/api/rosters/grid?month=2026-10", headers=boss)) == {"unit": "缺少这个参数"}


async def test_a_month_is_taken_short_and_long_everywhere(engine, database_url):
    unit, lead = await make_unit(), await bearer("lead", Role.SUPERVISOR)
    async with client_of(database_url) as client:
        for month in ("2026-10", "2026-10-01", "2026-10-31"):
            for path in ("scores", "rosters/grid", "sheets", "training/needs", "training/plans", "cleaning"):
                answer = await client.get(f"/api/{path}?unit={unit}&month={month}", headers=lead)
                assert answer.status_code == 200, (path, answer.text)
            opened = await client.post("/api/rosters", headers=lead, json={"unit": unit, "month": month})
            assert opened.status_code == 409, "the month is read; that there are no shifts yet is the next refusal"
        wrong = await client.post("/api/rosters", headers=lead, json={"unit": unit, "month": "2026-13"})
        assert errors_of(wrong) == {"month": "月份应写成2026-10这样；收到的是“2026-13”"}


async def test_a_page_says_that_the_month_of_its_address_cannot_be_read(engine, database_url):
    await make_account("lead", Role.SUPERVISOR)
    async with client_of(database_url) as client:
        await log_in(client, "lead")
        for path in ("/roster", "/calendar", "/training", "/my/roster", "/rewards/events", "/my/month"):
            assert "地址里的月份“2026-13”读不懂" in (await client.get(f"{path}?month=2026-13")).text, path
            assert "读不懂" not in (await client.get(f"{path}?month=2026-10")).text, path


async def test_a_wrong_body_is_told_field_by_field_with_its_value(engine, database_url):
    root = await bearer("root")
    async with client_of(database_url) as client:

        async def wrong(**given):
            return errors_of(await client.post("/api/accounts", headers=root, **given))

        assert await wrong(json={"username": 17, "roles": []}) == {"username": "应为文字；收到的是“17”"}
        assert await wrong(json={"roles": []}) == {"username": "请填写这一项"}
        assert await wrong(json={"username": "a", "roles": [{"role": 1}]}) == {"roles[0].role": "应为文字；收到的是“1”"}
        assert await wrong(json={"username": "a", "roles": [], "x": 1}) == {"x": "没有这一项，请去掉"}
        assert await wrong() == {"": "请求没有正文：这里要一个JSON对象"}
        secret = await wrong(json={"username": "a", "roles": [], "password": 12345678})
        assert secret == {"password": "应为文字"}, "a password is not repeated"
        broken = await client.post("/api/accounts", headers=root, content=b"{nope")
        assert (broken.status_code, "第2个字节" in broken.text) == (400, True)
        english = await client.post("/api/accounts?lang=en", headers=root, json={"username": 17, "roles": []})
        assert english.json()["errors"][0]["message"] == "This must be text; what came is “17”"


def test_every_shape_of_message_that_msgspec_has_is_told_in_our_words():
    from typing import Annotated, Literal

    class Sub(msgspec.Struct, forbid_unknown_fields=True):
        a: int

    meta = msgspec.Meta
    cases = [
        (int, "x"), (float, "x"), (bool, "x"), (str, 1), (date, "x"), (list[int], 1), (Sub, 1), (Sub, {}),
        (Sub, {"a": 1, "b": 2}), (Literal["a"], "b"), (int | None, "x"), (Annotated[int, meta(ge=1)], 0),
        (Annotated[int, meta(le=1)], 2), (Annotated[int, meta(gt=1)], 1), (Annotated[float, meta(lt=1)], 1.5),
        (Annotated[str, meta(min_length=1)], ""), (Annotated[str, meta(max_length=1)], "ab"),
        (Annotated[str, meta(min_length=3)], "a"), (Annotated[list[int], meta(min_length=1)], []),
        (Annotated[list[int], meta(max_length=1)], [1, 2]), (MonthText, "x"), (Role, "x"),
    ]  # fmt: skip
    for kind, value in cases:
        with pytest.raises(msgspec.ValidationError) as caught:
            msgspec.convert(value, kind)
        for language in ("zh", "en"):
            with speaking(language):
                text = fault("f", str(caught.value), value).text()
                assert "Expected" not in text, text
                assert "Invalid" not in text, text
                assert "`" not in text, text
                assert fault("f", "something that nobody foresaw").sentence == OTHER
    assert unreadable_body("Input data was truncated")[0].startswith("正文不是完整的")


def test_a_blank_field_of_a_form_is_missing_not_wrong():
    class Form(msgspec.Struct):
        count: int
        name: str

    with pytest.raises(InvalidInput) as caught:
        decode({"count": ["  "], "name": [""]}, Form)
    assert [one.text() for one in caught.value.fields] == ["请填写这一项"] * 2
    assert decode({"count": ["1"], "name": [" "]}, Form).name == " ", "of words the command is the judge"
    with pytest.raises(InvalidInput) as caught:
        decode({"count": ["1.5"], "name": ["x"]}, Form)
    assert caught.value.fields[0].text() == "应为整数；收到的是“1.5”"


def test_a_month_is_read_in_this_century_only():
    assert read_month("2026-10") == read_month("2026-10-09") == date(2026, 10, 1)
    for text in ("", "2026", "202610", "20261001", "2026-W40", "1999-12", "2026-10-01T00", "2026-10 "):
        assert read_month(text) is None, text


def test_a_file_that_is_no_database_is_told_in_our_words(tmp_path):
    file = tmp_path / "qa.sqlite"
    file.write_text("no database at all, but long enough to be read as one" * 40)
    with pytest.raises(sqlite3.DatabaseError) as caught:
        sqlite3.connect(file).execute("SELECT * FROM sqlite_master")
    assert reason_of(caught.value) == "它不是SQLite数据库文件"
    with speaking("en"):
        assert reason_of(ValueError("else")) == "else"
