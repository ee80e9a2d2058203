"""What trusted adults say of themselves, a leader who approves it, and when they are away."""
