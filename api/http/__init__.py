"""The wire: requests to commands, documents and errors to replies."""
