"""What of a result folder does not depend on when and where it was made."""

FILES = ("outcomes.parquet", "weekly.parquet", "events.parquet", "scenario.toml", "summary.csv")


def same(a, b):
    return [name for name in FILES if (a / name).read_bytes() != (b / name).read_bytes()] == []
