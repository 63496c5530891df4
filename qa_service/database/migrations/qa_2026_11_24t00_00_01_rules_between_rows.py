"""What must be unique, kept by the database itself, and the indexes of the month's queries.

Raw SQL, since composite and partial uniqueness through Piccolo's constraints fail on SQLite.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from qa_service.database import rows

ID = "2026-11-24T00:00:01:000000"
VERSION = "1.38.0"
DESCRIPTION = "rules between rows"

UNIQUE = (
    "unit (code)",
    "unit_place (unit, from_on)",
    "person (key)",
    "person (employee_no) WHERE employee_no IS NOT NULL",
    "post (person, unit, position, from_on)",
    "reporting_line (person, reports_to, from_on)",
    "platform_account (platform, name)",
    "account_holder (platform_account, from_at, person)",
    "account (username)",
    "account (person) WHERE person IS NOT NULL",
    "account_role (account, role, unit) WHERE unit IS NOT NULL",
    "account_role (account, role) WHERE unit IS NULL",
    "session (token_sha256)",
    "api_token (token_sha256)",
    "one_time_code (code_sha256)",
    'calendar_day ("on")',
    "import_profile (name, version)",
    "import_batch (source, target) WHERE state = 'loading'",
    "interaction (source, external_id, revision)",
    "agent_part (interaction, sequence)",
    "message (interaction, sequence)",
    "rule_version (kind, code, version)",
    "draw_period (unit, from_on, until_on)",
    "frame (draw_period, sequence)",
    "frame_leaf (frame, position)",
    "frame_leaf (frame, part)",
    "draw (frame)",
    "stratum (draw, person, channel, kind)",
    "draw_item (draw, part)",
    "assignment (draw_item) WHERE ended_at IS NULL",
    "evaluation (draw_item, revision) WHERE draw_item IS NOT NULL",
    "answer (evaluation, item)",
    "dispute (evaluation, item, level)",
    "kpi_result (run, person, kpi)",
    "scorecard (run, person)",
    "qa_estimate (run, person)",
    "monitor_severity (run, monitor)",
    "flag_run (run)",
    "flag (flag_run, person)",
    "wage_record (person, pay_month)",
    "sheet (unit, pay_month) WHERE kind = 'monthly'",
    "sheet_line (sheet, position)",
    "sheet_person (sheet, person)",
    "shift_type (unit, code, from_on)",
    "roster (unit, pay_month)",
    'roster_cell (roster, person, "on")',
    'cleaning_duty (unit, "on", area)',
    "probation_case (person)",
    "training_need (unit, pay_month, person, form, item) WHERE person IS NOT NULL",
    "training_need (unit, pay_month, form, item) WHERE person IS NULL",
    "training_participant (plan, person)",
    "journal_line (position)",
)

INDEXES = (
    "agent_part (local_on, id)",
    "agent_part (local_on, person)",
    "agent_part (person, local_on)",
    "agent_part (unit, local_on, id)",
    "evaluation (person, pay_month)",
    "evaluation (monitor, state)",
    "evaluation (state, due_on)",
    "evaluation (part)",
    "notice (person, read_at)",
    "reward_event (person, happened_on)",
    "survey_answer (source, external_id)",
)


def _name(prefix: str, target: str) -> str:
    words = target.replace('"', "").replace("(", " ").replace(")", " ").replace(",", " ").split()
    if "WHERE" in words:
        at = words.index("WHERE")
        words = [*words[:at], "if", *[word.strip("'=").lower() for word in words[at + 1 :] if word != "="]]
    return "_".join([prefix, *words])[:63]


async def create_indexes() -> None:
    for target in UNIQUE:
        await rows(f"CREATE UNIQUE INDEX {_name('one', target)} ON {target}")
    for target in INDEXES:
        await rows(f"CREATE INDEX {_name('by', target)} ON {target}")


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="qa", description=DESCRIPTION)
    manager.add_raw(create_indexes)
    return manager
