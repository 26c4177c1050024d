"""What else a step may mean: the readings that are tried before anybody is accused."""
