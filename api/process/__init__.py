"""The process runtime: level-triggered controllers over documents, serial per document."""
