"""gateway: the HTTP door.

Owns: nothing. Asks: every service for its health, and as whoever is logged in or whose key came; intake and directory for callers who are
nobody here (`TicketService`, `TrackingService`, `TenantService/ListTenants`); notify whose a rating link is, and dispatch to take the
caller's ratings (`RatingLinkService/OpenRatingLink`, `CallBackService/RateByLink`, 11(8)). Tells and hears: nothing. It translates; no rule
and no store.
"""
