"""The rules of receiving and accepting (Art. 2, 3, 10, 11(1), 17). Pure: facts and an instant in, facts or NotAllowed out."""
