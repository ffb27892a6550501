"""Answers made up without end: what reads them, binds them and writes them down must bear every one."""
