"""Keep memory that was freed in the process, instead of fetching it anew from the system in every step."""

import ctypes

# <malloc.h> of the GNU C library
M_TRIM_THRESHOLD = -1
M_MMAP_MAX = -4
NEVER = 2**31 - 1


def keep_freed_memory() -> bool:
    """Ask the C library to keep what is freed, for the rest of the process; return whether it can and will.

    A training step allocates and frees the same megabytes again and again. By default the GNU C library hands blocks
    of this size back to the system, which must clear every page when it lends it again: thousands of page faults a
    step, 10 to 50 % of its time. Elsewhere (musl, macOS, Windows) nothing is changed.
    """
    try:
        library = ctypes.CDLL(None)
        library.gnu_get_libc_version  # noqa: B018 - musl has a mallopt too, which does nothing
        mallopt = library.mallopt
    except (AttributeError, OSError, TypeError):  # TypeError: Windows has no name for "this process"
        return False
    # no mappings at all rather than a higher threshold for them, which is capped at 32 MiB: a batch can need more
    return bool(mallopt(M_MMAP_MAX, 0)) and bool(mallopt(M_TRIM_THRESHOLD, NEVER))
