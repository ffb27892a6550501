"""What the reader is told: runs, summaries, comparisons."""
