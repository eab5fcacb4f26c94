"""Bodies against the documents' schemas."""
