"""Why a file, or a mapping profile, is refused as a whole. What is wrong with one row stands in values.py."""

from qa_service.errors import Refusal
from qa_service.language import N_


class FileRefused(Refusal):
    """Base of every refusal of a whole file: nothing of it is kept."""

    status, code, sentence = 422, "file-refused", N_("这个文件不能导入")


class FileEmpty(FileRefused):
    code, sentence = "file-empty", N_("文件是空的：没有任何内容，请重新导出后再上传")


class HeadOnly(FileRefused):
    code, sentence = "head-only", N_("文件只有表头（第%(line)s行），没有数据行，请确认导出时选择的日期范围")


class JsonEmpty(FileRefused):
    code, sentence = "json-empty", N_("JSON里没有任何记录，请确认导出时选择的日期范围")


class LfsPointer(FileRefused):
    code = "lfs-pointer"
    sentence = N_(
        "这不是数据，而是 Git LFS 的指针文件：真正的文件有%(size)s字节，没有随之下载。"
        "请在原仓库执行 git lfs pull，再上传得到的文件"
    )


class MissingColumns(FileRefused):
    code = "missing-columns"
    sentence = N_(
        "缺少必需的列：%(missing)s。文件第%(line)s行的列是：%(found)s。请补上这些列，或选择另一个映射方案（现在用的是%(profile)s）"
    )


class DuplicateColumns(FileRefused):
    code = "duplicate-columns"
    sentence = N_("表头（第%(line)s行）里有多个列都对应“%(column)s”：%(found)s。请只保留一列")


class UnclosedQuote(FileRefused):
    code = "unclosed-quote"
    sentence = N_("第%(line)s行开始的引号没有闭合（一直读到第%(until)s行），后面的行无法分清，请改正后再导入")


class LineTooLong(FileRefused):
    code = "line-too-long"
    sentence = N_("第%(line)s行超过%(limit)s个字符，不像表格数据，请检查文件")


class UnknownEncoding(FileRefused):
    code = "unknown-encoding"
    sentence = N_("读不出文字：既不是 UTF-8，也不是 GB18030（第%(line)s行附近）。请另存为 UTF-8 后再上传")


class WideTextBroken(FileRefused):
    code = "utf-16-broken"
    sentence = N_("这是 UTF-16 文字，但在第%(line)s行附近中断或损坏：请重新导出，最好另存为 UTF-8")


class NotAnyTable(FileRefused):
    code = "not-a-table"
    sentence = N_("认不出的文件内容：请上传 CSV、XLSX、JSON，它们的 .gz，或装着它们的 ZIP")


class InArchive(FileRefused):
    """Why one file of a ZIP is refused, and with it the archive: with the code and the status of that reason."""

    code, sentence = "in-archive", N_("ZIP 里的“%(file)s”：%(reason)s")

    def __init__(self, file: str, reason: Refusal) -> None:
        super().__init__(file=file[:100], reason={"said": reason.sentence, "facts": reason.facts})
        self.code, self.status = reason.code, reason.status


class ArchiveDamaged(FileRefused):
    code = "archive-damaged"
    sentence = N_("ZIP 压缩包已损坏，或解压出来的内容与它声明的不符：请重新压缩或下载")


class ArchiveLocked(FileRefused):
    code = "archive-locked"
    sentence = N_("ZIP 里的“%(file)s”有密码，无法读取：请去掉密码后重新压缩")


class ArchiveMethodUnknown(FileRefused):
    code = "archive-method-unknown"
    sentence = N_("ZIP 里的“%(file)s”用了少见的压缩方式，无法解压：请用普通的 ZIP 方式重新压缩，或解压后上传")


class ArchivePathUnsafe(FileRefused):
    code = "archive-path-unsafe"
    sentence = N_("ZIP 里的“%(file)s”指向压缩包以外的位置，为保护服务而拒绝：请重新压缩，只放数据文件")


class ArchiveTooManyFiles(FileRefused):
    status, code = 413, "archive-too-many-files"
    sentence = N_("ZIP 里的文件太多，最多%(limit)s个：请分成几个压缩包")


class ArchiveWithoutData(FileRefused):
    code = "archive-without-data"
    sentence = N_("ZIP 里没有可以读的数据文件（CSV、XLSX、JSON，或它们的 .gz）；里面是：%(found)s")


class NestedArchive(FileRefused):
    code = "nested-archive"
    sentence = N_("压缩文件里还是压缩文件：请解压到最里层后再上传")


class GzipTruncated(FileRefused):
    code = "gzip-truncated"
    sentence = N_("gzip 文件不完整：解压到%(size)s字节时中断，多半是下载没有完成，请重新下载")


class GzipDamaged(FileRefused):
    code = "gzip-damaged"
    sentence = N_("gzip 文件已损坏，无法解压，请重新导出或下载")


class UnpacksTooLarge(FileRefused):
    status, code = 413, "unpacks-too-large"
    sentence = N_("解压后太大（超过%(limit)s字节，压缩前后相差太多），为保护服务而拒绝，请分成较小的文件")


