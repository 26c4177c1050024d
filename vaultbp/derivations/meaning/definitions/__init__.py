"""What the chains of a note define: names, functions, values, and what is only implied."""
