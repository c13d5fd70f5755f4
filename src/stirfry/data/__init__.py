"""From a source to encoded parts: readers, schema, split, encoder."""
