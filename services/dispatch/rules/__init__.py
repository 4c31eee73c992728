"""What each verb demands and does, by noun. Pure: (order, …, now, law) → order, or a refusal.

Every rule begins with `lifecycle.after`, so what stands here is only what the state alone does not say. A refusal is
NotAllowed where the clause forbids, Invalid where what was sent is incomplete, Denied where another must do it.
"""
