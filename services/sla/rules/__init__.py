"""The rules of lights and urgings: pure, from facts and an instant to new facts."""
