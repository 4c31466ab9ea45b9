"""The names that one may choose from, apart from what they name: the command line needs them each time it starts."""

MODEL_NAMES = ("seed", "lenet", "deep", "cnn", "attention")
OPTIMISERS = ("sgd", "adam", "adamw")
SCHEDULES = ("constant", "linear", "cosine", "one-cycle")
INITIALISATIONS = ("pytorch", "he")
