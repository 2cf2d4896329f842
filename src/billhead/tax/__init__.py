"""Tax regions with their rates over time, and the rules by which fees are added."""
