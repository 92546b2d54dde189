"""What people do: one function per deed, one transaction each."""
