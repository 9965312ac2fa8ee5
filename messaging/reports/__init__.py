"""The doors to reports: pages, API and admin. The rules are in `messaging/services/reports.py`."""
