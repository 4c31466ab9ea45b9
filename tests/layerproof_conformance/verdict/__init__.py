"""From a case to its verdict, and from verdicts to the run document."""
