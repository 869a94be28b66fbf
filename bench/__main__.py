"""`python -m bench [part ...]`: see `bench.run`."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when NumPy is first imported: one thread means one thread

from bench.run import main

main()
