"""Answers to questions with a scale: means, shares, person scores, designs with weights, and how many answers are needed."""