class WorkbookEncrypted(FileRefused):
    code = "workbook-encrypted"
    sentence = N_("这个 Excel 文件有打开密码，无法读取：请取消密码后另存再上传")


class WorkbookIsHtml(FileRefused):
    code = "workbook-is-html"
    sentence = N_("这个文件名是表格，内容却是网页（HTML）：请用 Excel 打开后另存为 XLSX 再上传")


class NotWorkbook(FileRefused):
    code = "not-a-workbook"
    sentence = N_("文件名是%(suffix)s，内容却不是 Excel 工作簿：请用 Excel 打开原文件，另存为 XLSX 再上传")


class WorkbookDamaged(FileRefused):
    code = "workbook-damaged"
    sentence = N_("这个 Excel 文件打不开：%(reason)s。请用 Excel 打开后另存再上传")


class WorkbookNotCalculated(FileRefused):
    code = "workbook-not-calculated"
    sentence = N_(
        "工作表“%(sheet)s”的%(column)s%(row)s是没有计算过的公式，读不到它的值：请用 Excel 打开这个文件，保存后再上传"
    )


class JsonBroken(FileRefused):
    code = "json-broken"
    sentence = N_("JSON 在第%(line)s行第%(column)s个字符处中断或写错：%(reason)s")


class JsonNotRecords(FileRefused):
    code = "json-not-records"
    sentence = N_("JSON 应当是由记录（列名和值）组成的数组，或每行一条记录；这个文件两者都不是")


class WrongShape(FileRefused):
    code = "wrong-shape"
    sentence = N_("映射方案“%(profile)s”需要%(wanted)s文件，这个文件是%(given)s")


class ProfileInvalid(Refusal):
    """All that is wrong with a profile at once: the reasons are in `fields`."""

    status, code = 422, "profile-invalid"
    sentence = N_("映射方案“%(profile)s”有%(count)s处错误，没有采用；第一处：%(first)s")


class ProfileBroken(Refusal):
    status, code = 422, "profile-broken"
    sentence = N_("映射方案“%(profile)s”不是正确的TOML或JSON：第%(line)s行写错了，或与前面重复：%(text)s")


class ProfileNotText(Refusal):
    status, code = 422, "profile-not-text"
    sentence = N_("映射方案“%(profile)s”不是UTF-8文本：请用文本编辑器另存为UTF-8")


class ProfileNotFound(Refusal):
    status, code = 404, "profile-not-found"
    sentence = N_("没有名为“%(profile)s”的映射方案；现有：%(known)s")


class ImportBusy(Refusal):
    status, code = 409, "import-busy"
    sentence = N_("来源“%(source)s”正在由另一个导入写入（批次%(batch)s），请等它结束后再试")


class TooManyRows(FileRefused):
    status, code = 413, "too-many-rows"
    sentence = N_("这类文件最多%(limit)s行：名册、持有表和工资记录要么整体生效，要么不生效")


class UnitOutOfReach(Refusal):
    status, code = 403, "unit-out-of-reach"
    sentence = N_("这个映射方案的记录属于“%(unit)s”，您的导入权限管不到那里；请由管得到的人导入")


class UndoOutOfReach(Refusal):
    status, code = 403, "undo-out-of-reach"
    sentence = N_("批次%(batch)s不是您导入的，也不只属于您管的部门；请由管得到的人撤销")


class NoSink(Refusal):
    status, code, sentence = 500, "no-sink", N_("没有模块接收“%(kind)s”，请检查安装")


class UploadTooLarge(FileRefused):
    status, code, sentence = 413, "upload-too-large", N_("文件超过%(limit)sMB的上限，请分成较小的文件")


class RejectsGone(Refusal):
    status, code, sentence = 404, "rejects-gone", N_("这次试读的拒绝行已不在，请重新试读")


class NoCodesWaiting(Refusal):
    status, code, sentence = 409, "no-codes-waiting", N_("批次%(batch)s没有等待代码的新账号：都已登录过，或不归您管")


class ProfileTaken(Refusal):
    status, code = 409, "profile-taken"
    sentence = N_("“%(profile)s”是自带的映射方案，不能改写；请另取名称")


class ProfileStale(Refusal):
    status, code = 409, "profile-stale"
    sentence = N_("映射方案“%(profile)s”已有版本%(known)s，新的版本号要更大（现在是%(given)s）")


class ProfileTooLong(Refusal):
    status, code, sentence = 413, "profile-too-long", N_("映射方案最多%(limit)s个字符")


class KeyUsed(Refusal):
    status, code = 409, "key-used"
    sentence = N_(
        "键“%(key)s”已用于另一个文件或映射方案（任务%(job)s）：同一个键只能重复同一个请求，新的导入请换一个键"
    )


class UploadGone(Refusal):
    status, code, sentence = 409, "upload-gone", N_("上传的文件已不在，请重新上传")


class DescriptionGone(Refusal):
    status, code = 404, "description-gone"
    sentence = N_("没有这份未完成的描述：可能已经导入、放弃，或超过一周没有动，请重新上传文件")
