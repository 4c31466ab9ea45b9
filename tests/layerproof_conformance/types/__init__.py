"""Types that several rooms use, below all of them."""
