"""The hotline's public API as people at their desks use it: a method for each verb; what was done is entered in the book."""
