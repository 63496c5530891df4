"""A role that a staff list gave names the post that it comes with; readable codes leave old job results.

Codes that stood readable in a job's result stop working: whoever may see jobs could have read them.
"""

import hashlib
import json

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from qa_service import clock
from qa_service.database import rows

ID = "2026-11-28T00:00:02:000000"
VERSION = "1.38.0"
DESCRIPTION = "roles by post"


async def add_post() -> None:
    await rows("ALTER TABLE account_role ADD COLUMN post INTEGER REFERENCES post (id) ON DELETE RESTRICT")
    await rows("CREATE INDEX by_account_role_post ON account_role (post)")


async def forget_codes() -> None:
    for job in await rows("SELECT id, result FROM job WHERE result LIKE '%\"codes\"%' ORDER BY id"):
        result = json.loads(job["result"])
        for one in result.pop("codes", None) or []:
            digest = hashlib.sha256(one["code"].encode()).hexdigest()
            statement = "UPDATE one_time_code SET used_at = {} WHERE code_sha256 = {} AND used_at IS NULL"
            await rows(statement, clock.now(), digest)
        await rows("UPDATE job SET result = {} WHERE id = {}", json.dumps(result, ensure_ascii=False), job["id"])


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="qa", description=DESCRIPTION)
    manager.add_raw(add_post)
    manager.add_raw(forget_codes)
    return manager
