"""The rules of the link: who signed, what was sent before, which date rules, what is told again."""
