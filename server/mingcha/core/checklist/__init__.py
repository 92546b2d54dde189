"""What a checklist is, and what is wrong with one."""
