"""The truth in float64, and how far from it a right result may be."""
