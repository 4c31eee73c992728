"""Delivery by SMS, telephone, in-app and webhook; nothing about why."""
