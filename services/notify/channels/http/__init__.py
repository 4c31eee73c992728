"""SMS by whatever gateway speaks HTTP: a request by template, an answer by pattern, receipts called back."""
