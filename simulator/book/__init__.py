"""The simulator's own record: what it did to each ticket, and what must follow of it from the law."""
