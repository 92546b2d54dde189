"""The rules, pure: no Flask, SQL, disk, network, clock or dice."""
