"""What people and programs read: the only code that prints."""
