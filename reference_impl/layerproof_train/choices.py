"""The names that an option may have, without the code behind them: the command line needs them at each start."""

MODEL_NAMES = ("seed", "lenet", "deep", "cnn", "attention")
OPTIMISERS = ("sgd", "adam", "adamw")
SCHEDULES = ("constant", "linear", "cosine", "one-cycle")
INITIALISATIONS = ("pytorch", "he")
