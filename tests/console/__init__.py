"""The desks as those who work at them see them: real pages of a real hotline in a real Chromium."""
