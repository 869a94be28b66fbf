from importlib.metadata import version

import realign


def test_the_installed_version_is_the_version_of_the_code():
    assert version("realign") == realign.__version__
