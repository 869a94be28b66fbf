import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "twin"))  # its generator of random scenarios
