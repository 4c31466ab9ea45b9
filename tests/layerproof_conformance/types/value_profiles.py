"""The names of the kinds of numbers that any floating-point array can be filled with."""

# In the order in which a failing case is made simpler; the first is the simplest.
FLOAT_PROFILES = (
    "normal", "positive", "ties", "sparse", "mnist", "negative", "constant", "shifted", "wide", "rows", "graded",
    "large", "tiny", "subnormal", "huge", "special",
)  # fmt: skip
