"""A staff list brings units, people, posts and log-ins; twice changes nothing; a wrong row brings nothing."""

from datetime import date, timedelta

import pytest

from qa_service import clock
from qa_service.database import rows, scalar
from qa_service.errors import InvalidInput
from qa_service.journal.commands import set_key
from qa_service.people import commands, errors
from qa_service.people.access import Role
from qa_service.people.queries import actor_of_account, actor_of_session, token_digest
from qa_service.people.staff import PostEntry, StaffEntry, import_staff
from tests.builders import HOUSE, PASSWORD, make_account, make_unit

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def keyed(engine):
    set_key(b"a key for tests only")


POST = {"unit_path": ("客服部", "售前组"), "position": "售前客服", "role": "agent"}


def make_entry(number="K1", **changes) -> StaffEntry:
    post = PostEntry(**{**POST, **{name: changes.pop(name) for name in (*POST, "scope") if name in changes}})
    given = {
        "line": int(number[1:]) + 1,
        "employee_no": number,
        "name": f"员工{number}",
        "posts": (post,),
        "hired_on": date(2025, 3, 1),
    }
    return StaffEntry(**{**given, **changes})


LIST = [
    make_entry("K1", manager_nos=("K2",), platform_accounts=(("旗舰店", "小宜"),)),
    make_entry("K2", position="组长", role="supervisor"),
]


async def test_a_list_makes_units_people_posts_lines_and_codes(engine):
    report = await import_staff(HOUSE, LIST)
    assert (report.created, report.units, len(report.accounts)) == (2, 1, 2)
    assert await scalar("SELECT COUNT(*) AS n FROM post") == 2
    assert await scalar("SELECT COUNT(*) AS n FROM reporting_line") == 1
    assert await scalar("SELECT name FROM platform_account") == "小宜"
    assert await scalar("SELECT COUNT(*) AS n FROM one_time_code") == 0
    codes = await commands.print_codes(HOUSE, report.accounts)
    assert await commands.choose_password(codes[0].code, PASSWORD) == report.accounts[0]


async def test_the_same_list_twice_changes_nothing(engine):
    await import_staff(HOUSE, LIST)
    again = await import_staff(HOUSE, LIST)
    assert (again.created, again.updated, again.unchanged, again.accounts) == (0, 0, 2, [])
    assert await scalar("SELECT COUNT(*) AS n FROM post") == 2


async def test_a_move_ends_the_old_post_and_begins_a_new_one(engine):
    await import_staff(HOUSE, LIST)
    moved = [make_entry("K1", unit_path=("客服部", "售后组"), position="售后客服"), LIST[1]]
    await import_staff(HOUSE, moved)
    posts = await rows(
        "SELECT p.position, p.until_on FROM post p JOIN person n ON n.id = p.person WHERE n.key = 'K1' ORDER BY p.id"
    )
    assert [post["position"] for post in posts] == ["售前客服", "售后客服"]
    assert posts[0]["until_on"] is not None
    assert posts[1]["until_on"] is None


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (make_entry("K3", role="boss"), "role-unknown"),
        (make_entry("K3", manager_nos=("K9",)), "manager-unknown"),
        (make_entry("K1", name="别人"), "rows-differ"),
        (make_entry("K3", contract_from_on=date(2026, 2, 1), contract_until_on=date(2026, 1, 1)), "ends-before-start"),
        (make_entry("K3", probation_until_on=date(2024, 1, 1)), "ends-before-start"),
        (make_entry("K3", platform_accounts=(("旗舰店", "小宜"),)), "two-holders"),
        (make_entry("K3", scope="火星组"), "scope-unknown"),
        (make_entry("K3", unit_path=()), "unit-missing"),
        (make_entry("K3", manager_nos=("K3",)), "manager-circle"),
        (make_entry("ｋ1"), "numbers-alike"),
    ],
)
async def test_a_wrong_row_is_named_and_nothing_comes_in(engine, entry, code):
    with pytest.raises(InvalidInput) as refused:
        await import_staff(HOUSE, [*LIST, entry])
    assert [fault.code for fault in refused.value.fields] == [code]
    assert await scalar("SELECT COUNT(*) AS n FROM person") == 0


async def posts_of(number: str) -> list[tuple]:
    found = await rows(
        "SELECT u.code, p.position, p.kind, p.from_on, p.until_on FROM post p JOIN person n ON n.id = p.person"
        " JOIN unit u ON u.id = p.unit WHERE n.key = {} ORDER BY p.id",
        number,
    )
    return [tuple(one.values()) for one in found]


