"""What terms come to: values at random points, derivatives in two ways, sides held against each other."""
