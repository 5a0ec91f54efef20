"""What the control surfaces can do."""
