"""Open311 GeoReport v2 in its own words, as JSON and XML: a request is a ticket, a service a category of the third level."""
