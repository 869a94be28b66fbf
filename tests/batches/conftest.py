from pathlib import Path

import pytest

TINY = Path(__file__).parent.parent / "running" / "tiny.toml"


@pytest.fixture(scope="session")
def scenarios(tmp_path_factory):
    """Two sound scenarios, and one with a stress test that cannot be played."""
    folder = tmp_path_factory.mktemp("scenarios")
    text = TINY.read_text()
    (folder / "dry.toml").write_text(text)
    (folder / "wet.toml").write_text(text.replace("rate = 2.0", "rate = 6.0").replace('"Tiny"', '"Wet"'))
    regimes = '[[regime]]\nname = "Calm"\nlasts = 20\n[[regime]]\nname = "Storm"\nlasts = 4\n'
    deluge = '[[stress]]\nname = "Deluge"\nset = { "regime.Storm.shock_rate" = 100, "shock.Flood.rate" = 5200 }\n'
    broken = text.replace("[[unit]]", regimes + "[[unit]]", 1).replace('"Tiny"', '"Broken"') + deluge
    (folder / "broken.toml").write_text(broken)
    return folder


@pytest.fixture(scope="session")
def alone(scenarios, tmp_path_factory):
    """What `realign run` leaves of each sound scenario."""
    import realign as ra

    folder = tmp_path_factory.mktemp("alone")
    for name in ("dry", "wet"):
        ra.run(ra.load(scenarios / f"{name}.toml"), out=folder / name, threads=1, events=2).report()
    return folder
