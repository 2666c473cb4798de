"""The lists fit together: nothing is named in one that another lacks."""

from bookreviews.moderation import vocabulary as v


def test_every_reason_has_a_weight() -> None:
    assert set(v.WEIGHTS) == set(v.REASONS)


def test_every_rule_has_a_reason_and_a_weight() -> None:
    assert set(v.RULE_REASONS) == set(v.RULE_WEIGHTS) == set(v.RULES)
    assert set(v.RULE_REASONS.values()) <= set(v.REASONS)


def test_every_subject_has_its_reasons_and_decisions() -> None:
    assert set(v.REASONS_FOR) == set(v.KINDS_FOR) == set(v.SUBJECTS)
    for subject in v.SUBJECTS:
        assert set(v.REASONS_FOR[subject]) <= set(v.REASONS)
        assert set(v.KINDS_FOR[subject]) <= set(v.KINDS)
        assert v.NEEDS_WORDS in v.REASONS_FOR[subject]


def test_what_upholds_and_what_can_be_appealed_are_decisions() -> None:
    assert set(v.UPHOLDING) | set(v.APPEALABLE) <= set(v.KINDS)
