"""What the engines and the system say about a file, in words of ours."""

from qa_service.language import N_

SENTENCES = {
    "file is not a database": N_("它不是SQLite数据库文件"),
    "unable to open database file": N_("文件打不开：请检查路径和权限"),
    "disk image is malformed": N_("数据库文件已损坏"),
    "readonly": N_("文件或所在文件夹只能读，不能写"),
    "database is locked": N_("另一个程序正在使用它"),
    "disk is full": N_("磁盘已满"),
    "No space left": N_("磁盘已满"),
    "Permission denied": N_("没有权限"),
    "No such file or directory": N_("没有这个文件或文件夹"),
    "Is a directory": N_("它是文件夹，不是文件"),
    "Not a directory": N_("路径中有一段不是文件夹"),
    "no such table": N_("里面没有本服务的表"),
    "Connect call failed": N_("那里没有数据库在运行"),
    "rejected SSL upgrade": N_("那里回答的不是PostgreSQL，或它拒绝加密连接"),
    "authentication failed": N_("服务器不接受用户名或密码"),
}


def reason_of(error: BaseException) -> str:
    """A sentence for what is known (a message id, translated when shown), else the engine's own words."""
    text = str(error)
    return next((sentence for said, sentence in SENTENCES.items() if said in text), text[:300])
