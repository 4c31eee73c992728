"""The JSON API: for tenants' systems and citizens' channels, every verb of the services, derived from the protos' descriptors."""
