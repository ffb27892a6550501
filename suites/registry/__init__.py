"""What real registries said, said again; and what each driver version reads of the answers."""
