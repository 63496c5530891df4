"""What imports need of the settings: the key of the masks and a folder for files. Set once where the app is wired."""

from pathlib import Path

import msgspec

from qa_service.imports.masking import Masker


class Configuration(msgspec.Struct, frozen=True):
    masking_key: bytes
    folder: Path
    watched: Path | None = None


_current: list[Configuration] = []


def configure(masking_key: bytes, folder: Path, *, watched: Path | None = None) -> None:
    _current[:] = [Configuration(masking_key, folder, watched)]


def make_masker() -> Masker:
    return Masker(_current[0].masking_key)


def watched_folder() -> Path | None:
    """The folder whose files are imported as they are laid in; None where none is set."""
    return _current[0].watched


def folder(name: str) -> Path:
    """A folder of the data folder that only this account may enter, made when it is first needed."""
    path = _current[0].folder / name
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)  # a folder of before this rule is closed too
    return path