async def roles_of(number: str) -> list[tuple]:
    found = await rows(
        "SELECT r.role, u.code FROM account_role r JOIN account a ON a.id = r.account JOIN person n ON n.id = a.person"
        " LEFT JOIN unit u ON u.id = r.unit WHERE n.key = {} ORDER BY r.id",
        number,
    )
    return [(one["role"], one["code"]) for one in found]


TWO_POSTS = (
    PostEntry(("客服部", "售前组"), "售前客服", "agent"),
    PostEntry(("客服部", "质检组"), "质检员", "monitor"),
)


async def test_several_posts_in_one_row_or_in_several_rows_are_all_held(engine):
    await import_staff(HOUSE, [make_entry("K1", posts=TWO_POSTS)])
    report = await import_staff(
        HOUSE, [make_entry("K2", line=3, posts=TWO_POSTS[:1]), make_entry("K2", line=4, posts=TWO_POSTS[1:])]
    )
    assert (report.people, report.fates) == (1, {3: "created", 4: "created"})
    for number in ("K1", "K2"):
        assert [post[1] for post in await posts_of(number)] == ["售前客服", "质检员"]
        assert await roles_of(number) == [("agent", "客服部/售前组"), ("monitor", "客服部/质检组")]
    again = await import_staff(HOUSE, [make_entry("K1", posts=TWO_POSTS), make_entry("K1", line=9, posts=TWO_POSTS)])
    assert again.fates == {2: "unchanged", 9: "duplicate"}


async def test_a_list_without_a_column_leaves_what_is_known_and_an_empty_cell_clears_only_where_that_is_said(engine):
    known = {"contract_kind": "fixed", "contract_from_on": date(2025, 3, 1), "contract_until_on": date(2028, 2, 29)}
    await import_staff(HOUSE, [make_entry("K1", **known)])
    short = StaffEntry(line=2, employee_no="K1", name="员工K1", posts=(PostEntry(("客服部",), is_group_known=False),))
    report = await import_staff(HOUSE, [short])
    assert (report.unchanged, report.notes) == (1, [])
    blank = make_entry("K1", blanks=frozenset({"contract_kind"}), hired_on=None)
    report = await import_staff(HOUSE, [blank])
    assert (report.unchanged, [note["facts"]["count"] for note in report.notes]) == (1, [1])
    assert await scalar("SELECT contract_kind FROM person") == "fixed"
    cleared = make_entry("K1", blanks=frozenset({"contract_kind"}), clears=frozenset({"contract_kind"}))
    assert (await import_staff(HOUSE, [cleared])).updated == 1
    assert await scalar("SELECT contract_kind FROM person") is None


async def test_roles_of_the_list_follow_a_transfer_and_a_promotion_and_each_change_is_noted(engine):
    await import_staff(HOUSE, LIST)
    assert await roles_of("K2") == [("supervisor", "客服部/售前组")]
    moved = [
        make_entry("K1", position="组长", role="supervisor"),
        make_entry("K2", unit_path=("客服部", "售后组"), position="组长", role="supervisor"),
    ]
    report = await import_staff(HOUSE, moved)
    assert report.fates == {2: "updated", 3: "updated"}
    assert await roles_of("K1") == [("supervisor", "客服部/售前组")]
    assert await roles_of("K2") == [("supervisor", "客服部/售后组")]
    assert [note["facts"]["unit"] for note in report.notes] == ["客服部/售前组"] * 3 + ["客服部/售后组"]
    again = await import_staff(HOUSE, moved)
    assert (again.unchanged, again.notes) == (2, [])


async def test_a_role_given_by_hand_stays_where_it_is_when_the_post_moves(engine):
    report = await import_staff(HOUSE, LIST)
    other = await make_unit("other")
    await commands.grant_role(HOUSE, report.accounts[0], Role.MONITOR, other, version=1)
    await import_staff(HOUSE, [make_entry("K1", unit_path=("客服部", "售后组")), LIST[1]])
    assert await roles_of("K1") == [("monitor", "other"), ("agent", "客服部/售后组")]


async def test_a_leavers_posts_end_and_the_account_closes_with_the_last_day(engine):
    report = await import_staff(HOUSE, LIST)
    code = (await commands.print_codes(HOUSE, report.accounts[:1]))[0].code
    await commands.choose_password(code, PASSWORD)
    today = clock.today()
    gone = await import_staff(HOUSE, [make_entry("K1", left_on=today), LIST[1]])
    assert gone.fates[2] == "updated"
    assert (await posts_of("K1"))[0][4] == today
    token = await commands.log_in("K1", PASSWORD, address="", hours=9)
    assert await actor_of_session(token_digest(token))
    with clock.standing_at(clock.now() + timedelta(days=1)):
        assert await actor_of_session(token_digest(token)) is None
        with pytest.raises(errors.AccountClosed):
            await commands.log_in("K1", PASSWORD, address="", hours=9)
        late = await import_staff(HOUSE, [make_entry("K1", left_on=today), LIST[1]])
    assert late.fates[2] == "updated"
    assert await scalar("SELECT state FROM account WHERE username = 'k1'") == "closed"
    assert await scalar("SELECT COUNT(*) AS n FROM session") == 0
    assert await scalar("SELECT until_at IS NOT NULL AS ended FROM account_holder")


