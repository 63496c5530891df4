"""What backup and restore refuse."""

from qa_service.errors import Refusal
from qa_service.language import N_


class OnlySQLite(Refusal):
    status, code = 400, "only-sqlite"
    sentence = N_("qa backup和qa restore只用于SQLite；PostgreSQL请用pg_dump和pg_restore（见README）")


class BackupUnreadable(Refusal):
    status, code, sentence = 422, "backup-unreadable", N_("“%(file)s”不是本服务的备份：%(reason)s。数据没有改动")


class BackupForeign(BackupUnreadable):
    code = "backup-foreign"


class TargetExists(Refusal):
    status, code = 409, "target-exists"
    sentence = N_("“%(file)s”已经存在；加--force才会覆盖（原文件先另存为%(kept)s）")


class TargetBusy(Refusal):
    status, code = 409, "target-busy"
    sentence = N_("数据库“%(file)s”正在使用中，请先停止服务；数据没有改动")


class FileUnwritable(Refusal):
    status, code, sentence = 400, "file-unwritable", N_("写不了“%(file)s”：%(reason)s")


class BackupIntoItself(Refusal):
    status, code = 409, "backup-into-itself"
    sentence = N_("“%(file)s”就是正在使用的数据库（或它的附属文件），不能作为备份的目标；请换一个文件名")


class BackupTargetExists(Refusal):
    status, code = 409, "backup-target-exists"
    sentence = N_("“%(file)s”已经存在；请换一个文件名，或加--force覆盖它")


class KeyMissing(Refusal):
    status, code = 409, "key-missing"
    sentence = N_(
        "缺少密钥%(name)s：这个数据库是用它写成的，而%(place)s不存在。请从原来的文件夹复制过来，不要新建；数据没有改动"
    )


class KeyWrong(Refusal):
    status, code = 409, "key-wrong"
    sentence = N_(
        "密钥%(name)s（%(place)s）不属于这个数据库。请从原来的文件夹复制正确的密钥；用错的密钥不会写入，数据没有改动"
    )


class NotADemo(Refusal):
    status, code = 409, "not-a-demo"
    sentence = N_("QA_DEMO=1只能用于qa demo建立的数据库；“%(database)s”不是。真实数据请去掉QA_DEMO")


class DemoTargetTaken(Refusal):
    status, code = 409, "demo-target-taken"
    sentence = N_("“%(database)s”里已有数据，而且不是完整的样例；qa demo只写入空的数据库，请换一个文件夹或地址")


class PortOutOfRange(Refusal):
    status, code, sentence = 400, "port-out-of-range", N_("端口%(port)s不能用：应为1到65535")


class PortTaken(Refusal):
    status, code = 409, "port-taken"
    sentence = N_("端口%(port)s（%(host)s）已被占用：服务可能已经在运行；请先停止它，或用--port换一个端口")


class PortForbidden(Refusal):
    status, code, sentence = 403, "port-forbidden", N_("没有权限使用端口%(port)s；请用--port换一个1024以上的端口")


class HostUnusable(Refusal):
    status, code = 400, "host-unusable"
    sentence = N_("地址“%(host)s”不能用：%(reason)s；本机用127.0.0.1，所有网卡用0.0.0.0")
