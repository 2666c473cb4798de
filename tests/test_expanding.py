"""Migrations let the code before them go on: no gap in an upgrade, and a way back after it."""

from pathlib import Path

import pytest

from tests.expanding import troubles_of
from tests.test_migrations import VERSIONS

# The first release is made of these.
_FIRST = 6


@pytest.mark.parametrize("path", VERSIONS[_FIRST:], ids=lambda path: path.stem)
def test_they_let_the_code_before_go_on(path: Path) -> None:
    assert troubles_of(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("act", "told"),
    [
        ("op.drop_table('works')", "takes away"),
        ("op.drop_column('works', 'title')", "takes away"),
        ("works.drop_column('title')", "takes away"),
        ("op.rename_table('works', 'books')", "takes away"),
        ("op.alter_column('works', 'title', new_column_name='name')", "new_column_name"),
        ("op.alter_column('works', 'title', nullable=False)", "nullable"),
        ("op.alter_column('works', 'title', type_=sa.Text())", "type_"),
        ("op.add_column('works', sa.Column('x', sa.Text(), nullable=False))", "server_default"),
    ],
)
def test_what_they_may_not_do_is_noticed(act: str, told: str) -> None:
    (trouble,) = troubles_of(f"def upgrade():\n    _act()\n\ndef _act():\n    {act}\n")
    assert told in trouble
    assert troubles_of(f"no_longer_used_since = '0.2'\ndef upgrade():\n    {act}\n") == []


@pytest.mark.parametrize(
    "act",
    [
        "op.create_table('marks', sa.Column('x', sa.Text(), nullable=False))",
        "op.add_column('works', sa.Column('x', sa.Text(), nullable=True))",
        "op.add_column('works', sa.Column('x', sa.Text(), nullable=False, server_default=''))",
        "op.alter_column('works', 'title', nullable=True)",
        "op.create_index('ix_works_title', 'works', ['title'])",
    ],
)
def test_what_they_may_do_is_not(act: str) -> None:
    way_back = "def downgrade():\n    op.drop_table('works')\n"
    assert troubles_of(f"def upgrade():\n    {act}\n\n{way_back}") == []
