"""Rollouts of many communities: clusters first, then everybody within limits, in waves where everybody is touched."""
