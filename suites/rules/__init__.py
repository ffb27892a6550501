"""Pure judges of exchanges: each looks at every exchange of every check, without being asked."""
