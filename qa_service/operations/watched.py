"""The doctor's look at the watched folder: whether files can be read out of it and put away in it."""

import os
from pathlib import Path

from qa_service.language import N_, listed
from qa_service.operations.findings import Finding, say

TOPIC = N_("监视文件夹")
ALL = os.R_OK | os.W_OK | os.X_OK


def watched(folder: Path | None) -> list[Finding]:
    """Nothing where no folder is set. The folders of the profiles are looked at too: files move within them."""
    if folder is None:
        return []
    if not folder.is_dir():
        text = N_("%(folder)s不是文件夹，不会导入任何文件：请建立它，或改正QA_WATCH_FOLDER")
        return [say("error", TOPIC, text, folder=str(folder))]
    if not os.access(folder, os.R_OK | os.X_OK):
        return [say("error", TOPIC, N_("%(folder)s不能读：请把读取权限给运行服务的用户"), folder=str(folder))]
    places = [one for one in sorted(folder.iterdir()) if one.is_dir() and not one.is_symlink()]
    shut = [one for one in places if not os.access(one, ALL)]
    if shut:
        text = N_("%(folder)s不能读写，里面的文件不会导入：请把读写权限给运行服务的用户")
        return [say("error", TOPIC, text, folder=str(one)) for one in shut]
    if not places:
        text = N_("%(folder)s里还没有文件夹：请按映射方案的名称建立，如ecommerce-contacts，再把文件放进去")
        return [say("warning", TOPIC, text, folder=str(folder))]
    return [say("ok", TOPIC, N_("可以读写：%(names)s"), names=listed(one.name for one in places))]
