"""Cells are drawn once and remembered: never in the wrong language, never with another reader's form token."""

from qa_service.language import speaking
from qa_service.web.cells import Actions, Nothing, Text
from qa_service.web.figures import Mark
from qa_service.web.parts import Action
from qa_service.web.rendering import environment
from qa_service.web.tables import Column, Table, TableRow


def draw(cell, *, kind: str = "text", token: str = "", row: TableRow | None = None) -> str:
    """The one row of a table, twice: as its cells alone, and as the page draws all rows."""
    table = Table(caption="x", columns=[Column(label="<栏>", kind=kind)], rows=[row or TableRow(cells=[cell])])
    cells = str(environment().globals["row_cells"](table, table.rows[0], 0, token))
    whole = str(environment().globals["table_rows"](table, token))
    assert whole.startswith("<tr")
    assert whole.endswith(f"{cells}</tr>")
    return cells


def test_the_same_cell_reads_in_the_language_of_the_moment():
    cell = Mark(value_hundredths=None)
    assert "未评分" in draw(cell, kind="mark")
    with speaking("en"):
        assert "未评分" not in draw(cell, kind="mark")
    assert "未评分" in draw(cell, kind="mark")


def test_a_form_token_is_never_remembered():
    cell = Actions(actions=[Action(label="撤销", href="/x", method="post")])
    assert 'value="one"' in draw(cell, kind="actions", token="one")
    again = draw(cell, kind="actions", token="two")
    assert 'value="two"' in again
    assert 'value="one"' not in again


def test_a_row_that_a_page_keeps_is_drawn_for_its_columns_its_language_and_its_reader():
    kept = TableRow(cells=[Mark(value_hundredths=None)], state="new")
    for _ in range(2):
        assert "未评分" in draw(None, kind="mark", row=kept)
        with speaking("en"):
            assert "未评分" not in draw(None, kind="mark", row=kept)
        assert 'class="num"' in draw(None, kind="mark", row=kept)
        assert 'class="num"' not in draw(None, kind="text", row=kept)
    form = TableRow(cells=[Actions(actions=[Action(label="撤销", href="/x", method="post")])])
    for token in ("one", "two"):
        assert f'value="{token}"' in draw(None, kind="actions", token=token, row=form)


def test_texts_and_labels_are_escaped():
    drawn = draw(Text(text="<script>"))
    assert "<script>" not in drawn
    assert "&lt;栏&gt;" in drawn
    assert draw(Nothing(reason="没有")) == draw(Nothing(reason="没有"))
