"""The oracle room: the statistics of place beside those of others, on data that the libraries of others bring along."""
