"""Learn a team's model from lessons: classes, priorities, and the reliability of rules."""
