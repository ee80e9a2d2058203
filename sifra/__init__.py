"""What the public site and the back office must agree on. Imports neither of them."""
