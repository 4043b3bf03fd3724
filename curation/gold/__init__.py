"""The gold dataset: the working version in gold/next, and sealed versions that never change."""
