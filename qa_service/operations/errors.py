"""What backup and restore refuse."""

from qa_service.errors import Refusal
from qa_service.language import N_


class OnlySQLite(Refusal):
    status, code = 400, "only-sqlite"
    sentence = N_("qa backup和qa restore只用于SQLite；PostgreSQL请用pg_dump和pg_restore（见README）")


class BackupUnreadable(Refusal):
    status, code, sentence = 422, "backup-unreadable", N_("“%(file)s”不是本服务的备份：%(reason)s。数据没有改动")


class TargetExists(Refusal):
    status, code = 409, "target-exists"
    sentence = N_("“%(file)s”已经存在；加--force才会覆盖（原文件先另存为%(kept)s）")


class TargetBusy(Refusal):
    status, code = 409, "target-busy"
    sentence = N_("数据库“%(file)s”正在使用中，请先停止服务再恢复；数据没有改动")


class FileUnwritable(Refusal):
    status, code, sentence = 400, "file-unwritable", N_("写不了“%(file)s”：%(reason)s")
