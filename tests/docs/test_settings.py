"""The page of settings."""

from tests.docs.settings_table import PAGE, page


def test_the_page_of_settings_is_fresh() -> None:
    """Every setting is on the page as it is in the code (`python -m tests.docs.settings_table`)."""
    assert PAGE.read_text() == page()
