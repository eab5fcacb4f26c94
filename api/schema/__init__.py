"""Bodies against the spec: what may be in one at all, its schema, and its normal form."""
