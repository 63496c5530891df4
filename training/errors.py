"""What training refuses: stable code, place, facts, and the sentence in both languages."""


class TrainingError(Exception):
    """Base: `code` is stable, `place` says where, `zh` and `en` are the sentence with the facts in it."""

    def __init__(self, code: str, place: str, *, zh: str, en: str, facts: dict[str, object] | None = None) -> None:
        super().__init__(f"{place}: {en}")
        self.code, self.place, self.zh, self.en, self.facts = code, place, zh, en, facts or {}


class InputError(TrainingError):
    """A number or a record that cannot be."""


class CatalogueError(TrainingError):
    """A course or a competency that does not hold."""


class PlanError(TrainingError):
    """A plan whose phases cannot be laid out."""


class QuizError(TrainingError):
    """A quiz or an answer that does not hold."""
