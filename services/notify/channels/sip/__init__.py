"""Calls by SIP: a prompt is spoken, keys are heard, both sides are recorded. baresip speaks SIP and is driven; a process a call."""
