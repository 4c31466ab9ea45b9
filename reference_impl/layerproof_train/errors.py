"""What can go wrong in training."""

from layerproof import LayerProofError


class TrainingError(LayerProofError):
    """A training run cannot start, or cannot go on; the text is one clear line."""
