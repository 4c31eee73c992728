"""The rules of directory, pure: (facts, now) → new facts, or a refusal."""
