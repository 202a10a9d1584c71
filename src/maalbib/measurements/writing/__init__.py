"""Writers: files that are inert, and that are read back as the same table."""
