"""The figures of the house count what they say."""

from house_figures import asked_kinds, comments_and_code, late_imports

SAMPLE = '''"""What it is."""

import os  # early


# Why it is so.
def first(it: object) -> bool:
    """What it does."""
    import sys

    def within() -> None:
        from json import loads

        return loads

    match it:
        case Payment(id=_):
            return True
    return isinstance(it, Payment | Issue) or isinstance(it, str) or bool(sys.path)
'''


def test_late_imports_are_those_within_functions() -> None:
    assert late_imports(SAMPLE) == 2


def test_questions_about_the_kind_of_an_operation_are_counted_and_no_others() -> None:
    assert asked_kinds(SAMPLE) == 2


def test_docstrings_are_neither_comments_nor_code() -> None:
    assert comments_and_code(SAMPLE) == (2, 10)
