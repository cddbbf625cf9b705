import service


def test_version() -> None:
    """The package states the version that is installed."""
    assert service.__version__.count(".") >= 2
