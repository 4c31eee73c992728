"""Stands in for the services, so that the mains of the chassis run on witnesses alone."""
