"""Which cases a layer is judged on, and their arrays."""
