"""`python -m realign`: the same as the command `realign`."""

from realign.cli.main import run_from_shell

if __name__ == "__main__":
    run_from_shell()
