"""The instructor's side: all that happens after an answer is handed in, and the assessment keys."""
