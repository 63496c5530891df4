"""What a database can fail with, as refusals: one place for the command line, the service and the doctor."""

import socket
import sqlite3

import asyncpg.exceptions as pg

from qa_service.database.reasons import reason_of
from qa_service.errors import Refusal
from qa_service.language import N_


class NoDatabase(Refusal):
    status, code = 404, "no-database"
    sentence = N_(
        "“%(database)s”没有数据库；请核对地址。新建数据库用qa serve、qa migrate、qa import、qa user add或qa demo"
    )


class DatabaseForeign(Refusal):
    status, code = 409, "database-foreign"
    sentence = N_("“%(database)s”是别的程序的数据库，本服务不会写入；请换一个地址")


class DatabaseNewer(Refusal):
    status, code = 500, "database-newer"
    sentence = N_("数据库“%(database)s”属于更新的版本（含未知的迁移%(unknown)s），请升级程序后再启动；数据没有改动")


class DatabaseReadOnly(Refusal):
    status, code = 503, "database-read-only"
    sentence = N_(
        "数据库“%(database)s”不可写：%(reason)s。请检查文件和目录的权限（PostgreSQL：用户的权限，以及是否只读）"
    )


class DatabaseFull(Refusal):
    status, code = 503, "database-full"
    sentence = N_("数据库“%(database)s”所在的磁盘满了，这一步没有保存；请腾出空间后再试")


class DatabaseBusy(Refusal):
    status, code = 503, "database-busy"
    sentence = N_(
        "数据库“%(database)s”被另一个进程占用，这一步没有保存；请稍后再试，仍不行时检查是否有备份或导入没有结束"
    )


class DatabaseUnreadable(Refusal):
    status, code = 503, "database-unreadable"
    sentence = N_("打不开数据库“%(database)s”：%(reason)s。请检查路径，以及文件和目录的权限")


class DatabaseCorrupt(DatabaseUnreadable):
    status, code = 503, "database-corrupt"
    sentence = N_(
        "“%(database)s”已损坏，或不是数据库文件：%(reason)s。请停止服务，保留这个文件，用qa restore恢复最近的备份"
    )


class DatabaseUnreachable(Refusal):
    status, code = 503, "database-unreachable"
    sentence = N_("连接不上数据库“%(database)s”：%(reason)s。请检查地址、用户、密码，以及数据库服务是否在运行")


class DatabaseFault(Refusal):
    status, code = 500, "database-fault"
    sentence = N_("数据库“%(database)s”出错：%(reason)s。这一步没有保存；请先运行qa doctor")


class MigrationFailed(Refusal):
    status, code = 500, "migration-failed"
    sentence = N_("数据库迁移失败：%(reason)s。数据库保持原样")


SQLITE = {
    sqlite3.SQLITE_READONLY: DatabaseReadOnly,
    sqlite3.SQLITE_PERM: DatabaseReadOnly,
    sqlite3.SQLITE_FULL: DatabaseFull,
    sqlite3.SQLITE_BUSY: DatabaseBusy,
    sqlite3.SQLITE_LOCKED: DatabaseBusy,
    sqlite3.SQLITE_CORRUPT: DatabaseCorrupt,
    sqlite3.SQLITE_NOTADB: DatabaseCorrupt,
    sqlite3.SQLITE_CANTOPEN: DatabaseUnreadable,
    sqlite3.SQLITE_IOERR: DatabaseUnreadable,
}
POSTGRES = (
    (pg.ReadOnlySQLTransactionError, DatabaseReadOnly),
    (pg.InsufficientPrivilegeError, DatabaseReadOnly),
    (pg.DiskFullError, DatabaseFull),
    ((pg.LockNotAvailableError, pg.DeadlockDetectedError), DatabaseBusy),
    (
        (
            pg.PostgresConnectionError, pg.InvalidPasswordError, pg.InvalidAuthorizationSpecificationError,
            pg.InvalidCatalogNameError, pg.CannotConnectNowError, pg.TooManyConnectionsError, pg.AdminShutdownError,
            pg.ConnectionDoesNotExistError, pg.InterfaceError,
        ),
        DatabaseUnreachable,
    ),
)  # fmt: skip


def as_refusal(error: BaseException, address: str) -> Refusal | None:
    """The refusal behind a driver's error; None for what is a fault of ours (wrong SQL, a broken rule between rows)."""
    kind = kind_of(error, is_postgres=not address.startswith("sqlite"))
    return kind(database=shown_address(address), reason=reason_of(error)) if kind else None


def kind_of(error: BaseException, *, is_postgres: bool) -> type[Refusal] | None:
    """The class of the refusal behind a driver's error."""
    if isinstance(error, sqlite3.DatabaseError):
        return SQLITE.get((getattr(error, "sqlite_errorcode", None) or 0) & 0xFF)
    for drivers, refusal in POSTGRES:
        if isinstance(error, drivers):
            return refusal
    if is_postgres and isinstance(error, ConnectionError | socket.gaierror | TimeoutError):
        return DatabaseUnreachable
    return None


def shown_address(url: str) -> str:
    """A database address as it may be shown: without user and password."""
    if url.startswith("sqlite:"):
        return url.removeprefix("sqlite:///")
    return "postgresql://" + url.split("://")[-1].split("@")[-1].split("?")[0]
