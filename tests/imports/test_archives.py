"""A ZIP brings each of its files in as a batch of its own, or nothing at all; what could harm is refused in words."""

import gzip
import io
import re
import struct
import zipfile

import pytest

from qa_service.database import rows, scalar
from qa_service.imports import errors
from qa_service.imports.archives import members
from qa_service.imports.commands import import_file
from qa_service.imports.configuring import configure
from qa_service.imports.looking import look
from qa_service.imports.sniffing import Limits, Source
from qa_service.jobs import running
from qa_service.language import speaking
from qa_service.people.access import Role
from tests.builders import HOUSE, bearer, client_of, make_account
from tests.imports.test_api_and_pages import page_client
from tests.imports.test_import_file import HEAD, contact, sums
from tests.imports.test_looking import PROFILES

AUGUST = (HEAD + contact(1) + contact(2, reply="soon")).encode()
JULY = (HEAD + contact(1) + contact(3)).encode()


@pytest.fixture(autouse=True)
def configured(tmp_path):
    configure(b"a masking key of tests", tmp_path / "data")


def packed(files: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def refused(content: bytes, refusal: type[errors.FileRefused], **limits: int) -> errors.FileRefused:
    with pytest.raises(refusal) as found:
        look(Source(content, limits=Limits(**limits)), PROFILES, name="a.zip")
    with speaking("en"):
        assert not re.search("[\u4e00-\u9fff]", found.value.text())
    return found.value


@pytest.mark.anyio
async def test_each_file_is_a_batch_of_its_own_and_sums_for_itself(engine, tmp_path):
    path = tmp_path / "月报.zip"
    junk = {"__MACOSX/._八月.csv": b"x", "说明.pdf": b"%PDF", "sub/": b""}
    path.write_bytes(packed({"八月.csv": AUGUST, "sub/七月.csv.gz": gzip.compress(JULY), **junk}))
    trial = await import_file(HOUSE, path, "ecommerce-contacts", dry_run=True)
    assert [(one.file, one.read, one.accepted, one.rejected) for one in trial.files] == [
        ("月报.zip/sub/七月.csv.gz", 2, 2, 0), ("月报.zip/八月.csv", 2, 1, 1),
    ]  # fmt: skip
    assert await scalar("SELECT COUNT(*) AS n FROM import_batch") == 0
    assert any("说明.pdf" in note for note in trial.notes)
    report = await import_file(HOUSE, path, "ecommerce-contacts")
    assert all(sums(one) == one.read for one in report.files)
    assert (report.read, report.accepted, report.duplicates, report.rejected) == (4, 2, 1, 1)
    batches = await rows("SELECT id, file_name, state, records_read FROM import_batch ORDER BY id")
    assert [one["id"] for one in batches] == [one.batch for one in report.files]
    assert {(one["state"], one["records_read"]) for one in batches} == {("published", 2)}
    assert await scalar("SELECT COUNT(*) AS n FROM interaction") == 2


@pytest.mark.anyio
async def test_one_file_in_a_zip_is_one_batch(engine, tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(packed({"八月.csv": AUGUST}))
    report = await import_file(HOUSE, path, "ecommerce-contacts")
    assert (report.files, report.file, report.read) == ([], "a.zip/八月.csv", 2)
    assert await scalar("SELECT file_name FROM import_batch") == "a.zip/八月.csv"


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("second", "code"),
    [(b"a,b\n1,2\n", "missing-columns"), ((HEAD + contact(7) + '"id-1,Inbound\n' * 3).encode(), "unclosed-quote")],
)
async def test_one_file_that_cannot_be_read_keeps_all_of_them_out(engine, tmp_path, second, code):
    path = tmp_path / "a.zip"
    path.write_bytes(packed({"1.csv": AUGUST, "2.csv": second}))
    with pytest.raises(errors.InArchive) as found:
        await import_file(HOUSE, path, "ecommerce-contacts")
    assert (found.value.code, found.value.status) == (code, 422)
    assert found.value.text().startswith("ZIP 里的“2.csv”：")
    with speaking("en"):
        assert found.value.text().startswith("“2.csv” in the ZIP: ")
    for table in ("import_batch", "interaction", "person"):
        assert await scalar(f"SELECT COUNT(*) AS n FROM {table}") == 0


def test_a_look_names_every_file_and_what_would_read_it():
    content = packed({"b.csv": AUGUST, "a.json": b'[{"Unique id": "1", "CSAT Score": 5}]'})
    found = look(Source(content), PROFILES, name="z.zip")
    assert (found.shape, found.name, [one.name for one in found.sheets]) == ("archive", "z.zip", ["a.json", "b.csv"])
    assert [one.fits[0].profile for one in found.sheets] == ["ecommerce-survey", "ecommerce-contacts"]


def test_names_that_chinese_windows_wrote_are_read():
    content = packed({"AAAA.csv": AUGUST}).replace(b"AAAA.csv", "八月".encode("gb18030") + b".csv")
    assert [one.inside for one in members(Source(content), "a.zip")] == ["八月.csv"]


def test_a_zip_in_a_file_whose_name_is_a_workbooks_is_still_a_zip_and_a_workbook_is_none():
    assert members(Source(packed({"[Content_Types].xml": b"x", "xl/workbook.xml": b"x"})), "a.zip") is None
    assert members(Source(AUGUST), "a.zip") is None


@pytest.mark.parametrize("name", ["../a.csv", "/etc/a.csv", "b/../../a.csv", "..\\a.csv", "C:\\a.csv"])
def test_names_that_lead_out_of_the_archive_are_refused(name):
    assert name.replace("\\", "/") in refused(packed({name: AUGUST}), errors.ArchivePathUnsafe).text()


def test_a_link_is_refused():
    entry = zipfile.ZipInfo("a.csv")
    entry.external_attr = 0o120777 << 16
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    refused(file.getvalue(), errors.ArchivePathUnsafe)


@pytest.mark.parametrize("name", ["b.zip", "b.tar.gz", "b.csv"])
def test_an_archive_in_an_archive_is_refused_by_its_name_or_its_content(name):
    found = refused(packed({"a.csv": AUGUST, name: packed({"c.csv": AUGUST})}), errors.InArchive)
    assert (found.code, found.facts["file"]) == ("nested-archive", name)


def test_a_zip_within_gzip_is_refused():
    refused(gzip.compress(packed({"a.csv": AUGUST})), errors.NestedArchive)


def test_a_bomb_is_refused_by_what_it_declares_and_by_what_it_really_unpacks_to():
    bomb = packed({"a.csv": AUGUST + b"0" * 5_000_000})
    refused(bomb, errors.UnpacksTooLarge, suspicious_bytes=1_000_000)
    refused(packed({"a.csv": AUGUST}), errors.UnpacksTooLarge, unpacked_bytes=100)
    # It says that it is small: what comes after the declared size is not read, and the check sum then does not fit.
    liar = bomb.replace(struct.pack("<L", len(AUGUST) + 5_000_000), struct.pack("<L", 1_000))
    assert refused(liar, errors.InArchive, suspicious_bytes=1_000_000).code == "archive-damaged"
    inner = gzip.compress(AUGUST + b"0" * 5_000_000)
    assert refused(packed({"a.gz": inner}), errors.InArchive, suspicious_bytes=1_000_000).code == "unpacks-too-large"


def test_a_locked_file_and_a_rare_method_are_refused():
    content = packed({"a.csv": AUGUST})
    entry = content.rindex(b"PK\x01\x02")
    locked, rare = bytearray(content), bytearray(content)
    locked[entry + 8] |= 1
    rare[entry + 10] = 9
    assert "a.csv" in refused(bytes(locked), errors.ArchiveLocked).text()
    refused(bytes(rare), errors.ArchiveMethodUnknown)


def test_too_many_files_nothing_to_read_and_damage_are_refused():
    refused(packed({f"{n}.csv": b"a,b\n1,2\n" for n in range(101)}), errors.ArchiveTooManyFiles)
    many = packed({f"{n}.pdf": b"" for n in range(1001)})
    refused(many, errors.ArchiveTooManyFiles)
    assert "notes.pdf" in refused(packed({"notes.pdf": b"%PDF"}), errors.ArchiveWithoutData).text()
    refused(packed({}), errors.ArchiveWithoutData)
    refused(packed({"a.csv": AUGUST})[:-30], errors.ArchiveDamaged)
    stored = packed({"a.csv": AUGUST}, method=zipfile.ZIP_STORED)
    assert refused(stored.replace(b"Inbound", b"Xnbound", 1), errors.InArchive).code == "archive-damaged"


@pytest.mark.anyio
async def test_by_api_and_page_the_files_of_a_zip_are_told_apart(engine, database_url, tmp_path):
    headers = await bearer("lead", Role.QA_LEAD)
    await make_account("lead-1", Role.QA_LEAD)
    content = packed({"8.csv": AUGUST, "7.csv": JULY})
    data = {"profile": "ecommerce-contacts"}
    async with client_of(database_url, data_folder=tmp_path) as client:
        given = {"files": {"file": ("a.zip", content)}, "data": data, "headers": headers}
        trial = await client.post("/api/imports/trial", **given)
        assert [one["file"] for one in trial.json()["files"]] == ["a.zip/7.csv", "a.zip/8.csv"]
        assert trial.json()["files"][1]["rejects_path"] is None
        begun = await client.post("/api/imports", **given)
        await running.run_job(begun.json()["job"])
        job = (await client.get(f"/api/jobs/{begun.json()['job']}", headers=headers)).json()
        assert (job["state"], len(job["result"]["batches"]), job["href"]) == ("done", 2, "/imports?q=a.zip"), job
        looked = await client.post("/api/imports/look", files={"file": ("a.zip", content)}, headers=headers)
        assert looked.json()["shape"] == "archive"
        token = await page_client(client, "lead-1")
        page = await client.post(
            "/imports/new", files={"file": ("a.zip", content)}, data={**data, "_csrf_token": token},
            headers={"x-csrftoken": token},
        )  # fmt: skip
        assert page.status_code == 200
        assert "a.zip/7.csv" in page.text
        assert "soon" in page.text
        listed = await client.get("/imports?q=a.zip")
        assert "a.zip/8.csv" in listed.text
