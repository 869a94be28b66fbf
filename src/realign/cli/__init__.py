"""The command line: the outermost shell.

In: arguments. Out: text on standard output, progress on standard error, an exit status.
Idea: a command is a module with `add_options` and `act`; it imports what it needs when it acts, so that commands that
only read or write text start at once.
"""
