"""The exit statuses of every command."""

CONFORMS = DONE = 0
DOES_NOT_CONFORM = 1
USAGE_ERROR = 2
INTERRUPTED = 130
BROKEN_PIPE = 141
"""What a shell has for a program whose reader has gone: 128 and SIGPIPE."""