async def test_a_leaver_who_never_logged_in_cannot_use_a_code_afterwards(engine):
    report = await import_staff(HOUSE, LIST)
    code = (await commands.print_codes(HOUSE, report.accounts[:1]))[0].code
    await import_staff(HOUSE, [make_entry("K1", left_on=clock.today() - timedelta(days=1)), LIST[1]])
    with pytest.raises(errors.CodeInvalid):
        await commands.choose_password(code, PASSWORD)


async def test_a_new_manager_ends_the_former_line_and_begins_on_the_day_of_the_change(engine):
    third = make_entry("K3", position="组长", role="supervisor")
    await import_staff(HOUSE, [*LIST, third])
    await import_staff(HOUSE, [make_entry("K1", manager_nos=("K3",))])  # the manager is known, though not in the file
    found = await rows("SELECT from_on, until_on FROM reporting_line ORDER BY id")
    today = clock.today()
    assert [tuple(one.values()) for one in found] == [
        (date(2025, 3, 1), today - timedelta(days=1)), (today, None),
    ]  # fmt: skip


async def test_managers_and_monitors_reach_their_unit_unless_the_list_says_otherwise(engine):
    await import_staff(
        HOUSE,
        [
            make_entry("K1", role="manager", unit_path=("客服部",)),
            make_entry("K2", role="monitor", scope="*"),
            make_entry("K3", role="hr"),
            make_entry("K4", role="qa_lead", unit_path=("客服部", "质检组")),
        ],
    )
    assert await roles_of("K1") == [("manager", "客服部")]
    assert await roles_of("K2") == [("monitor", None)]
    assert await roles_of("K3") == [("hr", None)]
    assert await roles_of("K4") == [("qa_lead", "客服部/质检组")]
    await import_staff(HOUSE, [make_entry("K4", role="qa_lead", unit_path=("客服部", "质检组"), scope="客服部")])
    assert await roles_of("K4") == [("qa_lead", "客服部")]


async def test_an_account_that_somebody_holds_openly_is_not_given_to_a_second_one(engine):
    await import_staff(HOUSE, LIST)
    with pytest.raises(InvalidInput) as refused:
        await import_staff(HOUSE, [make_entry("K4", platform_accounts=(("旗舰店", "小宜"),))])
    (fault,) = refused.value.fields
    assert "员工K1（K1）" in fault.text()
    assert "员工K4（K4）" in fault.text()


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (make_entry("K3", role="admin"), "administrator-only"),
        (make_entry("K9", left_on=date(2026, 1, 1)), "administrator-only"),
    ],
)
async def test_hr_neither_makes_nor_stops_an_administrator_by_a_list(engine, entry, code):
    await import_staff(HOUSE, [make_entry("K9", role="admin")])
    actor = await actor_of_account(await make_account("renshi", Role.HR))
    with pytest.raises(InvalidInput) as refused:
        await import_staff(actor, [entry])
    assert [fault.code for fault in refused.value.fields] == [code]


async def test_hr_of_a_branch_brings_people_into_that_branch_only(engine):
    await import_staff(HOUSE, LIST)
    unit = await scalar("SELECT id FROM unit WHERE code = '客服部/售前组'")
    actor = await actor_of_account(await make_account("renshi", Role.HR, unit=unit))
    assert (await import_staff(actor, [make_entry("K5")])).created == 1
    for entry in (
        make_entry("K6", unit_path=("客服部", "售后组")),
        make_entry("K6", role="monitor", scope="*"),
        make_entry("K6", role="hr"),
        make_entry("K1", unit_path=("客服部",)),
    ):
        with pytest.raises(InvalidInput) as refused:
            await import_staff(actor, [entry])
        assert [fault.code for fault in refused.value.fields] == ["unit-out-of-reach"]


async def test_a_trial_plans_the_same_and_writes_nothing(engine):
    await import_staff(HOUSE, LIST)
    moved = [make_entry("K1", unit_path=("客服部", "售后组")), LIST[1], make_entry("K3")]
    trial = await import_staff(HOUSE, moved, dry_run=True)
    assert await scalar("SELECT COUNT(*) AS n FROM person") == 2
    real = await import_staff(HOUSE, moved)
    assert (trial.fates, trial.notes) == (real.fates, real.notes)
