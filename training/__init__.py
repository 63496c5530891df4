"""Training as plain rules: needs from failed items, courses, phases, competencies, quizzes. No database, no web."""
