"""The tutorials, one TOML file each, with the numbers that were published."""
