"""The business itself: its details, its money and tax defaults, its number series."""
