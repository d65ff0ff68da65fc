"""Small pictures of the sites for the wall: kept in memory alone, for as long as somebody looks."""
