"""What the judge knows, one file per layer, found by being here."""
